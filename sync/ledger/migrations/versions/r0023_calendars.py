"""Adds the calendars of venues that are fetched, with the sessions planned for them, and the published ones."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Integer, String, Text, Uuid

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """No release before this one fetched or published a calendar."""
    op.create_table(
        "calendar",
        Column("id", Uuid, primary_key=True),
        Column("venue", Uuid, ForeignKey("venue.id"), nullable=False, index=True),
        Column("zone", Uuid, ForeignKey("zone.id"), nullable=False),
        Column("name", String(80), nullable=False, unique=True),
        Column("address", Text, nullable=False),
        Column("rule", JSON, nullable=False),
        Column("session_kind", String(16), nullable=False),
        Column("capacity", Integer),
        Column("due_at", BigInteger, nullable=False),
        Column("tried_at", BigInteger),
        Column("read_at", BigInteger),
        Column("etag", String(200)),
        Column("last_modified", String(200)),
        Column("problem", Text),
        Column("summary", JSON),
    )
    op.create_table(
        "calendar_session",
        Column("calendar", Uuid, ForeignKey("calendar.id"), primary_key=True),
        Column("session", Uuid, primary_key=True),
        Column("series", Uuid, nullable=False),
        Column("original_start", BigInteger, nullable=False),
        Column("title", String(80), nullable=False),
        Column("starts_at", BigInteger, nullable=False),
        Column("ends_at", BigInteger, nullable=False),
        Column("cancelled", Boolean, nullable=False),
    )
    op.create_table(
        "published_calendar",
        Column("id", Uuid, primary_key=True),
        Column("venue", Uuid, ForeignKey("venue.id"), nullable=False, unique=True),
        Column("token_hash", String(64), nullable=False, unique=True),
        Column("made_at", BigInteger, nullable=False),
    )
