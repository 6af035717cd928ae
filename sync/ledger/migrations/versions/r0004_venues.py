"""Gives every entry its stream, and every row its venue: a row belongs to a subject at a venue."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, String, Uuid, inspect
from sqlalchemy.schema import SchemaItem

revision = "0004"
down_revision = "0003"
HERE = "00000000000000000000000000000000"

STREAMS = """
UPDATE entry SET stream = (
    SELECT kiosk.venue FROM journal JOIN kiosk ON kiosk.id = journal.kiosk WHERE journal.id = entry.journal
) WHERE stream IS NULL
"""
BY_SUBJECT = "SELECT entry.stream FROM entry WHERE entry.subject = {table}.id"
BY_JOURNAL = BY_SUBJECT + " AND entry.journal = {table}.journal"
BY_BOOT = "SELECT entry.stream FROM entry WHERE entry.boot = {table}.boot AND entry.kind = 'clock.anchored'"


def upgrade() -> None:
    """Each row gets its journal's venue; `hearth-server refold` removes what kiosks of other venues have added to it.

    A table gets another primary key by being created again, which both databases support in the same way.
    """
    op.execute(STREAMS)
    _recreate("anchor", _anchor(), [], (BY_BOOT,))
    _recreate("session", _session(), ["opened"], (BY_JOURNAL, BY_SUBJECT))
    _recreate("visit", _visit(), ["session", "checked_in"], (BY_JOURNAL, BY_SUBJECT))


def _recreate(table: str, columns: list[SchemaItem], indexes: list[str], venues: tuple[str, ...]) -> None:
    names = [column["name"] for column in inspect(op.get_bind()).get_columns(table)]
    for index in indexes:
        op.drop_index(f"ix_{table}_{index}", table)
    op.rename_table(table, "older")
    op.create_table(table, *columns)
    copied = ", ".join(f'"{name}"' for name in names)
    stream = ", ".join(f"({venue.format(table='older')} LIMIT 1)" for venue in venues)
    op.execute(f"INSERT INTO {table} ({copied}, venue) SELECT {copied}, coalesce({stream}, {_here()}) FROM older")
    op.drop_table("older")
    for index in indexes:
        op.create_index(f"ix_{table}_{index}", table, [index])


def _here() -> str:
    return f"'{HERE}'" if op.get_bind().dialect.name == "sqlite" else f"uuid '{HERE}'"


def _anchor() -> list[SchemaItem]:
    return [
        Column("boot", Uuid, primary_key=True),
        Column("venue", Uuid, primary_key=True),
        Column("offset", BigInteger, nullable=False),
        Column("source", String(16), nullable=False),
        Column("error", BigInteger, nullable=False),
    ]


def _session() -> list[SchemaItem]:
    return [
        Column("id", Uuid, primary_key=True),
        Column("venue", Uuid, primary_key=True),
        Column("journal", Uuid),
        Column("zone", String(64)),
        Column("title", String(80), nullable=False),
        Column("session_kind", String(16), nullable=False),
        Column("capacity", Integer),
        Column("planned_end", BigInteger),
        Column("rhythm", JSON, nullable=False),
        Column("opened_by", String(64)),
        Column("opened", BigInteger),
        Column("closed", BigInteger),
        Column("estimated", Boolean, nullable=False),
    ]


def _visit() -> list[SchemaItem]:
    return [
        Column("id", Uuid, primary_key=True),
        Column("venue", Uuid, primary_key=True),
        Column("code", String(4), nullable=False),
        Column("journal", Uuid),
        Column("session", Uuid),
        Column("party_size", Integer, nullable=False),
        Column("phones", Integer, nullable=False),
        Column("kept", Integer, nullable=False),
        Column("stow", String(8), nullable=False),
        Column("numbers", JSON, nullable=False),
        Column("language", String(35)),
        Column("pass", String(128)),
        Column("checked_in", BigInteger),
        Column("checked_out", BigInteger),
        Column("stay", BigInteger),
        Column("phone_free", BigInteger),
        Column("on_break", Boolean, nullable=False),
        Column("taken_early", Boolean, nullable=False),
        Column("voided", Boolean, nullable=False),
        Column("estimated", Boolean, nullable=False),
        Column("before", Integer),
        Column("after", Integer),
        Column("lost", JSON, nullable=False),
    ]
