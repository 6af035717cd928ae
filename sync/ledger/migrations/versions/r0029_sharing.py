"""Adds reports that are shared with people outside: the months and documents as they were shared, and their links;
and saved reports.
"""

from alembic import op
from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, ForeignKey, Integer, String, UniqueConstraint, Uuid

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """No release before this one shared anything but files; a kiosk has the tables too, empty."""
    op.create_table(
        "shared_month",
        Column("venue", Uuid, primary_key=True),
        Column("month", Integer, primary_key=True, autoincrement=False),
        Column("smallest", Integer, nullable=False),
        Column("figures", JSON, nullable=False),
        Column("moods", JSON, nullable=False),
    )
    op.create_table(
        "shared_report",
        Column("id", Uuid, primary_key=True),
        Column("venue", Uuid, nullable=False),
        Column("first", Date, nullable=False),
        Column("last", Date, nullable=False),
        Column("smallest", Integer, nullable=False),
        Column("place", String(80), nullable=False),
        Column("made_at", BigInteger, nullable=False),
        Column("made_by", String(64), nullable=False),
        Column("says_people", Boolean, nullable=False),
        Column("groups", JSON, nullable=False),
        Column("content", JSON, nullable=False),
        UniqueConstraint("venue", "first", "last", "smallest"),
    )
    op.create_table(
        "shared_link",
        Column("id", Uuid, primary_key=True),
        Column("token_hash", String(64), nullable=False, unique=True),
        Column("report", Uuid, ForeignKey("shared_report.id"), nullable=False, index=True),
        Column("made_at", BigInteger, nullable=False),
        Column("made_by", String(64), nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        Column("revoked_at", BigInteger),
    )
    op.create_table(
        "saved_report",
        Column("id", Uuid, primary_key=True),
        Column("name", String(80), nullable=False, unique=True),
        Column("report", String(32), nullable=False),
        Column("period", String(16), nullable=False),
        Column("first", Date),
        Column("last", Date),
        Column("zone", Uuid, ForeignKey("zone.id")),
        Column("kind", String(16)),
    )
    op.create_table(
        "saved_report_venue",
        Column("saved_report", Uuid, ForeignKey("saved_report.id"), primary_key=True),
        Column("venue", Uuid, ForeignKey("venue.id"), primary_key=True),
    )
