"""What reports do not count: quarantined entries, and visits and sessions whose day is unknown."""

from collections import Counter, defaultdict
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Connection, Table, func, select

from sync.ledger import tables as ledger_tables
from sync.ledger.authority import REASON, lacked_authority
from sync.ledger.counted import COUNTED_SESSION, counted_visit
from sync.ledger.fact_limits import EXCESS, FACTS
from sync.ledger.store import Store
from sync.server import tables
from sync.server.auth.scope import Scope
from sync.server.kiosks import naming
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import Kiosk

# A clock that was never set starts in 1970, or at the build date of its system. No kiosk of Hearth existed before this
# day, so the true day of an earlier time is unknown.
FIRST_KNOWN = 1_577_836_800_000  # 2020-01-01 UTC, ms since 1970


class Unread(Struct, frozen=True):
    """Quarantined entries of one kiosk, of any day."""

    venue: str
    kiosk: str  # its zone, as naming.zone_names has it
    entries: int
    why: str  # the most frequent reason


class Undated(Struct, frozen=True):
    """What one kiosk recorded while its clock was never set; it is in no row of a report."""

    venue: str
    kiosk: str
    sessions: int
    visits: int
    people: int


class Missing(Struct, frozen=True):
    """Everything that is in no row; the fields are the members of the JSON export."""

    unread: list[Unread]
    undated: list[Undated]


def missing(store: Store, scope: Scope, venue: str | None = None) -> Missing:
    """What the figures of the scope's venues miss, or of the one with this name; of any period. Raises StorageError."""
    kiosks = [kiosk for kiosk in kiosk_repository.kiosks(store, scope) if venue in (None, kiosk.venue.name)]
    return Missing(unread(store, kiosks), undated(store, kiosks))


def unread(store: Store, kiosks: list[Kiosk]) -> list[Unread]:
    """The quarantined entries of these kiosks, an item for each kiosk that has any."""
    entry, journal = ledger_tables.entry.c, ledger_tables.journal.c
    query = select(journal.kiosk, entry.quarantined, func.count())
    query = query.join_from(ledger_tables.entry, ledger_tables.journal, journal.id == entry.journal)
    query = query.where(entry.quarantined.is_not(None)).group_by(journal.kiosk, entry.quarantined)
    reasons: dict[UUID | None, Counter[str]] = defaultdict(Counter)
    with store.reading() as connection:
        for kiosk, reason, count in connection.execute(query):
            reasons[kiosk][explain_reason(reason)] += count
    names = naming.zone_names(kiosks)
    return [
        Unread(kiosk.venue.name, names[kiosk.id], reasons[kiosk.id].total(), reasons[kiosk.id].most_common(1)[0][0])
        for kiosk in kiosks
        if kiosk.id in reasons
    ]


def explain_reason(reason: str) -> str:
    """The ledger's reason for a quarantine, as text for coordinators."""
    subject, _, kind = reason.partition(": ")
    if subject == "unknown kind or version":
        return f"“{kind}” is of a newer release: bring the server up to date"
    if subject == "not an entry":
        return "not in the form of an entry: the kiosk is newer than the server, or not ours"
    if lacked_authority(reason):
        return f"“{reason.removeprefix(REASON)}” is for the server alone to say: it is not ours, or tampered with"
    if reason == EXCESS:
        return f"one visit or session has more than {FACTS:,} entries: the kiosk is at fault, or not ours"
    if reason.startswith("it says journal"):
        return "written for another kiosk’s journal"
    return f"“{subject}” has something in it that this release does not know"


def undated(store: Store, kiosks: list[Kiosk]) -> list[Undated]:
    """What these kiosks recorded with a clock that was never set, an item for each kiosk that has any."""
    session, visit = ledger_tables.session, ledger_tables.visit
    with store.reading() as connection:
        venues = [venue.id for venue in kiosk_repository.all_venues(connection)]
        sessions = _count_undated(connection, session, session.c.opened)
        # With the venues the index of each one's visits is used; without them every visit is read.
        visits = _count_undated(connection, visit, visit.c.checked_in, visit.c.venue.in_(venues))
    names = naming.zone_names(kiosks)
    items = [
        Undated(kiosk.venue.name, names[kiosk.id], sessions.get(kiosk.id, (0, 0))[0], *visits.get(kiosk.id, (0, 0)))
        for kiosk in kiosks
    ]
    return [item for item in items if item.sessions or item.visits]


def _count_undated(
    connection: Connection, table: Table, at: Column[int], *conditions: ColumnElement[bool]
) -> dict[UUID, tuple[int, int]]:
    """By kiosk, how many rows are from before the first known day, and how many people are in them."""
    journal = ledger_tables.journal.c
    is_visit = "party_size" in table.c
    people = func.coalesce(func.sum(table.c.party_size), 0) if is_visit else func.count()
    query = select(journal.kiosk, func.count(), people)
    query = query.join_from(table, ledger_tables.journal, journal.id == table.c.journal)
    query = query.join(tables.kiosk, tables.kiosk.c.id == journal.kiosk).where(at < FIRST_KNOWN)
    query = query.where(counted_visit() if is_visit else COUNTED_SESSION, *conditions)
    return {row[0]: (row[1], row[2]) for row in connection.execute(query.group_by(journal.kiosk))}


def sentences(missing: Missing) -> list[str]:
    """A sentence for each item, for a page or a terminal."""
    return [*map(_unread_sentence, missing.unread), *map(_undated_sentence, missing.undated)]


def _unread_sentence(item: Unread) -> str:
    return (
        f"{_count(item.entries, 'entry', 'entries')} of {item.venue}, {item.kiosk} could not be read yet and "
        f"{'is' if item.entries == 1 else 'are'} in no figure: {item.why}."
    )


def _undated_sentence(item: Undated) -> str:
    visits = f"{_count(item.visits, 'visit', 'visits')} of {_count(item.people, 'person', 'people')}"
    sessions = _count(item.sessions, "session", "sessions")
    counts = " and ".join(text for text, count in ((visits, item.visits), (sessions, item.sessions)) if count)
    return (
        f"{counts} whose day is not known {'is' if item.visits + item.sessions == 1 else 'are'} in no row "
        f"({item.venue}, {item.kiosk}: its clock was never set)."
    )


def _count(count: int, singular: str, plural: str) -> str:
    return f"{count:,} {singular if count == 1 else plural}"
