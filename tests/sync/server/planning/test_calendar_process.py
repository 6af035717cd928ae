"""A calendar's file is read within limits of time and memory, and a large one as a small one is."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from sync.server.planning.calendar_components import NotACalendar
from sync.server.planning.calendar_import import SessionRule
from sync.server.planning.calendar_process import SMALL_BYTES, ReadingLimits, ReadingTask, read_wanted
from tests.support.calendar_texts import calendar, event

NOW = int(datetime(2026, 11, 24, 8, tzinfo=UTC).timestamp() * 1000)
RARE = event(
    "1", "DTSTART:20261201T180000Z", "DTEND:20261201T190000Z", "Rare", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
)
PADDING = ["DESCRIPTION:" + "x" * 1_000] * (SMALL_BYTES // 1_000 + 1)


def task(content: bytes, **limits: float) -> ReadingTask:
    return ReadingTask(content, UUID(int=5), SessionRule(), "Europe/Amsterdam", NOW, ReadingLimits(**limits))


def test_a_large_file_is_read_as_a_small_one():
    small = calendar(event(), event("bad", "DTSTART:never"))
    large = calendar(event(), event("bad", "DTSTART:never", "DTEND:never", "Bad", *PADDING))

    assert len(large) > SMALL_BYTES
    assert read_wanted(task(large)) == read_wanted(task(small))
    assert len(read_wanted(task(large)).sessions) == 1


def test_a_small_file_that_takes_much_work_is_read_too():
    wanted = read_wanted(task(calendar(RARE, event("2"))))

    assert len(wanted.sessions) == 1
    assert "takes too long" in wanted.unreadable["1"]


def test_a_file_that_is_refused_says_why_from_the_process_too():
    with pytest.raises(NotACalendar, match="does not begin"):
        read_wanted(task(b"x" * (SMALL_BYTES + 1)))


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ({"wait_s": 0.01}, "longer than 0.01 seconds"),
        ({"seconds": 0}, "takes too long"),
        ({"memory": 1_000_000}, "too much memory"),
    ],
)
def test_what_takes_too_much_is_refused(limits, why):
    with pytest.raises(NotACalendar, match=why):
        read_wanted(task(calendar(event(), PADDING * 20), **limits))
