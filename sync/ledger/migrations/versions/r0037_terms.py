"""Adds the periods that an organisation names, by which reports are grouped."""

from alembic import op
from sqlalchemy import Column, Date, String, Uuid

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Add the table; a kiosk has it too, empty."""
    op.create_table(
        "term",
        Column("id", Uuid, primary_key=True),
        Column("name", String(40), nullable=False, unique=True),
        Column("first", Date, nullable=False),
        Column("last", Date, nullable=False),
    )
