"""What the figures miss: entries that this release can't read yet, and visits whose day nobody knows."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Column, Connection, Table, func, select

from sync.ledger import tables as ledger_tables
from sync.ledger.authority import REASON, lacked_authority
from sync.ledger.fact_limits import EXCESS, FACTS
from sync.ledger.store import Store
from sync.server import tables
from sync.server.kiosks import naming
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import Kiosk

# A clock that nobody ever set begins in 1970 (some, at the day their system was made). Before this day there was no
# kiosk of Hearth: what happened "then" happened on a day that nobody knows.
FIRST_KNOWN = 1_577_836_800_000  # 2020-01-01 UTC, ms since 1970


class Unread(Struct, frozen=True):
    """Entries of one kiosk that are kept and not yet counted, whatever their day."""

    venue: str
    kiosk: str  # as the pages call it
    entries: int
    why: str  # the most frequent reason


class Undated(Struct, frozen=True):
    """What one kiosk counted on days that nobody knows: its clock was never set. It is in no row."""

    venue: str
    kiosk: str
    sessions: int
    visits: int
    people: int


class Missing(Struct, frozen=True):
    """All of it, of the venues that are asked for."""

    unread: list[Unread]
    undated: list[Undated]


def missing(store: Store, venue: str | None = None) -> Missing:
    """What is missing from the figures of all venues, or of the one that has this name; for any period."""
    mine = [kiosk for kiosk in kiosk_repository.kiosks(store) if venue in (None, kiosk.venue.name)]
    return Missing(unread(store, mine), undated(store, mine))


def unread(store: Store, kiosks: list[Kiosk]) -> list[Unread]:
    """The entries of these kiosks that could not be read, a line for each kiosk that has any."""
    entry, journal = ledger_tables.entry.c, ledger_tables.journal.c
    query = select(journal.kiosk, entry.quarantined, func.count())
    query = query.join_from(ledger_tables.entry, ledger_tables.journal, journal.id == entry.journal)
    query = query.where(entry.quarantined.is_not(None)).group_by(journal.kiosk, entry.quarantined)
    reasons: dict[UUID | None, Counter[str]] = defaultdict(Counter)
    with store.reading() as connection:
        for kiosk, reason, count in connection.execute(query):
            reasons[kiosk][plain(reason)] += count
    names = _names(kiosks)
    return [
        Unread(kiosk.venue.name, names[kiosk.id], reasons[kiosk.id].total(), reasons[kiosk.id].most_common(1)[0][0])
        for kiosk in kiosks
        if kiosk.id in reasons
    ]


def plain(reason: str) -> str:
    """Why an entry can't be read, as the ledger wrote it down, in a coordinator's words."""
    what, _, _ = reason.partition(": ")
    if what == "unknown kind or version":
        return f"“{reason.partition(': ')[2]}” is of a newer release: bring the server up to date"
    if what == "not an entry":
        return "not in the form of an entry: the kiosk is newer than the server, or not ours"
    if lacked_authority(reason):
        return f"“{reason.removeprefix(REASON)}” is for the server alone to say: it is not ours, or tampered with"
    if reason == EXCESS:
        return f"one visit or session has more than {FACTS:,} entries: the kiosk is at fault, or not ours"
    if reason.startswith("it says journal"):
        return "written for another kiosk’s journal"
    return f"“{what}” has something in it that this release does not know"


def undated(store: Store, kiosks: list[Kiosk]) -> list[Undated]:
    """What these kiosks counted with a clock that was never set, a line for each kiosk that has any."""
    session, visit = ledger_tables.session, ledger_tables.visit
    with store.reading() as connection:
        opened = _before(connection, session, session.c.opened)
        came = _before(connection, visit, visit.c.checked_in)
    names = _names(kiosks)
    found = [
        Undated(kiosk.venue.name, names[kiosk.id], opened.get(kiosk.id, (0, 0))[0], *came.get(kiosk.id, (0, 0)))
        for kiosk in kiosks
    ]
    return [line for line in found if line.sessions or line.visits]


def _before(connection: Connection, table: Table, at: Column[int]) -> dict[UUID, tuple[int, int]]:
    """How many rows each kiosk has from before the first known day, and how many people in them."""
    journal = ledger_tables.journal.c
    is_visit = "party_size" in table.c
    people = func.coalesce(func.sum(table.c.party_size), 0) if is_visit else func.count()
    query = select(journal.kiosk, func.count(), people)
    query = query.join_from(table, ledger_tables.journal, journal.id == table.c.journal)
    query = query.join(tables.kiosk, tables.kiosk.c.id == journal.kiosk).where(at < FIRST_KNOWN)
    if is_visit:
        query = query.where(table.c.voided.is_(False))
    return {row[0]: (row[1], row[2]) for row in connection.execute(query.group_by(journal.kiosk))}


def _names(kiosks: Iterable[Kiosk]) -> dict[UUID, str]:
    return naming.zone_names(kiosks)


def sentences(found: Missing) -> list[str]:
    """The same as sentences, for a page and for a terminal."""
    return [
        f"{_many(line.entries, 'entry', 'entries')} of {line.venue}, {line.kiosk} could not be read yet and "
        f"{'is' if line.entries == 1 else 'are'} in no figure: {line.why}."
        for line in found.unread
    ] + [
        f"{_counted(line)} whose day is not known {'is' if _total(line) == 1 else 'are'} in no row "
        f"({line.venue}, {line.kiosk}: its clock was never set)."
        for line in found.undated
    ]


def _counted(line: Undated) -> str:
    visits = f"{_many(line.visits, 'visit', 'visits')} of {_many(line.people, 'person', 'people')}"
    sessions = _many(line.sessions, "session", "sessions")
    return " and ".join(words for words, count in ((visits, line.visits), (sessions, line.sessions)) if count)


def _total(line: Undated) -> int:
    return line.visits + line.sessions


def _many(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
