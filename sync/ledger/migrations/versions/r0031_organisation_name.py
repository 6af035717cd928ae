"""Adds the organisation's name, which papers for others show."""

from alembic import op
from sqlalchemy import Column, String

revision = "0031"
down_revision = "0029"


def upgrade() -> None:
    """Add the organisation's name; NULL: it was not given."""
    op.add_column("organisation", Column("name", String(80)))
