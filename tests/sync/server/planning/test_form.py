"""The form of a plan: what it says, by the venue's clocks, and which field each error belongs to."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain import series as weekly
from sync.domain.events import Phase, SeriesSet, SessionPlanned
from sync.domain.series import Series
from sync.server.kiosks.repository import Venue, Zone
from sync.server.planning import doubts, form
from sync.server.planning.week import PlannedItem
from sync.server.web.words import time_words

AMSTERDAM = Venue(uuid4(), "Mill café", "Europe/Amsterdam")
HALL = Zone(uuid4(), "Hall")
TUESDAY = date(2026, 12, 1)
ONCE = {
    "title": " Quiet  evening ",
    "kind": "event",
    "zone": str(HALL.id),
    "day": "2026-12-01",
    "start": "19:00",
    "end": "21:30",
    "repeats": "once",
}
WEEKLY = {**ONCE, "repeats": "weekly", "on2": "yes", "on4": "yes", "until": "never"}


def read(fields, venue=AMSTERDAM, base=None):
    return form.read_form(fields, venue, [HALL], base)


def planned(fields, venue=AMSTERDAM):
    result = read(fields, venue)
    assert result.errors == {}
    return result.planned


def at(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_one_session_by_the_venues_clocks():
    fields = {**ONCE, "capacity": "1,200", "rhythm": "Quiet 60; board games 30 min"}

    assert planned(fields) == SessionPlanned(
        str(HALL.id),
        "Quiet evening",
        "event",
        at("2026-12-01 18:00"),
        at("2026-12-01 20:30"),
        capacity=1200,
        rhythm=(Phase("quiet", 60), Phase("board_games", 30)),
    )


def test_practice_is_said_of_single_sessions_and_of_rows_alone():
    assert planned({**ONCE, "practice": "yes"}).practice is True
    row = planned({**ONCE, "practice": "yes", "repeats": "nth", "until": "count", "count": "3"})
    assert [session.practice for session in row.sessions] == [True] * 3
    assert list(read({**WEEKLY, "practice": "yes"}).errors) == ["practice"]


@pytest.mark.parametrize(
    ("changes", "start", "end"),
    [
        ({"start": "22:00", "end": "01:00"}, "2026-12-01 21:00", "2026-12-02 00:00"),
        ({"start": "9", "end": "17.30", "day": "1 Dec 2026"}, "2026-12-01 08:00", "2026-12-01 16:30"),
        ({"end_day": "2026-12-03"}, "2026-12-01 18:00", "2026-12-03 20:30"),
        (
            {"day": "2026-10-24", "start": "23:00", "end": "02:30", "end_turn": "first"},
            "2026-10-24 21:00",
            "2026-10-25 00:30",
        ),
        (
            {"day": "2026-10-24", "start": "23:00", "end": "02:30", "end_turn": "second"},
            "2026-10-24 21:00",
            "2026-10-25 01:30",
        ),
        (
            {"day": "2026-10-25", "start": "02:30", "end": "02:45", "start_turn": "second"},
            "2026-10-25 01:30",
            "2026-10-25 01:45",
        ),
        ({"day": "2027-03-28", "start": "01:00", "end": "04:00"}, "2027-03-28 00:00", "2027-03-28 02:00"),
    ],
)
def test_times_over_midnight_and_over_the_change_of_the_clocks(changes, start, end):
    session = planned({**ONCE, **changes})

    assert (session.planned_start, session.planned_end) == (at(start), at(end))


@pytest.mark.parametrize(
    ("changes", "name", "error"),
    [
        ({"title": "  "}, "title", "Give it a title"),
        ({"title": "x" * 81}, "title", "At most 80"),
        ({"kind": "party"}, "kind", "one of the kinds"),
        ({"zone": str(uuid4())}, "zone", "one of the venue's zones"),
        ({"day": ""}, "day", "which day"),
        ({"day": "2026-02-30"}, "day", "is not a day"),
        ({"day": "0999-01-01"}, "day", "outside"),
        ({"start": "24:00"}, "start", "is no time"),
        ({"end": ""}, "end", "at what time"),
        ({"end": "19:00"}, "end", "when it begins"),
        ({"end_day": "2026-11-30"}, "end_day", "before it begins"),
        ({"end_day": "soon"}, "end_day", "is not a day"),
        ({"capacity": "0"}, "capacity", "from 1 to 9,999"),
        ({"capacity": "٣"}, "capacity", "from 1 to 9,999"),
        ({"rhythm": "quiet"}, "rhythm", "“quiet” is no phase"),
        ({"rhythm": "quiet 0"}, "rhythm", "no phase"),
        ({"day": "2027-03-28", "start": "02:30", "end": "04:00"}, "start", "Write 01:30 or 03:30"),
        ({"day": "2026-10-25", "start": "02:30", "end": "04:00"}, "start", "comes twice"),
    ],
)
def test_an_error_is_beside_its_field(changes, name, error):
    result = read({**ONCE, **changes})

    assert result.planned is None and list(result.errors) == [name]
    assert error in result.errors[name]


def test_all_errors_at_once():
    wrong = {"repeats": "weekly", "until": "count", "count": "many", "capacity": "x", "rhythm": "?"}

    errors = read(wrong).errors

    assert set(errors) == {"title", "kind", "zone", "day", "start", "end", "weekdays", "count", "capacity", "rhythm"}


def test_a_series():
    fields = {**WEEKLY, "opens_itself": "yes", "start": "22:00", "end": "00:30"}

    series = planned(fields)

    assert series == SeriesSet(
        str(HALL.id), "Quiet evening", "event", (2, 4), 22 * 60, 150, first_day=TUESDAY, opens_itself=True
    )


@pytest.mark.parametrize(
    ("until", "last_day"),
    [
        ({"until": "day", "last_day": "2026-12-31"}, date(2026, 12, 31)),
        ({"until": "count", "count": "1"}, TUESDAY),
        ({"until": "count", "count": "4"}, date(2026, 12, 10)),
        ({"until": "count", "count": "3", "day": "2026-12-02"}, date(2026, 12, 10)),
    ],
)
def test_a_series_ends_on_a_day_or_after_a_number(until, last_day):
    assert planned({**WEEKLY, **until}).last_day == last_day


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"on2": "", "on4": ""}, "weekdays"),
        ({"until": "day", "last_day": "2026-11-30"}, "last_day"),
        ({"until": "day"}, "last_day"),
        ({"until": "count", "count": "401"}, "count"),
        ({"end": "19:00"}, "end"),
    ],
)
def test_an_impossible_series_is_refused(changes, name):
    assert list(read({**WEEKLY, **changes}).errors) == [name]


def days_of(fields, venue=AMSTERDAM):
    row = planned(fields, venue)
    return [datetime.fromtimestamp(session.planned_start / 1000, venue.clock_zone) for session in row.sessions]


@pytest.mark.parametrize(
    ("rule", "changes", "days"),
    [
        ("w2", {"count": "4"}, ["2026-12-01", "2026-12-03", "2026-12-15", "2026-12-17"]),
        ("w4", {"count": "3", "on4": ""}, ["2026-12-01", "2026-12-29", "2027-01-26"]),
        ("w3", {"until": "day", "last_day": "2026-12-22", "on4": ""}, ["2026-12-01", "2026-12-22"]),
        ("nth", {"count": "3"}, ["2026-12-01", "2027-01-05", "2027-02-02"]),
        ("nth", {"count": "2", "day": "2026-12-29"}, ["2026-12-29", "2027-03-30"]),
        ("last", {"count": "3"}, ["2026-12-29", "2027-01-26", "2027-02-23"]),
    ],
)
def test_sessions_at_longer_intervals_are_planned_one_by_one(rule, changes, days):
    starts = days_of({**WEEKLY, "repeats": rule, "until": "count", **changes})

    assert [f"{start:%Y-%m-%d}" for start in starts] == days
    assert {f"{start:%H:%M}" for start in starts} == {"19:00"}


def test_they_keep_their_local_time_over_the_change_of_the_clocks():
    fields = {**WEEKLY, "repeats": "w4", "on4": "", "until": "day", "last_day": "2027-11-30"}

    starts = days_of(fields)

    assert {start.utcoffset() for start in starts} == {timedelta(hours=1), timedelta(hours=2)}
    assert {f"{start:%H:%M}" for start in starts} == {"19:00"}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "until"),
        ({"until": "day", "last_day": "2028-12-01"}, "last_day"),
        ({"until": "day", "last_day": "2026-11-01"}, "last_day"),
        ({"until": "count", "count": "30"}, "count"),
        ({"until": "count", "count": "3", "on2": "", "on4": ""}, "weekdays"),
        ({"until": "count", "count": "3", "end": "19:00"}, "end"),
    ],
)
def test_longer_intervals_end_within_a_year(changes, name):
    assert list(read({**WEEKLY, "repeats": "w2", "on4": "", **changes}).errors) == [name]


ZONES = ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo", "America/Asuncion")


@given(
    zone=st.sampled_from(ZONES),
    start=st.integers(at("2026-01-01 00:00") // 60_000, at("2028-01-01 00:00") // 60_000),
    minutes=st.integers(1, 3 * 24 * 60),
)
def test_what_is_shown_of_any_session_is_read_as_the_same(zone, start, minutes):
    venue = Venue(uuid4(), "Any", zone)
    begins = start * 60_000
    item = PlannedItem(
        uuid4(), "Any", "club", str(HALL.id), begins, begins + minutes * 60_000, 12, "planned", (Phase("quiet", 60),)
    )

    session = planned({**form.fields_of(item, venue), "repeats": "once"}, venue)

    assert (session.planned_start, session.planned_end) == (item.start, item.end)
    assert (session.title, session.capacity, session.rhythm) == ("Any", 12, item.rhythm)


@given(
    zone=st.sampled_from(ZONES),
    first=st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    weekdays=st.sets(st.integers(1, 7), min_size=1),
    times=st.tuples(st.integers(0, 1439), st.integers(1, 1439)),
    count=st.integers(1, 60),
)
def test_any_series_has_as_many_sessions_as_were_asked_for(zone, first, weekdays, times, count):
    minute, minutes = times
    end = (minute + minutes) % 1440
    fields = {
        **ONCE,
        **{f"on{day}": "yes" for day in weekdays},
        "repeats": "weekly",
        "day": first.isoformat(),
        "start": f"{minute // 60:02}:{minute % 60:02}",
        "end": f"{end // 60:02}:{end % 60:02}",
        "until": "count",
        "count": str(count),
    }
    setting = planned(fields, Venue(uuid4(), "Any", zone))
    names = ("weekdays", "start_minute", "minutes", "first_day", "last_day")
    series = Series(uuid4(), **{name: getattr(setting, name) for name in names})
    begin = at(f"{first - timedelta(days=2)} 00:00")

    occurrences = weekly.occurrences(series, ZoneInfo(zone), begin, begin + 500 * 24 * 3_600_000)

    assert len(occurrences) == count == len({occurrence.id for occurrence in occurrences})
    assert all(occurrence.end - occurrence.start == minutes * 60_000 for occurrence in occurrences)


NOW = at("2026-11-24 08:00")


@pytest.mark.parametrize(
    ("changes", "questions"),
    [
        ({}, []),
        ({"end_day": "2027-12-01"}, ["It would last 365 days"]),
        ({"day": "2028-12-01"}, ["more than a year ahead: Fri 1 Dec 2028"]),
        ({"day": "2028-12-01", "end": "18:00"}, ["last 23 hours", "more than a year ahead"]),
    ],
)
def test_what_is_unlikely_is_asked(changes, questions):
    asked = doubts.of_session(planned({**ONCE, **changes}), AMSTERDAM.clock_zone, NOW)

    assert len(asked) == len(questions)
    assert all(words in question for words, question in zip(questions, asked, strict=True))


def test_a_long_or_far_series_is_asked():
    series = planned({**WEEKLY, "end": "18:00", "day": "2028-01-01", "until": "day", "last_day": "2030-01-01"})

    assert len(doubts.of_series(series, date(2026, 11, 24))) == 3
    assert doubts.of_series(planned(WEEKLY), date(2026, 11, 24)) == []


def test_even_a_session_of_centuries_is_compared_with_eight_weeks_alone():
    session = planned({**ONCE, "end_day": "9026-12-01"})

    start, end = doubts.compared_time(session, AMSTERDAM.clock_zone, TUESDAY)

    assert (start, (end - start) / (24 * 3_600_000)) == (session.planned_start, 56)


@pytest.mark.parametrize(
    ("end", "day", "words"),
    [
        (datetime(2026, 12, 1, 21, tzinfo=UTC), TUESDAY, "19:00 – 21:00"),
        (datetime(2026, 12, 2, 1, tzinfo=UTC), TUESDAY, "19:00 – 01:00"),
        (datetime(2026, 12, 4, 1, tzinfo=UTC), TUESDAY, "19:00 – 4 Dec 01:00"),
        (datetime(2026, 12, 4, 1, tzinfo=UTC), date(2026, 12, 3), "1 Dec 19:00 – 4 Dec 01:00"),
        (None, TUESDAY, "from 19:00"),
    ],
)
def test_times_have_a_date_where_it_is_not_clear(end, day, words):
    assert time_words(datetime(2026, 12, 1, 19, tzinfo=UTC), end, day) == words


def test_an_answer_holds_for_its_questions_alone():
    assert doubts.digest([]) == ""
    assert len({doubts.digest(["It would last 20 hours."]), doubts.digest(["It would last 30 hours."])}) == 2
