"""Adds whether the timetable closes a session, which its series may have said otherwise since it was opened."""

from alembic import op
from sqlalchemy import Boolean, Column

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Of sessions that were opened before, the series still says it."""
    op.add_column("session", Column("closes_itself", Boolean))
