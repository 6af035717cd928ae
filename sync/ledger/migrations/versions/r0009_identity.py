"""Adds marks of feed positions, which reveal a restored database, and the devices that have served as a kiosk."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, String, Uuid

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Positions that were given before have no mark: they are compared with the feed's end alone."""
    op.add_column("entry", Column("mark", BigInteger))
    op.add_column("stream", Column("mark", BigInteger))
    op.add_column("share", Column("unconfirmed", Boolean))
    op.add_column("kiosk", Column("device", String(64)))
    op.add_column("kiosk", Column("turn", String(32)))
    op.add_column("kiosk", Column("copied_after", BigInteger))
    op.add_column("kiosk", Column("copied_up_to", BigInteger))
    op.create_table(
        "kiosk_device",
        Column("kiosk", Uuid, ForeignKey("kiosk.id"), primary_key=True),
        Column("device", String(64), primary_key=True),
        Column("number", Integer, nullable=False),
        Column("feed_position", BigInteger, nullable=False),
        Column("copy_found_at", BigInteger),
    )
