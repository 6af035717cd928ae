"""Adds the organisation's name, which papers for others show."""

from alembic import op
from sqlalchemy import Column, String

revision = "0031"
down_revision = "0029"


def upgrade() -> None:
    """An organisation has no name until somebody writes one."""
    op.add_column("organisation", Column("name", String(80)))
