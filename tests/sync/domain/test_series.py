"""A weekly series: its occurrences by the venue's clocks, their ids, and what several writers set of it."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain import events
from sync.domain.clock import Moment
from sync.domain.events import Phase
from sync.domain.fold import Fact, fold_series
from sync.domain.series import MINUTE, Series, local_start, occurrence_id, occurrences

AMSTERDAM, APIA = ZoneInfo("Europe/Amsterdam"), ZoneInfo("Pacific/Apia")
SERIES = Series(UUID(int=1), zone="main", title="Quiet evening", weekdays=(2, 7), start_minute=19 * 60, minutes=120)
BODY = events.SeriesSet("main", "Quiet evening", "event", (2,), 19 * 60, 120, rhythm=(Phase("quiet", 60),))
ZONES = st.sampled_from(
    ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "UTC"]
).map(ZoneInfo)


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


def starts(series: Series, since: str, until: str, zone: ZoneInfo = AMSTERDAM) -> list[str]:
    """By UTC."""
    found = occurrences(series, zone, ms(since), ms(until))
    return [f"{datetime.fromtimestamp(one.start / 1000, UTC):%m-%d %H:%M}" for one in found]


def series(**changes: object) -> Series:
    return Series(**({name: getattr(SERIES, name) for name in SERIES.__struct_fields__} | changes))


def test_it_takes_place_at_the_same_local_time_in_summer_and_winter() -> None:
    assert starts(SERIES, "2026-10-20", "2026-10-28") == ["10-20 17:00", "10-25 18:00", "10-27 18:00"]


def test_a_time_that_the_clocks_skip_is_as_much_later() -> None:
    early = series(start_minute=2 * 60 + 30)

    assert starts(early, "2026-03-28", "2026-03-30") == ["03-29 01:30"]  # half past three in Amsterdam


def test_a_time_that_comes_twice_is_the_first() -> None:
    early = series(start_minute=2 * 60 + 30)

    assert starts(early, "2026-10-24 12:00", "2026-10-26") == ["10-25 00:30"]


def test_a_day_that_a_time_zone_left_out_has_no_session() -> None:
    daily = series(weekdays=(1, 2, 3, 4, 5, 6, 7), start_minute=12 * 60)

    assert starts(daily, "2011-12-28", "2011-12-31", APIA) == [
        "12-28 22:00",
        "12-29 22:00",
        "12-30 22:00",  # on the 31st there: the 30th never came
    ]


def test_a_session_that_runs_over_midnight_is_among_those_of_the_next_day() -> None:
    late = series(start_minute=23 * 60, minutes=180)

    assert starts(late, "2026-11-25 00:30", "2026-11-25 12:00") == ["11-24 22:00"]
    assert starts(late, "2026-11-25 01:00", "2026-11-25 12:00") == []


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({"first_day": date(2026, 11, 24)}, ["11-24 18:00", "11-29 18:00"]),
        ({"last_day": date(2026, 11, 24)}, ["11-22 18:00", "11-24 18:00"]),
        ({"skipped_days": (date(2026, 11, 24),)}, ["11-22 18:00", "11-29 18:00"]),
        ({"ended": True}, []),
    ],
)
def test_days_on_which_it_does_not_take_place(changes: dict[str, object], days: list[str]) -> None:
    assert starts(series(**changes), "2026-11-22", "2026-11-30") == days


def test_the_id_is_the_one_of_the_protocol() -> None:
    """docs/protocol.md names this example."""
    id = UUID("019f3b1b-2222-7a10-8c55-3f2b6c1d9e44")

    assert occurrence_id(id, 1_795_543_200_000) == UUID("6a30ac9b-4c7a-5345-8e90-c70bebade037")
    assert occurrence_id(id, 1_795_543_200_000, reopened=1) == UUID("7e21413a-2e15-5b32-957d-47efb911680a")


ANY_SERIES = st.builds(
    lambda weekdays, minute, minutes: series(weekdays=tuple(weekdays), start_minute=minute, minutes=minutes),
    st.sets(st.integers(1, 7), min_size=1),
    st.integers(0, 1439),
    st.integers(1, 1440),
)
MINUTES = st.tuples(st.integers(0, 3 * 365 * 24 * 60), st.integers(0, 40 * 24 * 60), st.integers(0, 40 * 24 * 60))


@given(ZONES, ANY_SERIES, MINUTES)
def test_whatever_is_asked_for_the_same_sessions_have_the_same_ids(
    zone: ZoneInfo, weekly: Series, spans: tuple[int, int, int]
) -> None:
    """Two kiosks ask at different times, for different lengths of time."""
    since, first, second = (span * MINUTE for span in spans)
    begin = ms("2010-06-01") + since
    middle, end = begin + first, begin + first + second

    whole = occurrences(weekly, zone, begin, end)
    parts = [*occurrences(weekly, zone, begin, middle), *occurrences(weekly, zone, middle, end)]

    assert {one.id: one for one in parts} == {one.id: one for one in whole}
    assert [one.start for one in whole] == sorted({one.start for one in whole})
    for one in whole:
        local = datetime.fromtimestamp(one.start // 1000, UTC).astimezone(zone)
        assert local.date() == one.day and one.day.isoweekday() in weekly.weekdays
        assert one.start < end and one.end > begin and one.end - one.start == weekly.minutes * MINUTE


@given(ZONES, st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(0, 1439))
def test_a_local_time_that_exists_is_hit_exactly(zone: ZoneInfo, day: date, minute: int) -> None:
    start = datetime.fromtimestamp(local_start(day, minute, zone) // 1000, UTC).astimezone(zone)
    wanted = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)

    exists = wanted.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wanted.replace(tzinfo=None)
    assert not exists or (start.date(), start.hour * 60 + start.minute) == (day, minute)


def fact(tick: int, event: events.Event) -> Fact:
    return Fact(uuid4(), tick, UUID(int=tick), Moment(tick, UUID(int=0), tick, estimated=False), event)


def test_the_last_setting_counts_whatever_the_order_of_arrival() -> None:
    later = events.SeriesSet("attic", "Chess", "club", (5, 6), 600, 60, opens_itself=True)

    for facts in ([fact(1, BODY), fact(2, later)], [fact(2, later), fact(1, BODY)]):
        state = fold_series(SERIES.id, facts)
        assert (state.zone, state.title, state.weekdays, state.rhythm) == ("attic", "Chess", (5, 6), ())
        assert (state.opens_itself, state.ended, state.journal) == (True, False, UUID(int=2))


def test_its_end_wins_over_a_setting_that_did_not_know_of_it() -> None:
    state = fold_series(SERIES.id, [fact(1, BODY), fact(2, events.SeriesEnded()), fact(3, BODY)])

    assert state.ended
    assert fold_series(SERIES.id, [fact(2, events.SeriesEnded())]).weekdays == ()
