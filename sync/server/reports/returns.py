"""The returns report: who with a pass came for the first time, who came back, and after how long. Protected."""

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


class ReturnsRow(Struct, frozen=True):
    """A venue, or all of them together. None: hidden, since it could point at a person."""

    venue: str
    people: int | None = None
    first_visits: int | None = None
    returning: int | None = None
    within_week: int | None = None
    within_month: int | None = None
    within_quarter: int | None = None
    within_year: int | None = None
    longer: int | None = None
    share_without: float | None = None


GAP_KEYS = ("within_week", "within_month", "within_quarter", "within_year", "longer")  # pass_days.py has their days
FIGURES = ("people", "first_visits", "returning", *GAP_KEYS)
COLUMNS = (
    ReportColumn(
        "venue",
        later("Venue"),
        "text",
        labels={TOGETHER: TOGETHER},
        definition=later(
            "A venue’s row knows its own visits alone; Together, those at all venues. So venues can’t be added."
        ),
    ),
    ReportColumn(
        "people", later("Different people"), definition=later("Different passes with which somebody came, each once.")
    ),
    ReportColumn(
        "first_visits",
        later("First visits"),
        definition=later("Those whose pass had never come before the period: not to this venue, together not to any."),
    ),
    ReportColumn(
        "returning", later("Had come before"), definition=later("Those whose pass had come before the period began.")
    ),
    ReportColumn(
        "within_week",
        later("Back in a week"),
        definition=later("People whose first return in the period was 1 to 7 days after their visit before."),
    ),
    ReportColumn(
        "within_month",
        later("In 2 to 4 weeks"),
        definition=later("People whose first return was 8 to 28 days after."),
    ),
    ReportColumn(
        "within_quarter",
        later("In 1 to 3 months"),
        definition=later("People whose first return was 29 to 91 days after."),
    ),
    ReportColumn(
        "within_year",
        later("Within a year"),
        definition=later("People whose first return was 92 to 365 days after."),
    ),
    ReportColumn("longer", later("Later"), definition=later("People whose first return was more than 365 days after.")),
    ReportColumn(
        "share_without",
        later("Without a pass"),
        unit=later("%"),
        definition=later("The share of visits of which nobody knows whether they were first ones."),
    ),
)
GAP_LABELS = (
    later("Within a week"),
    later("2 to 4 weeks"),
    later("1 to 3 months"),
    later("Within a year"),
    later("Later"),
)
MOST_CAME_BACK = (
    later("Most who came back did so within a week."),
    later("Most who came back did so after 2 to 4 weeks."),
    later("Most who came back did so after 1 to 3 months."),
    later("Most who came back did so within a year."),
    later("Most who came back did so later than in a year."),
)


def _read(reader: PassReader, venues: Collection[Venue]) -> dict[str, int]:
    figures = reader.people(venues)
    back = {key: figures.came_back[place] for place, key in enumerate(GAP_KEYS, 1)}
    counts = {"first_visits": figures.first_visits, "returning": figures.returning}
    return vars(reader.with_visits(venues)) | counts | back


RULES = PassRules(_read, (*READ_SUMS, "first_visits"), ("first_visits", "returning"))


def rows(store: Store, inventory: Inventory, filters: ReportFilters) -> list[ReturnsRow]:
    """A row for each venue, and one for all together; counts are protected. Raises StorageError."""
    venues = select_venues(store, inventory, filters).venues
    with store.reading() as connection:
        reader = PassReader(connection, inventory.all_venues, filters.first, filters.last)
        counts = pass_protection.read_counts(reader, venues, filters.smallest_count, RULES)
    result = [_row(venue.name, of_venue) for venue, of_venue in counts.by_venue.items()]
    return [*result, _row(TOGETHER, counts.together)] if counts.together else result


def _row(label: str, counts: PassCounts) -> ReturnsRow:
    return ReturnsRow(label, **{key: counts.shown[key] for key in FIGURES}, share_without=counts.share_without)


def _whole(rows: Sequence[ReturnsRow]) -> ReturnsRow | None:
    """The row of everything: of all venues together, or of the only one."""
    return rows[-1] if rows else None


def _gaps(row: ReturnsRow | None) -> list[int | None]:
    return [getattr(row, key) for key in GAP_KEYS] if row else [None] * len(GAP_KEYS)


def _answer(rows: Sequence[ReturnsRow]) -> str:
    whole = _whole(rows)
    if whole is None or whole.people is None:
        return say("Too few people with a pass came to say who came back.")
    if whole.first_visits is None or whole.returning is None:
        return say(
            "About {people} people with a pass came; too few of them to say how many were new.", people=whole.people
        )
    text = say(
        "Of about {people} people with a pass {returning} had come before; for {first} it was the first time.",
        people=whole.people,
        returning=whole.returning,
        first=whole.first_visits,
    )
    known = [(count, place) for place, count in enumerate(_gaps(whole)) if count]
    return f"{text} {say(MOST_CAME_BACK[max(known)[1]])}" if known else text


def _cards(rows: Sequence[ReturnsRow]) -> list[FigureCard]:
    whole = _whole(rows)
    if whole is None:
        return []
    number = COLUMNS[1].text
    return [
        FigureCard(say("First visits"), number(whole.first_visits), say("with a pass that had never come before")),
        FigureCard(
            say("Had come before"),
            number(whole.returning),
            say("of {people} people with a pass", people=number(whole.people)),
        ),
        FigureCard(
            say("Without a pass"), COLUMNS[-1].text(whole.share_without), say("of all visits, whose nobody knows")
        ),
    ]


def _picture(rows: Sequence[ReturnsRow], filters: ReportFilters) -> LabelledBars:
    bars = [
        (say(label), None if count is None else float(count))
        for label, count in zip(GAP_LABELS, _gaps(_whole(rows)), strict=True)
    ]
    return LabelledBars(
        say("People who came back, by the time since their visit before"), bars, say("people"), _answer(rows)
    )


RETURNS = Report(
    "returns",
    later("Returns"),
    later("Who comes back, and after how long?"),
    COLUMNS,
    rows,
    _cards,
    _answer,
    _picture,
    notes=(
        later(
            "One pass is one person, whatever the size of the party. Who came without a pass before, or has a new one, "
            "is counted as a first visit."
        ),
        later(
            "Passes that were forgotten are in no figure, so figures of earlier periods fall when somebody is "
            "forgotten."
        ),
    ),
    is_protected=True,
    is_of_passes=True,
)
