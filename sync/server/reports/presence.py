"""The presence report: how many people are in at each full hour of each weekday."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from sync.ledger.store import Store
from sync.server.kiosks.inventory import Inventory
from sync.server.kiosks.repository import Venue
from sync.server.reports import rollups
from sync.server.reports.base import FigureCard, Report, ReportColumn, ReportFilters
from sync.server.reports.day_counts import HOUR_MS, CountKey, CountQuery
from sync.server.reports.picture_data import HeatMap
from sync.server.reports.selection import select_venues
from sync.server.web.i18n import later, number_text, say
from sync.server.web.venue_time import midnight
from sync.server.web.words import WEEKDAYS, short_weekday_words, weekday_words

SHORT = (later("Mon"), later("Tue"), later("Wed"), later("Thu"), later("Fri"), later("Sat"), later("Sun"))
ON_DAYS = (
    later("It is fullest on Mondays at {hour}, with {people} people on average."),
    later("It is fullest on Tuesdays at {hour}, with {people} people on average."),
    later("It is fullest on Wednesdays at {hour}, with {people} people on average."),
    later("It is fullest on Thursdays at {hour}, with {people} people on average."),
    later("It is fullest on Fridays at {hour}, with {people} people on average."),
    later("It is fullest on Saturdays at {hour}, with {people} people on average."),
    later("It is fullest on Sundays at {hour}, with {people} people on average."),
)
LONGEST = 48  # hours after a day's midnight in which its visits are followed


class PresenceRow(Struct, frozen=True):
    """An hour of the day; each weekday's field: people on average, None where nobody ever came on such a day."""

    hour: str
    monday: float | None
    tuesday: float | None
    wednesday: float | None
    thursday: float | None
    friday: float | None
    saturday: float | None
    sunday: float | None

    @property
    def averages(self) -> tuple[float | None, ...]:
        """From Monday on."""
        return (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday)


COLUMNS = (
    ReportColumn("hour", later("At"), "text", definition=later("A full hour, by the venue’s clocks.")),
    *(
        ReportColumn(
            name.lower(),
            short,
            decimals=1,
            definition=later(
                "People who were in at that time on that weekday: the average over those on which somebody came or was "
                "still in from the evening before."
            ),
        )
        for name, short in zip(WEEKDAYS, SHORT, strict=True)
    ),
)


def rows(store: Store, inventory: Inventory, filters: ReportFilters) -> list[PresenceRow]:
    """A row for each hour from the first to the last at which anybody was in. Raises StorageError.

    In is who has checked in by then, and not out; a break does not end a visit. Visits that have not ended are left
    out, since nobody knows until when they lasted. Hours are those of the period's days: also of guests who came on the
    evening before it, and not of the night after it.
    """
    selection = select_venues(store, inventory, filters)
    venues_by_zone: dict[str, list[Venue]] = defaultdict(list)
    for venue in selection.venues:
        venues_by_zone[venue.time_zone].append(venue)
    earlier = filters.first - timedelta(hours=LONGEST)  # a day whose guests may be in when the period begins
    people: Counter[tuple[int, int]] = Counter()  # by weekday and hour, over all days
    days: set[date] = set()
    with store.reading() as connection:
        for zone, venues in venues_by_zone.items():
            ids = [venue.id for venue in venues]
            query = CountQuery(("arrived", "left"), ids, earlier, filters.last, selection.sessions)
            counts = rollups.read_counts(connection, venues, query)
            for moment, present in _present(counts, ZoneInfo(zone)):
                if filters.first <= moment.date() <= filters.last:
                    people[moment.weekday(), moment.hour] += present
                    days.add(moment.date())
            days |= {day for _, day, _ in counts if day >= filters.first}
    day_numbers = Counter(day.weekday() for day in days)
    hours = sorted({hour for _, hour in people})
    return [
        PresenceRow(
            f"{hour:02}:00",
            *(
                round(people[weekday, hour] / day_numbers[weekday], 1) if day_numbers[weekday] else None
                for weekday in range(7)
            ),
        )
        for hour in (range(hours[0], hours[-1] + 1) if hours else ())
    ]


def _present(counts: Mapping[CountKey, int], zone: ZoneInfo) -> Iterator[tuple[datetime, int]]:
    """The people of each day's visits who were in at a full hour, by the venue's clocks; none where there were none."""
    changes: dict[date, Counter[int]] = defaultdict(Counter)  # by day: people who came less those who left, by hour
    for (measure, day, hour), amount in counts.items():
        changes[day][hour] += amount if measure == "arrived" else -amount
    for day, by_hour in changes.items():
        begin = midnight(day, zone)
        present = 0
        for hour in range(-1, min(LONGEST, max(by_hour) + 1)):
            present += by_hour[hour]
            if present > 0:
                yield datetime.fromtimestamp((begin + (hour + 1) * HOUR_MS) / 1000, zone), present


def _busiest(rows: Sequence[PresenceRow]) -> tuple[float, int, str] | None:
    """The highest average, its weekday (0: Monday) and its hour."""
    fields = [
        (average, weekday, row.hour)
        for row in rows
        for weekday, average in enumerate(row.averages)
        if average is not None
    ]
    return max(fields, key=lambda field: field[0]) if fields else None


def _answer(rows: Sequence[PresenceRow]) -> str:
    busiest = _busiest(rows)
    if busiest is None or not busiest[0]:
        return say("Nobody was in at a full hour.")
    people, weekday, hour = busiest
    return say(ON_DAYS[weekday], hour=hour, people=number_text(people, 1))


def _cards(rows: Sequence[PresenceRow]) -> list[FigureCard]:
    busiest = _busiest(rows)
    if busiest is None:
        return []
    people, weekday, hour = busiest
    about = say("people on average, {weekday}, {hour}", weekday=weekday_words(weekday), hour=hour)
    return [FigureCard(say("Fullest"), number_text(people, 1), about)]


def _picture(rows: Sequence[PresenceRow], filters: ReportFilters) -> HeatMap:
    return HeatMap(
        say("People in, by weekday and hour"),
        [short_weekday_words(number) for number in range(7)],
        [row.hour for row in rows],
        [[row.averages[weekday] for row in rows] for weekday in range(7)],
        say("people"),
        _answer(rows),
    )


PRESENCE = Report(
    "presence",
    later("People by hour"),
    later("When is it full, and when is it empty?"),
    COLUMNS,
    rows,
    _cards,
    _answer,
    _picture,
    notes=(
        later(
            "Visits that have not ended are left out. Where nobody checked a party out, the session’s end is taken as "
            "its own."
        ),
    ),
)
