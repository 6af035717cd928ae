"""Adds how each kiosk's devices are, by its last heartbeat."""

from alembic import op
from sqlalchemy import JSON, Column

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Kiosks that sent a heartbeat before are known again with their next one."""
    op.add_column("kiosk", Column("devices", JSON))
