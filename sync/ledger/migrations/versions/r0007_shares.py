"""Adds shares: what each kiosk may promise by itself."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Integer, String, Uuid, text

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Kiosks that were paired before get their first share with their next heartbeat."""
    op.create_table(
        "share",
        Column("kiosk", Uuid, ForeignKey("kiosk.id"), primary_key=True),
        Column("version", BigInteger, nullable=False),
        Column("granted", JSON, nullable=False),
        Column("spare", JSON, nullable=False),
        Column("pouches", Integer, nullable=False),
        Column("lockers", Integer, nullable=False),
    )
    op.add_column("kiosk", Column("device_hash", String(64)))
    op.create_index("ix_kiosk_device_hash", "kiosk", ["device_hash"])
    still_open = text("opened IS NOT NULL AND closed IS NULL")
    op.create_index("session_open_at", "session", ["venue"], sqlite_where=still_open, postgresql_where=still_open)
