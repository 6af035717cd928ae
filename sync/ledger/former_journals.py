"""The journals that a kiosk wrote before its current one."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from sync.ledger import journal_copy, tables
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.ledger import Ledger
from sync.ledger.store import Store

_journal = tables.journal.c


class FormerJournal(NamedTuple):
    """An earlier journal, and how far the server has acknowledged it."""

    id: UUID
    acknowledged: int


def acknowledged_journals(store: Store) -> list[FormerJournal]:
    """Those of which anything was acknowledged, the oldest first. The facts after that were copied into a later one."""
    former = _journal.kiosk.is_(None) & _journal.current.is_(False) & (_journal.acknowledged > 0)
    with store.reading() as connection:
        rows = connection.execute(select(_journal.id, _journal.acknowledged).where(former).order_by(_journal.id))
        return [FormerJournal(*row) for row in rows]


def copy_range(ledger: Ledger, journal: UUID, after: int, up_to: int) -> None:
    """Append the facts of a journal after one seq, up to another, to the current journal, with their ids."""
    while after < up_to:
        with ledger.store.writing() as connection:
            facts = journal_copy.read(connection, journal, after, min(journal_copy.STEP, up_to - after))
            current, last, _ = hot_path(connection).current_journal()
            if current is None or not facts:
                return
            journal_copy.append(connection, current, last or 0, facts)
        after += len(facts)
