"""Adds passes: what was said of each, which entries and visits name one, and which a server has dealt to its kiosks."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Uuid, text

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """No release before this one named a pass."""
    op.create_table(
        "pass",
        Column("id", Uuid, primary_key=True),
        Column("venue", Uuid, primary_key=True),
        Column("issued", Boolean, nullable=False),
        Column("revoked", Boolean, nullable=False),
        Column("forgotten", Boolean, nullable=False),
        Column("forgotten_at", BigInteger),
    )
    op.create_table(
        "dealt_pass",
        Column("id", Uuid, primary_key=True),
        Column("kiosk", Uuid, nullable=False),
        Column("dealt_at", BigInteger, nullable=False),
    )
    op.create_index("dealt_pass_at", "dealt_pass", ["kiosk", "dealt_at"])
    op.add_column("entry", Column("pass_id", Uuid))
    _partial("pass_ended", "pass", ["id"], "revoked IS {true} OR forgotten IS {true}")
    _partial("entry_pass", "entry", ["pass_id"], "pass_id IS NOT NULL")
    _partial("visit_pass", "visit", ["venue", "pass", "checked_in"], "pass IS NOT NULL")
    _partial("visit_with_pass", "visit", ["venue", "checked_in", "pass"], "pass IS NOT NULL")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    where_sqlite, where_postgres = text(where.format(true=1)), text(where.format(true="true"))
    op.create_index(name, table, columns, sqlite_where=where_sqlite, postgresql_where=where_postgres)
