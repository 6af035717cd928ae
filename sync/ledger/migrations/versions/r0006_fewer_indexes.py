"""Each entry is written with fewer indexes: what nobody asks for is gone, the rest holds only what is asked for."""

from alembic import op
from sqlalchemy import ColumnElement, column

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """A fact is found by its subject. What SQLite writes at every tap, it writes once for each index, to the disk."""
    for name in ("ix_entry_id", "ix_entry_boot", "entry_stream_position"):
        op.drop_index(name, "entry")
    told, unsure = column("position").is_not(None), column("sure").is_(False)
    _partial("entry_stream_position", "entry", ["stream", "position"], told, unique=True)
    _partial("entry_unsure", "entry", ["boot"], unsure)
    _partial("session_open", "session", ["opened"], column("closed").is_(None))
    _partial("visit_present", "visit", ["checked_in"], column("checked_out").is_(None))


def _partial(name: str, table: str, columns: list[str], where: ColumnElement[bool], *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
