"""What has changed in a calendar: sessions are followed without duplicates, and doubtful fetches cancel nothing."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.server.planning.calendar_file import read_calendar
from sync.server.planning.calendar_import import ImportChanges, ImportedSession, SessionRule, changes, wanted_sessions
from tests.support import soak
from tests.support.calendar_texts import calendar, event

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CALENDAR = UUID(int=5)
NOW = int(datetime(2026, 11, 24, 8, tzinfo=UTC).timestamp() * 1000)


class FollowedCalendar:
    """The sessions of a calendar over several fetches."""

    def __init__(self) -> None:
        self.sessions: dict[UUID, ImportedSession] = {}

    def read(self, *events: list[str], now: int = NOW, accept_fewer: bool = False) -> ImportChanges:
        file = read_calendar(calendar(*events), CALENDAR)
        wanted = wanted_sessions(file, SessionRule(), AMSTERDAM, now, lambda uid: uuid5(CALENDAR, uid))
        result = changes(list(self.sessions.values()), wanted, AMSTERDAM, now, accept_fewer=accept_fewer)
        self.sessions |= {item.session: item for item in (*result.kept, *result.cancelled)}
        return result

    @property
    def planned(self) -> list[ImportedSession]:
        return sorted(
            (item for item in self.sessions.values() if not item.is_cancelled), key=lambda item: item.planned.start
        )


def at(day: int, hour: int = 18, title: str = "Evening", uid: str | None = None, *more: str) -> list[str]:
    uid = uid or f"{day}@example.org"
    return event(
        uid, f"DTSTART:202612{day:02}T{hour:02}0000Z", f"DTEND:202612{day:02}T{hour + 1:02}0000Z", title, *more
    )


def weekly(*more: str, hour: int = 18, day: int = 1, title: str = "Club") -> list[str]:
    return at(day, hour, title, "club", "RRULE:FREQ=WEEKLY;COUNT=5", *more)


def counts(result):
    return len(result.planned), len(result.changed), len(result.cancelled), len(result.withheld)


@pytest.fixture
def followed():
    return FollowedCalendar()


def test_reading_a_calendar_again_changes_nothing(followed):
    first = followed.read(weekly(), at(3))
    again = followed.read(weekly(), at(3))

    assert (counts(first), counts(again)) == ((6, 0, 0, 0), (0, 0, 0, 0))
    assert len(again.kept) == 6


@pytest.mark.parametrize(
    "after",
    [at(3, 20, uid="3@example.org"), at(9, 18, uid="3@example.org"), at(3, 18, "Late evening", "3@example.org")],
)
def test_a_moved_or_renamed_event_stays_the_same_session(followed, after):
    followed.read(at(3), at(4))
    before = followed.planned[0].session

    assert counts(followed.read(after, at(4))) == (0, 1, 0, 0)
    assert before in [item.session for item in followed.planned]
    assert len(followed.planned) == 2


@pytest.mark.parametrize("after", [weekly(hour=20), weekly(hour=12), weekly(day=2), weekly(title="Reading club")])
def test_a_whole_series_that_is_moved_or_renamed_stays_the_same_sessions(followed, after):
    followed.read(weekly())
    before = [item.session for item in followed.planned]

    assert counts(followed.read(after)) == (0, 5, 0, 0)
    assert [item.session for item in followed.planned] == before


def test_a_moved_and_a_cancelled_occurrence_of_a_series(followed):
    followed.read(weekly())
    moved = at(9, 19, "Club", "club", "RECURRENCE-ID:20261208T180000Z")

    result = followed.read(weekly("EXDATE:20261215T180000Z"), moved)

    assert counts(result) == (0, 1, 1, 0)
    assert result.changed[0].session not in {item.session for item in result.cancelled}


def test_a_removed_event_is_cancelled_and_another_session_when_it_comes_back(followed):
    followed.read(at(3), at(4), at(5))
    before = followed.planned[0].session
    assert counts(followed.read(at(4), at(5))) == (0, 0, 1, 0)
    assert counts(followed.read(at(3), at(4), at(5))) == (1, 0, 0, 0)

    assert before not in [item.session for item in followed.planned]
    assert len(followed.planned) == 3
    assert counts(followed.read(at(3), at(4), at(5))) == (0, 0, 0, 0)


def test_ids_that_change_at_every_fetch_fall_back_to_title_and_start(followed):
    def read():
        return followed.read(*[at(day, uid=uuid4().hex) for day in range(3, 9)])

    read()
    before = [item.session for item in followed.planned]
    assert counts(read()) == (0, 0, 0, 0)
    assert counts(followed.read(*[at(day, uid=uuid4().hex) for day in range(4, 9)])) == (0, 0, 1, 0)
    assert [item.session for item in followed.planned] == before[1:]


def test_events_with_new_ids_and_another_time_or_title_stay_the_same_sessions(followed):
    days = range(3, 9)
    followed.read(*[at(day, uid=uuid4().hex) for day in days])
    before = [item.session for item in followed.planned]

    assert counts(followed.read(*[at(day, 19, uid=uuid4().hex) for day in days])) == (0, 6, 0, 0)
    assert counts(followed.read(*[at(day, 19, "Quiet hour", uuid4().hex) for day in days])) == (0, 6, 0, 0)
    assert counts(followed.read(*[at(day + 10, 19, "Quiet hour", uuid4().hex) for day in days])) == (0, 6, 0, 0)
    assert [item.session for item in followed.planned] == before


def test_a_series_that_is_split_under_another_id_follows_without_duplicates(followed):
    """As Google splits one: the earlier part ends, and the later part has an id of its own."""
    followed.read(weekly())
    before = [item.session for item in followed.planned]

    first = at(1, 18, "Club", "club", "RRULE:FREQ=WEEKLY;COUNT=2")
    assert counts(followed.read(first, at(15, 18, "Club", "club_R", "RRULE:FREQ=WEEKLY;COUNT=3"))) == (0, 0, 0, 0)
    assert [item.session for item in followed.planned] == before
    result = followed.read(first, at(15, 20, "Club", "club_R", "RRULE:FREQ=WEEKLY;COUNT=3"))
    assert counts(result) == (0, 3, 0, 0)


def test_what_others_were_planned_in_place_of_does_not_stay_beside_them(followed):
    """So much has vanished that the calendar would look incomplete, were it not for what has come."""
    followed.read(at(1), *[at(day, uid=uuid4().hex) for day in range(3, 9)])

    moved = [at(day, uid=uuid4().hex) for day in range(13, 18)]
    assert counts(followed.read(at(1), *moved)) == (5, 0, 6, 0)
    renamed = [at(day, title=f"Tea {day}", uid=uuid4().hex) for day in range(13, 18)]
    assert counts(followed.read(at(1), *renamed)) == (5, 0, 5, 0)


def test_an_event_twice_in_a_calendar_is_one_session(followed):
    assert counts(followed.read(at(3, uid="a"), at(3, uid="b"), at(3, uid="a"))) == (1, 0, 0, 0)
    assert counts(followed.read(at(3, uid="b"), at(3, uid="a"))) == (0, 0, 0, 0)


def test_an_empty_calendar_cancels_nothing(followed):
    followed.read(at(3))

    result = followed.read()
    assert counts(result) == (0, 0, 0, 1)
    assert len(followed.planned) == 1
    assert counts(followed.read(accept_fewer=True)) == (0, 0, 1, 0)


def test_a_calendar_that_has_shrunk_sharply_cancels_nothing_until_it_is_accepted(followed):
    followed.read(*[at(day) for day in range(3, 10)])

    assert counts(followed.read(at(3), at(20))) == (1, 0, 0, 6)
    assert counts(followed.read(*[at(day) for day in range(3, 10)], at(20))) == (0, 0, 0, 0)
    assert counts(followed.read(at(3), at(20), accept_fewer=True)) == (0, 0, 6, 0)


def test_a_series_that_ends_earlier_or_turns_private_is_cancelled_although_it_is_most_of_the_calendar(followed):
    followed.read(weekly())

    assert counts(followed.read(at(1, 18, "Club", "club", "RRULE:FREQ=WEEKLY;COUNT=1"))) == (0, 0, 4, 0)
    assert counts(followed.read(weekly("CLASS:PRIVATE"))) == (0, 0, 1, 0)


def test_sessions_of_an_event_that_cannot_be_read_any_more_stay(followed):
    followed.read(weekly(), at(3))

    result = followed.read(at(1, 18, "Club", "club", "RRULE:FREQ=SECONDLY"), at(3))
    assert counts(result) == (0, 0, 0, 0)
    assert len(result.kept) == 6


def test_what_is_over_is_neither_cancelled_nor_planned_again(followed):
    followed.read(at(3), at(4))
    later = NOW + int(timedelta(days=30).total_seconds() * 1000)

    assert counts(followed.read(at(28), now=later)) == (1, 0, 0, 0)


FACTS = st.dictionaries(
    st.sampled_from("abcdef"), st.tuples(st.integers(1, 28), st.integers(8, 20), st.sampled_from(["Tea", "Club"]))
)


@settings(max_examples=soak.times(50, 5_000), deadline=None)
@given(st.lists(st.tuples(FACTS, st.booleans()), min_size=1, max_size=6))
def test_whatever_calendars_say_each_session_is_planned_once(fetches):
    followed = FollowedCalendar()
    for facts, new_ids in fetches:
        events = [at(day, hour, title, uuid4().hex if new_ids else uid) for uid, (day, hour, title) in facts.items()]
        result = followed.read(*events, accept_fewer=True)
        shown = [(item.planned.title, item.planned.start) for item in followed.planned]
        assert len(shown) == len(set(shown))
        assert {(title, day, hour) for day, hour, title in facts.values()} == {
            (title, moment.day, moment.hour)
            for title, start in shown
            for moment in [datetime.fromtimestamp(start / 1000, UTC)]
        }
        assert not {item.session for item in result.planned} & {item.session for item in result.cancelled}
        assert counts(followed.read(*events)) == (0, 0, 0, 0)
