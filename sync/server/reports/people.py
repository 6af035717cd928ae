"""The people report: different people beside visits, as far as they have a pass. Protected."""

from collections.abc import Sequence

from msgspec import Struct

from sync.ledger.store import Store
from sync.server.auth.scope import Scope
from sync.server.reports.base import FigureCard, Report, ReportColumn, ReportFilters
from sync.server.reports.disclosure import TOGETHER, counted_together, shown_count, shown_share
from sync.server.reports.picture_data import LabelledBars
from sync.server.reports.selection import select_venues
from sync.server.reports.unduplicated import PassReader, UnduplicatedPeople
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
        labels=(TOGETHER,),
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


def rows(store: Store, scope: Scope, filters: ReportFilters) -> list[PeopleRow]:
    """A row for each venue, and one for all together; counts are protected. Raises StorageError."""
    venues = select_venues(store, scope, filters).venues
    period = filters.first, filters.last
    with store.reading() as connection:
        reader = PassReader(connection, *period)
        figures = {venue: reader.with_visits([venue]) for venue in venues}
        figures = {venue: item for venue, item in figures.items() if item.with_pass or item.without_pass}
        result = [_row(venue.name, item, filters.smallest_count) for venue, item in figures.items()]
        if len(result) > 1:
            people = {venue: item.people for venue, item in figures.items()}
            counted = counted_together(people, filters.smallest_count)
            result.append(_row(TOGETHER, reader.with_visits(counted), filters.smallest_count))
    return result


def _row(venue: str, figures: UnduplicatedPeople, smallest: int) -> PeopleRow:
    """Where the people are hidden everything is: the attendance report has the visits, and the rest follows."""
    people = shown_count(figures.people, smallest)
    if people is None:
        return PeopleRow(venue, None, None, None, None)
    with_pass, without_pass = shown_count(figures.with_pass, smallest), shown_count(figures.without_pass, smallest)
    visits = figures.with_pass + figures.without_pass
    share = None if without_pass is None else shown_share(figures.without_pass, visits)
    return PeopleRow(venue, people, with_pass, without_pass, share)


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
)
