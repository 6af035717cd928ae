"""Adds which formats of slips each kiosk can read."""

from alembic import op
from sqlalchemy import JSON, Column

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Kiosks that were paired before have not said so: they read the first format."""
    op.add_column("kiosk", Column("reads", JSON))
