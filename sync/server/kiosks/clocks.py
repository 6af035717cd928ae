"""Kiosks whose clocks are off, and what was recorded with a time that has not come yet."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Column, Connection, Table, func, select

from sync.ledger import tables as ledger_tables
from sync.ledger.store import Store
from sync.server.kiosks import naming
from sync.server.kiosks.repository import Kiosk
from sync.server.web.words import duration_words, grouped

OFF_MS = 3 * 60 * 1000  # what a slow network and a heartbeat that waited can't explain


class DatedAhead(Struct, frozen=True):
    """What one kiosk recorded with times in the future; ``furthest``: ms from now."""

    kiosk: UUID
    count: int
    furthest: int


def offset_words(kiosk: Kiosk) -> str:
    """“clock not set”, “clock 12 min ahead”; empty: it is right, or not known to be wrong."""
    if kiosk.clock_sure is False:
        return "clock not set"
    offset = kiosk.clock_offset
    if offset is None or abs(offset) <= OFF_MS:
        return ""
    return f"clock {duration_words(abs(offset))} {'ahead' if offset > 0 else 'behind'}"


def dated_ahead(store: Store, kiosks: Sequence[Kiosk], now: int) -> list[DatedAhead]:
    """Visits that begin or end, and sessions that are open, later than now; ``now``: ms since 1970 UTC.

    A kiosk that has ended counts too. Raises StorageError.
    """
    visit, session = ledger_tables.visit, ledger_tables.session
    ahead: dict[UUID, tuple[int, int]] = {}  # by kiosk: how many rows, and the latest time
    with store.reading() as connection:
        for table, at in ((visit, visit.c.checked_in), (session, session.c.opened)):
            for kiosk, count, latest in _count_ahead(connection, table, at, kiosks, now):
                count_before, latest_before = ahead.get(kiosk, (0, 0))
                ahead[kiosk] = count_before + count, max(latest_before, latest)
    return [DatedAhead(kiosk.id, ahead[kiosk.id][0], ahead[kiosk.id][1] - now) for kiosk in kiosks if kiosk.id in ahead]


def _count_ahead(
    connection: Connection, table: Table, at: Column[int], kiosks: Sequence[Kiosk], now: int
) -> list[tuple[UUID, int, int]]:
    """By kiosk: how many rows, and the latest time. With the venues named, the index with the time is used."""
    journal = ledger_tables.journal.c
    query = select(journal.kiosk, func.count(), func.max(at))
    query = query.join_from(table, ledger_tables.journal, journal.id == table.c.journal)
    query = query.where(table.c.venue.in_({kiosk.venue.id for kiosk in kiosks}), at > now + OFF_MS)
    return [tuple(row) for row in connection.execute(query.group_by(journal.kiosk))]


def sentences(store: Store, kiosks: Sequence[Kiosk], now: int) -> list[str]:
    """What to say beside figures, with the amount: entries of the future, and clocks that are off now."""
    names = naming.zone_names(list(kiosks))
    places = {kiosk.id: f"{kiosk.venue.name}, {names[kiosk.id]}" for kiosk in kiosks}
    lines = []
    for item in dated_ahead(store, kiosks, now):
        entries = "1 visit or session is" if item.count == 1 else f"{grouped(item.count)} visits and sessions are"
        lines.append(
            f"{entries} dated up to {duration_words(item.furthest)} in the future ({places[item.kiosk]}): the kiosk's "
            "clock was wrong."
        )
    for kiosk in kiosks:
        words = "" if kiosk.is_revoked else offset_words(kiosk)
        if words and kiosk.clock_sure is not False:
            off = words.removeprefix("clock ")
            lines.append(f"The times of {places[kiosk.id]} are not right: its clock is {off} now.")
    return lines
