"""Kiosks whose clocks are off, and what was recorded with a time that has not come yet."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Column, Connection, Table, func, select

from sync.ledger import tables as ledger_tables
from sync.ledger.store import Store
from sync.server.kiosks import naming
from sync.server.kiosks.repository import Kiosk
from sync.server.web.i18n import counted, say
from sync.server.web.words import duration_words

OFF_MS = 3 * 60 * 1000  # what a slow network and a heartbeat that waited can't explain


class DatedAhead(Struct, frozen=True):
    """What one kiosk recorded with times in the future; ``furthest``: ms from now."""

    kiosk: UUID
    count: int
    furthest: int


def offset_words(kiosk: Kiosk) -> str:
    """“clock not set”, “clock 12 min ahead”; empty: it is right, or not known to be wrong."""
    if kiosk.clock_sure is False:
        return say("clock not set")
    if offset := known_offset(kiosk):
        duration = duration_words(abs(offset))
        if offset > 0:
            return say("clock {duration} ahead", duration=duration)
        return say("clock {duration} behind", duration=duration)
    return ""


def known_offset(kiosk: Kiosk) -> int:
    """How far the kiosk's clock is ahead, in ms; negative: behind; 0: right, not set, or not known to be wrong."""
    offset = kiosk.clock_offset
    return 0 if kiosk.clock_sure is False or offset is None or abs(offset) <= OFF_MS else offset


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
        sentence = counted(
            "{number} visit or session is dated up to {duration} in the future ({place}): the kiosk's clock was wrong.",
            "{number} visits and sessions are dated up to {duration} in the future ({place}): the kiosk's clock was "
            "wrong.",
            item.count,
            duration=duration_words(item.furthest),
            place=places[item.kiosk],
        )
        lines.append(sentence)
    lines.extend(
        _offset_sentence(places[kiosk.id], known_offset(kiosk))
        for kiosk in kiosks
        if not kiosk.is_revoked and known_offset(kiosk)
    )
    return lines


def _offset_sentence(place: str, offset: int) -> str:
    values = {"place": place, "duration": duration_words(abs(offset))}
    if offset > 0:
        return say("The times of {place} are not right: its clock is {duration} ahead now.", **values)
    return say("The times of {place} are not right: its clock is {duration} behind now.", **values)
