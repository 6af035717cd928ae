"""The people report: different people beside visits, as far as they have a pass. Protected."""

from collections.abc import Collection, Sequence

from msgspec import Struct

from sync.ledger.store import Store
from sync.server.kiosks.inventory import Inventory
from sync.server.kiosks.repository import Venue
from sync.server.reports import pass_protection
from sync.server.reports.base import FigureCard, Report, ReportColumn, ReportFilters
from sync.server.reports.disclosure import TOGETHER
from sync.server.reports.pass_protection import READ_SUMS, PassCounts, PassRules
from sync.server.reports.picture_data import LabelledBars
from sync.server.reports.selection import select_venues
from sync.server.reports.unduplicated import PassReader
from sync.server.web.i18n import later, say
from sync.server.web.words import percent


class PeopleRow(Struct, frozen=True):
    """A venue, or all of them together. None: hidden, since it could point at a person."""

    venue: str
    people: int | None
    with_pass: int | None
    without_pass: int | None
    share_without: float | None


COLUMNS = (
    ReportColumn(
        "venue",
        later("Venue"),
        "text",
        labels={TOGETHER: TOGETHER},
        definition=later("Venues can’t be added up: the same person may come to several."),
    ),
    ReportColumn(
        "people", later("Different people"), definition=later("Different passes with which somebody came, each once.")
    ),
    ReportColumn("with_pass", later("Visits with a pass"), definition=later("Their visits.")),
    ReportColumn(
        "without_pass",
        later("Visits without"),
        definition=later("Visits that are not in the first figure; the same people may be among them."),
    ),
    ReportColumn(
        "share_without",
        later("Without a pass"),
        unit=later("%"),
        definition=later("The share of visits of which nobody knows whose they were."),
    ),
)


def _read(reader: PassReader, venues: Collection[Venue]) -> dict[str, int]:
    return vars(reader.with_visits(venues))


RULES = PassRules(_read, READ_SUMS)


def rows(store: Store, inventory: Inventory, filters: ReportFilters) -> list[PeopleRow]:
    """A row for each venue, and one for all together; counts are protected. Raises StorageError."""
    venues = select_venues(store, inventory, filters).venues
    with store.reading() as connection:
        reader = PassReader(connection, inventory.all_venues, filters.first, filters.last)
        counts = pass_protection.read_counts(reader, venues, filters.smallest_count, RULES)
    result = [_row(venue.name, of_venue) for venue, of_venue in counts.by_venue.items()]
    return [*result, _row(TOGETHER, counts.together)] if counts.together else result


def _row(label: str, counts: PassCounts) -> PeopleRow:
    shown = counts.shown
    return PeopleRow(label, shown["people"], shown["with_pass"], shown["without_pass"], counts.share_without)


def _whole(rows: Sequence[PeopleRow]) -> PeopleRow | None:
    """The row of everything: of all venues together, or of the only one."""
    return rows[-1] if rows else None


def _answer(rows: Sequence[PeopleRow]) -> str:
    whole = _whole(rows)
    if whole is None or whole.people is None:
        return say("Too few people with a pass came to say how many they were.")
    if whole.share_without is None:
        return say("About {people} different people with a pass came.", people=whole.people)
    return say(
        "About {people} different people with a pass came; {share} of all visits had no pass.",
        people=whole.people,
        share=percent(whole.share_without),
    )


def _cards(rows: Sequence[PeopleRow]) -> list[FigureCard]:
    whole = _whole(rows)
    if whole is None:
        return []
    people, with_pass, without = (
        COLUMNS[1].text(value) for value in (whole.people, whole.with_pass, whole.without_pass)
    )
    return [
        FigureCard(say("Different people"), people, say("with a pass, each once")),
        FigureCard(say("Visits with a pass"), with_pass, say("rounded to five")),
        FigureCard(say("Visits without"), without, say("rounded to five")),
    ]


def _picture(rows: Sequence[PeopleRow], filters: ReportFilters) -> LabelledBars:
    bars = [(row.venue, None if row.people is None else float(row.people)) for row in rows if row.venue != TOGETHER]
    return LabelledBars(say("Different people by venue"), bars, say("people"), _answer(rows))


PEOPLE = Report(
    "people",
    later("Different people"),
    later("How many different people came?"),
    COLUMNS,
    rows,
    _cards,
    _answer,
    _picture,
    notes=(
        later(
            "One pass is one person, whatever the size of the party. When somebody is forgotten, figures of earlier "
            "periods fall."
        ),
    ),
    is_protected=True,
    is_of_passes=True,
)
