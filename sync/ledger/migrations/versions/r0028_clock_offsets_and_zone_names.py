"""Adds how far each kiosk's clock is off, and the names of zones that a coordinator has changed."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Column

revision = "0028"
down_revision = "0026"


def upgrade() -> None:
    """Until a kiosk's next heartbeat its offset is not known; zones that were renamed before stay as they are."""
    op.add_column("kiosk", Column("clock_offset", BigInteger))
    op.add_column("configuration", Column("zones", JSON(none_as_null=True)))
