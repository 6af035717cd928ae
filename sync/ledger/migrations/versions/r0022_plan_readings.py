"""Adds how far each kiosk has read its venue's feed, when it read what was planned, and sessions planned together."""

from alembic import op
from sqlalchemy import BigInteger, Column, Uuid

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Until a kiosk's next heartbeat it is not known what it has read."""
    op.add_column("kiosk", Column("feed_read", BigInteger))
    op.create_table(
        "plan_reading",
        Column("kiosk", Uuid, primary_key=True),
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("read_at", BigInteger, nullable=False),
    )
    op.create_table(
        "plan_group",
        Column("session", Uuid, primary_key=True),
        Column("group", Uuid, nullable=False, index=True),
    )
