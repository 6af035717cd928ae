"""Adds how far each kiosk's clock is off, by its last heartbeat."""

from alembic import op
from sqlalchemy import BigInteger, Column

revision = "0028"
down_revision = "0023"


def upgrade() -> None:
    """Until a kiosk's next heartbeat it is not known."""
    op.add_column("kiosk", Column("clock_offset", BigInteger))
