"""Adds what has not come back of a visit: its phones, and the numbers that no other visit may get."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, Integer, Uuid, column, false

revision = "0012"
down_revision = "0011"
IS_IN = "(checked_in IS NOT NULL AND checked_out IS NULL AND NOT voided)"
# Earlier releases took everything for returned when a visit ended, however that was known.
FILL = f"""
UPDATE visit SET
    phones_back = CASE WHEN voided THEN 0 WHEN checked_out IS NOT NULL OR taken_early THEN phones ELSE 0 END,
    held = CASE WHEN {IS_IN} THEN numbers ELSE lost END,
    outstanding = ({IS_IN} OR lost{{as_text}} <> '[]')
"""


def upgrade() -> None:
    """Visits that are in hold their numbers; those that have ended hold what is lost."""
    op.add_column("session", Column("stow_ways", JSON))
    op.add_column("session", Column("firm_limit", Integer))
    op.add_column("session", Column("closeout", Boolean, nullable=False, server_default=false()))
    op.add_column("visit", Column("over_capacity", Boolean, nullable=False, server_default=false()))
    op.add_column("visit", Column("split_from", Uuid))
    op.add_column("visit", Column("phones_back", Integer, nullable=False, server_default="0"))
    op.add_column("visit", Column("phones_lost", Integer, nullable=False, server_default="0"))
    op.add_column("visit", Column("held", JSON, nullable=False, server_default="[]"))
    op.add_column("visit", Column("outstanding", Boolean, nullable=False, server_default=false()))
    op.execute(FILL.format(as_text="::text" if op.get_bind().dialect.name == "postgresql" else ""))
    op.drop_index("visit_present", "visit")
    is_outstanding = column("outstanding").is_(True)
    op.create_index(
        "visit_outstanding", "visit", ["checked_in"], sqlite_where=is_outstanding, postgresql_where=is_outstanding
    )
