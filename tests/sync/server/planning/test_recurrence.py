"""Recurring events by a venue's clocks: rules, exceptions, changed occurrences, daylight saving, bounded work."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain import series as weekly
from sync.server.planning.recurrence import EventSeries, EventTimes, occurrence_id, occurrences
from sync.server.planning.recurrence_rules import BadRecurrence, ExpansionBudget
from tests.support import soak

LONDON, AMSTERDAM, NEW_YORK = (ZoneInfo(name) for name in ("Europe/London", "Europe/Amsterdam", "America/New_York"))
SERIES = UUID(int=21)
HOUR = timedelta(hours=1)


def event(start: datetime, rule: str = "", hours: float = 2, **fields: object) -> EventTimes:
    return EventTimes(start, start + hours * HOUR, rules=(rule,) if rule else (), **fields)  # type: ignore[arg-type]


def starts(series, zone=AMSTERDAM, first=date(2026, 1, 1), last=date(2026, 12, 31)):
    return [
        f"{datetime.fromtimestamp(occurrence.start / 1000, zone):%m-%d %H:%M}"
        for occurrence in occurrences(series, zone, first, last)
    ]


def local(month, day, hour, minute=0, zone=AMSTERDAM):
    return datetime(2026, month, day, hour, minute, tzinfo=zone)


def test_a_weekly_event_keeps_its_hour_when_clocks_change():
    series = EventSeries(SERIES, event(local(3, 16, 19), "FREQ=WEEKLY;COUNT=3"))

    assert starts(series) == ["03-16 19:00", "03-23 19:00", "03-30 19:00"]
    spring = occurrences(series, AMSTERDAM, date(2026, 3, 1), date(2026, 4, 30))
    assert [occurrence.start % 86_400_000 // 3_600_000 for occurrence in spring] == [18, 18, 17]


def test_an_event_of_another_zone_follows_that_zones_clocks():
    series = EventSeries(SERIES, event(local(3, 2, 14, zone=NEW_YORK), "FREQ=WEEKLY;COUNT=5"))

    assert starts(series) == ["03-02 20:00", "03-09 19:00", "03-16 19:00", "03-23 19:00", "03-30 20:00"]


def test_an_hour_that_the_clocks_leave_out_is_later_and_one_that_comes_twice_is_the_first():
    spring = EventSeries(SERIES, event(local(3, 28, 2, 30), "FREQ=DAILY;COUNT=3", hours=1))
    autumn = EventSeries(SERIES, event(local(10, 25, 2, 30), hours=1))

    assert starts(spring) == ["03-28 02:30", "03-29 03:30", "03-30 02:30"]
    assert occurrences(autumn, AMSTERDAM, date(2026, 10, 25), date(2026, 10, 25))[0].start == ms(2026, 10, 25, 0, 30)


def ms(*parts):
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1000)


def test_left_out_added_and_changed_occurrences_in_another_zone_than_the_event():
    series = EventSeries(
        SERIES,
        event(
            local(11, 2, 19),
            "FREQ=WEEKLY;COUNT=5",
            left_out=(datetime(2026, 11, 9, 18, tzinfo=UTC),),
            added=((local(12, 24, 9, zone=NEW_YORK), HOUR),),
        ),
        (
            EventTimes(local(11, 18, 20), local(11, 18, 21), replaces=datetime(2026, 11, 16, 13, tzinfo=NEW_YORK)),
            EventTimes(local(11, 23, 18), local(11, 23, 19), replaces=datetime(2026, 11, 23, 18, tzinfo=UTC)),
        ),
    )

    assert starts(series) == ["11-02 19:00", "11-18 20:00", "11-23 18:00", "11-30 19:00", "12-24 15:00"]
    moved = occurrences(series, AMSTERDAM, date(2026, 11, 18), date(2026, 11, 18))[0]
    assert (moved.original_start, moved.change) == (ms(2026, 11, 16, 18), 0)
    assert moved.id == occurrence_id(SERIES, ms(2026, 11, 16, 18))


def test_a_change_that_holds_for_later_occurrences_moves_them_all():
    series = EventSeries(
        SERIES,
        event(local(11, 2, 19), "FREQ=WEEKLY;COUNT=4"),
        (EventTimes(local(11, 17, 20), local(11, 17, 21), replaces=local(11, 16, 19), replaces_later=True),),
    )

    assert starts(series) == ["11-02 19:00", "11-09 19:00", "11-17 20:00", "11-24 20:00"]
    assert (
        len({occurrence.id for occurrence in occurrences(series, AMSTERDAM, date(2026, 11, 1), date(2026, 12, 31))})
        == 4
    )


def test_two_a_day_are_two_and_a_change_of_one_leaves_the_other():
    """The later one's start in UTC is the earlier one's on the clocks."""
    zone = ZoneInfo("Africa/Johannesburg")
    series = EventSeries(
        SERIES,
        event(local(11, 2, 9, zone=zone), "FREQ=DAILY;BYHOUR=9,11;COUNT=4", hours=1),
        (EventTimes(local(11, 2, 15, zone=zone), local(11, 2, 16, zone=zone), replaces=local(11, 2, 11, zone=zone)),),
    )

    assert starts(series, zone) == ["11-02 09:00", "11-02 15:00", "11-03 09:00", "11-03 11:00"]


def test_whole_days_begin_at_the_venues_midnight():
    series = EventSeries(SERIES, EventTimes(date(2026, 3, 28), date(2026, 3, 29), rules=("FREQ=DAILY;COUNT=3",)))

    spring = occurrences(series, AMSTERDAM, date(2026, 3, 1), date(2026, 3, 31))
    assert [(occurrence.end - occurrence.start) // 3_600_000 for occurrence in spring] == [24, 23, 24]
    assert starts(series, LONDON) == ["03-28 00:00", "03-29 00:00", "03-30 00:00"]


def test_a_whole_day_in_place_of_a_time_begins_at_the_venues_midnight():
    day = EventTimes(date(2026, 3, 11), date(2026, 3, 12), replaces=local(3, 10, 19))
    series = EventSeries(SERIES, event(local(3, 9, 19), "FREQ=DAILY;COUNT=2"), (day,))

    assert starts(series, NEW_YORK) == ["03-09 14:00", "03-11 00:00"]


def test_a_series_may_leave_out_a_whole_day_and_end_on_a_day():
    rule = "FREQ=DAILY;UNTIL=20261105"
    series = EventSeries(SERIES, event(local(11, 2, 19), rule, left_out=(date(2026, 11, 4),)))

    assert starts(series) == ["11-02 19:00", "11-03 19:00", "11-05 19:00"]


def test_a_series_that_was_ended_before_it_begins_does_not_take_place():
    assert starts(EventSeries(SERIES, event(local(11, 2, 19), "FREQ=WEEKLY;UNTIL=20261101T000000Z"))) == []


def test_a_night_in_which_clocks_change_ends_at_its_hour():
    series = EventSeries(SERIES, event(local(10, 24, 22), hours=7))

    night = occurrences(series, AMSTERDAM, date(2026, 10, 24), date(2026, 10, 25))[0]
    assert night.end == ms(2026, 10, 25, 4)


def test_an_occurrence_counts_in_a_window_that_it_overlaps():
    series = EventSeries(SERIES, event(local(11, 2, 22), "FREQ=DAILY;COUNT=2", hours=4))

    assert starts(series, first=date(2026, 11, 4), last=date(2026, 11, 4)) == ["11-03 22:00"]
    assert starts(series, first=date(2026, 11, 5), last=date(2026, 11, 5)) == []


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("FREQ=SECONDLY", "more often than daily"),
        ("FREQ=HOURLY;INTERVAL=5", "more often than daily"),
        ("FREQ=DAILY;INTERVAL=0", "can't be read"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "takes too long"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "takes too long"),
        ("FREQ=WEEKLY;BYMONTH=2;BYSETPOS=300", "takes too long"),
        ("FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))), "more than 2,000 times"),
        ("RSCALE=CHINESE;FREQ=YEARLY", "another calendar"),
        ("FREQ=DAILY;UNTIL=tomorrow", "end of its rule"),
        ("FREQ=FORTNIGHTLY", "can't be read"),
        ("nonsense", "can't be read"),
        ("FREQ=DAILY;" * 100, "too long"),
    ],
)
def test_a_rule_that_is_malformed_or_takes_too_much_work_is_refused(rule, why):
    with pytest.raises(BadRecurrence, match=why):
        occurrences(EventSeries(SERIES, event(local(1, 2, 19), rule)), AMSTERDAM, date(2026, 1, 1), date(2026, 12, 31))


def test_a_calendars_rules_share_its_budget():
    budget = ExpansionBudget(5_000)
    old = EventSeries(SERIES, event(datetime(2020, 1, 1, 9, tzinfo=AMSTERDAM), "FREQ=WEEKLY;COUNT=500"))

    occurrences(old, AMSTERDAM, date(2026, 1, 1), date(2026, 1, 31), budget)
    occurrences(old, AMSTERDAM, date(2026, 1, 1), date(2026, 1, 31), budget)
    with pytest.raises(BadRecurrence, match="takes too long"):
        occurrences(old, AMSTERDAM, date(2026, 1, 1), date(2026, 1, 31), budget)


def test_a_series_that_began_long_ago_costs_no_more_than_a_new_one():
    budget = ExpansionBudget(1_000)
    for rule in ("FREQ=WEEKLY", "FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU"):
        old = EventSeries(SERIES, event(datetime(1970, 1, 6, 9, tzinfo=AMSTERDAM), rule))
        assert occurrences(old, AMSTERDAM, date(2026, 1, 1), date(2026, 1, 31), budget)


ZONES = st.sampled_from(
    [LONDON, AMSTERDAM, NEW_YORK, UTC, ZoneInfo("Australia/Lord_Howe"), timezone(timedelta(hours=7))]
)
PARTS = ("BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "BYWEEKNO", "BYYEARDAY", "COUNT", "BYHOUR")
MALFORMED_RULES = st.text(alphabet="FREQ=DAILYWKMONTHSTVPBU;,-0123456789", max_size=60) | st.builds(
    "FREQ={};{}={}".format,
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.sampled_from(PARTS),
    st.text(alphabet="0123456789-,MOTUWE", max_size=12),
)
RULES = st.sampled_from(
    [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;BYDAY=MO,TH;WKST=SU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=MO",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2",
        "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
        "FREQ=DAILY;COUNT=20",
        "FREQ=WEEKLY;UNTIL=20260601T000000Z",
    ]
)


@settings(max_examples=soak.times(40, 4_000), deadline=None)
@given(zone=ZONES, rule=RULES, day=st.integers(0, 400), hour=st.integers(0, 23), data=st.data())
def test_an_independent_program_finds_the_same_occurrences(zone, rule, day, hour, data):
    start = datetime(2025, 12, 1, hour, tzinfo=zone) + timedelta(days=day)
    left_out = tuple(
        start + timedelta(days=days) for days in data.draw(st.lists(st.integers(1, 60), max_size=3, unique=True))
    )
    first = data.draw(st.dates(date(2025, 11, 1), date(2027, 3, 1)))
    component = icalendar.Event()
    component.add("uid", "one")
    component.add("dtstart", start)
    component.add("dtend", start + HOUR)
    component.add("rrule", icalendar.vRecur.from_ical(rule))
    for moment in left_out:
        component.add("exdate", moment.astimezone(UTC))
    calendar = icalendar.Calendar()
    calendar.add_component(component)

    last = first + timedelta(days=120)
    expected = recurring_ical_events.of(calendar).between(
        datetime.combine(first, datetime.min.time(), AMSTERDAM),
        datetime.combine(last + timedelta(days=1), datetime.min.time(), AMSTERDAM),
    )
    series = EventSeries(SERIES, event(start, rule, hours=1, left_out=left_out))

    assert [occurrence.start for occurrence in occurrences(series, AMSTERDAM, first, last)] == sorted(
        int(component["DTSTART"].dt.timestamp() * 1000) for component in expected
    )


@settings(max_examples=soak.times(25, 2_000), deadline=None)
@given(first=st.dates(date(2026, 1, 1), date(2027, 1, 1)), minute=st.integers(0, 1439), zone=ZONES)
def test_a_weekly_series_of_the_kiosk_has_the_same_sessions_under_the_same_ids(first, minute, zone):
    if not isinstance(zone, ZoneInfo):
        zone = AMSTERDAM
    own = weekly.Series(SERIES, weekdays=(first.isoweekday(), 7), start_minute=minute, minutes=60, first_day=first)
    start = datetime.combine(first, datetime.min.time(), zone) + timedelta(minutes=minute)
    days = ",".join(sorted({("MO", "TU", "WE", "TH", "FR", "SA", "SU")[number - 1] for number in own.weekdays}))
    window = first, first + timedelta(days=90)
    begin = weekly.local_start(window[0], 0, zone)
    end = weekly.local_start(window[1] + timedelta(days=1), 0, zone)

    expected = [occurrence.id for occurrence in weekly.occurrences(own, zone, begin, end)]
    series = EventSeries(SERIES, event(start, f"FREQ=WEEKLY;BYDAY={days}", hours=1))
    assert [occurrence.id for occurrence in occurrences(series, zone, *window)] == expected


@settings(max_examples=soak.times(60, 20_000), deadline=None)
@given(
    rule=MALFORMED_RULES,
    start=st.datetimes() | st.dates(),
    other=st.datetimes(timezones=st.sampled_from([UTC, NEW_YORK])) | st.dates(),
)
def test_whatever_a_calendar_says_only_one_kind_of_error_comes_of_it(rule, start, other):
    series = EventSeries(
        SERIES,
        EventTimes(start, other, rules=(rule,), added=((other, None),), left_out=(other,)),
        (EventTimes(other, start, replaces=other, replaces_later=True),),
    )
    try:
        found = occurrences(series, AMSTERDAM, date(2026, 1, 1), date(2026, 3, 1), ExpansionBudget(20_000))
    except BadRecurrence:
        return
    assert all(occurrence.end >= occurrence.start for occurrence in found)
