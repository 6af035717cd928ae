"""What reports do not count: quarantined entries, and visits and sessions whose day is unknown."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Connection, Table, func, select

from sync.ledger import tables as ledger_tables
from sync.ledger.authority import REASON, lacked_authority
from sync.ledger.counted import COUNTED_SESSION, counted_visit
from sync.ledger.fact_limits import EXCESS, FACTS
from sync.ledger.store import Store
from sync.server import tables
from sync.server.kiosks import naming
from sync.server.kiosks.inventory import Inventory
from sync.server.kiosks.repository import Kiosk, Venue
from sync.server.web.i18n import counted, later, say

# A clock that was never set starts in 1970, or at the build date of its system. No kiosk of Hearth existed before this
# day, so the true day of an earlier time is unknown.
FIRST_KNOWN = 1_577_836_800_000  # 2020-01-01 UTC, ms since 1970


@dataclass(frozen=True)
class QuarantineReason:
    """Why entries are quarantined: an English text, and what its ``{name}`` stands for."""

    text: str
    name: str = ""

    def english(self) -> str:
        """The text for programs."""
        return self.text.format(name=self.name, most=f"{FACTS:,}")

    def words(self) -> str:
        """The text in the reader's language."""
        return say(self.text, name=self.name, most=FACTS)


NEWER = later("“{name}” is of a newer release: bring the server up to date")
NO_ENTRY = later("not in the form of an entry: the kiosk is newer than the server, or not ours")
NO_AUTHORITY = later("“{name}” is for the server alone to say: it is not ours, or tampered with")
TOO_MANY = later("one visit or session has more than {most} entries: the kiosk is at fault, or not ours")
OTHER_JOURNAL = later("written for another kiosk’s journal")
NOT_KNOWN = later("“{name}” has something in it that this release does not know")


@dataclass(frozen=True)
class Quarantined:
    """Quarantined entries of one kiosk, of any day, with the most frequent reason."""

    kiosk: Kiosk
    zone: str  # as naming.zone_names has it
    entries: int
    reason: QuarantineReason


class Unread(Struct, frozen=True):
    """Quarantined entries of one kiosk, as the JSON export has them."""

    venue: str
    kiosk: str  # its zone, as naming.zone_names has it
    entries: int
    why: str  # the most frequent reason, in English


class Undated(Struct, frozen=True):
    """What one kiosk recorded while its clock was never set; it is in no row of a report."""

    venue: str
    kiosk: str
    sessions: int
    visits: int
    people: int


@dataclass(frozen=True)
class Missing:
    """Everything that is in no row."""

    quarantined: list[Quarantined]
    undated: list[Undated]

    @property
    def unread(self) -> list[Unread]:
        """What is quarantined, for the JSON export."""
        return [
            Unread(item.kiosk.venue.name, item.zone, item.entries, item.reason.english()) for item in self.quarantined
        ]


def missing(store: Store, inventory: Inventory, *, venues: Collection[str] | None = None) -> Missing:
    """What the figures of the inventory miss, or of its venues with these names; of any period. Raises StorageError."""
    kiosks = [kiosk for kiosk in inventory.kiosks if venues is None or kiosk.venue.name in venues]
    return Missing(unread(store, kiosks), undated(store, kiosks, inventory.all_venues))


def unread(store: Store, kiosks: Sequence[Kiosk]) -> list[Quarantined]:
    """The quarantined entries of these kiosks, an item for each kiosk that has any."""
    entry, journal = ledger_tables.entry.c, ledger_tables.journal.c
    query = select(journal.kiosk, entry.quarantined, func.count())
    query = query.join_from(ledger_tables.entry, ledger_tables.journal, journal.id == entry.journal)
    query = query.where(entry.quarantined.is_not(None)).group_by(journal.kiosk, entry.quarantined)
    reasons: dict[UUID | None, Counter[QuarantineReason]] = defaultdict(Counter)
    with store.reading() as connection:
        for kiosk, reason, count in connection.execute(query):
            reasons[kiosk][explain_reason(reason)] += count
    names = naming.zone_names(kiosks)
    return [
        Quarantined(kiosk, names[kiosk.id], reasons[kiosk.id].total(), reasons[kiosk.id].most_common(1)[0][0])
        for kiosk in kiosks
        if kiosk.id in reasons
    ]


def explain_reason(reason: str) -> QuarantineReason:
    """The ledger's reason for a quarantine, as coordinators read it."""
    subject, _, kind = reason.partition(": ")
    if subject == "unknown kind or version":
        return QuarantineReason(NEWER, kind)
    if subject == "not an entry":
        return QuarantineReason(NO_ENTRY)
    if lacked_authority(reason):
        return QuarantineReason(NO_AUTHORITY, reason.removeprefix(REASON))
    if reason == EXCESS:
        return QuarantineReason(TOO_MANY)
    if reason.startswith("it says journal"):
        return QuarantineReason(OTHER_JOURNAL)
    return QuarantineReason(NOT_KNOWN, subject)


def undated(store: Store, kiosks: Sequence[Kiosk], all_venues: Iterable[Venue]) -> list[Undated]:
    """What these kiosks recorded with a clock that was never set, an item for each kiosk that has any.

    With the venues the index of each one's visits is used; without them every visit is read.
    """
    session, visit = ledger_tables.session, ledger_tables.visit
    with store.reading() as connection:
        sessions = _count_undated(connection, session, session.c.opened)
        of_venues = visit.c.venue.in_([venue.id for venue in all_venues])
        visits = _count_undated(connection, visit, visit.c.checked_in, of_venues)
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
    return [*map(_quarantined_sentence, missing.quarantined), *map(_undated_sentence, missing.undated)]


def _quarantined_sentence(item: Quarantined) -> str:
    return counted(
        "{number} entry of {venue}, {kiosk} could not be read yet and is in no figure: {reason}.",
        "{number} entries of {venue}, {kiosk} could not be read yet and are in no figure: {reason}.",
        item.entries,
        venue=item.kiosk.venue.name,
        kiosk=item.zone,
        reason=item.reason.words(),
    )


def _undated_sentence(item: Undated) -> str:
    place = {"venue": item.venue, "kiosk": item.kiosk}
    people = counted("{number} person", "{number} people", item.people)
    if not item.visits:
        return counted(
            "{number} session whose day is not known is in no row ({venue}, {kiosk}: its clock was never set).",
            "{number} sessions whose day is not known are in no row ({venue}, {kiosk}: its clock was never set).",
            item.sessions,
            **place,
        )
    if not item.sessions:
        return counted(
            "{number} visit of {people} whose day is not known is in no row ({venue}, {kiosk}: its clock was never "
            "set).",
            "{number} visits of {people} whose day is not known are in no row ({venue}, {kiosk}: its clock was never "
            "set).",
            item.visits,
            people=people,
            **place,
        )
    return say(
        "{visits} of {people} and {sessions} whose day is not known are in no row ({venue}, {kiosk}: its clock was "
        "never set).",
        visits=counted("{number} visit", "{number} visits", item.visits),
        people=people,
        sessions=counted("{number} session", "{number} sessions", item.sessions),
        **place,
    )
