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


def journals(store: Store) -> list[FormerJournal]:
    """Those of which anything was acknowledged, the oldest first. The rest was carried into a later one."""
    own = _journal.kiosk.is_(None) & _journal.current.is_(False) & (_journal.acknowledged > 0)
    with store.reading() as connection:
        found = connection.execute(select(_journal.id, _journal.acknowledged).where(own).order_by(_journal.id))
        return [FormerJournal(*row) for row in found]


def carry(ledger: Ledger, journal: UUID, after: int, up_to: int) -> None:
    """Write the facts after one place of a journal, up to another, at the end of the current one, with their ids."""
    while after < up_to:
        with ledger.store.writing() as connection:
            facts = journal_copy.read(connection, journal, after, min(journal_copy.STEP, up_to - after))
            current, last, _ = hot_path(connection).current()
            if current is None or not facts:
                return
            journal_copy.append(connection, current, last or 0, facts)
        after += len(facts)
