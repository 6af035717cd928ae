"""Drops unused indexes of entries, and makes the others partial, so that an entry is written faster."""

from alembic import op
from sqlalchemy import ColumnElement, column

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """A fact is found by its subject. SQLite writes each index to the disk at every commit."""
    for name in ("ix_entry_id", "ix_entry_boot", "entry_stream_position"):
        op.drop_index(name, "entry")
    has_position, unsure = column("position").is_not(None), column("sure").is_(False)
    _partial("entry_stream_position", "entry", ["stream", "position"], has_position, unique=True)
    _partial("entry_unsure", "entry", ["boot"], unsure)
    _partial("session_open", "session", ["opened"], column("closed").is_(None))
    _partial("visit_present", "visit", ["checked_in"], column("checked_out").is_(None))


def _partial(name: str, table: str, columns: list[str], where: ColumnElement[bool], *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
