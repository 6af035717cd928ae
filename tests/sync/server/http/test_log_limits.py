"""Repeated log messages are limited per minute, and counted."""

import logging
from collections.abc import Iterator

import pytest

from sync.server.http.connection_limits import OverloadLog
from sync.server.http.log_limits import ALLOWED, REMEMBERED, WINDOW_S, RepeatLimit


class CollectedLines(logging.Handler):
    """Collects the log lines that pass the filter."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.lines: list[str] = []
        self.limit = RepeatLimit(lambda: self.now)
        self.addFilter(self.limit)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def output() -> Iterator[CollectedLines]:
    handler, log = CollectedLines(), logging.getLogger("hearth")
    log.addHandler(handler)
    yield handler
    log.removeHandler(handler)


def test_a_message_is_logged_so_many_times_a_minute_whatever_its_arguments(output: CollectedLines) -> None:
    for number in range(10_000):
        logging.getLogger("hearth.test").warning("refused %d", number)

    assert output.lines == [f"refused {number}" for number in range(ALLOWED)]


def test_the_first_after_a_minute_counts_those_that_were_dropped(output: CollectedLines) -> None:
    for minute in range(2):
        output.now = minute * WINDOW_S
        for _ in range(ALLOWED + 7):
            logging.getLogger("hearth.test").warning("refused %s", "%d")

    assert output.lines[ALLOWED] == "refused %d (and 7 more like it before)"
    assert len(output.lines) == 2 * ALLOWED


def test_another_message_is_still_logged(output: CollectedLines) -> None:
    for _ in range(1000):
        logging.getLogger("hearth.test").warning("refused")
    logging.getLogger("hearth.test").warning("the disk is full")

    assert output.lines[-1] == "the disk is full"


def test_messages_that_are_never_the_same_are_not_remembered_forever(output: CollectedLines) -> None:
    for number in range(2 * REMEMBERED):
        logging.getLogger("hearth.test").warning(f"made up {number}")

    assert len(output.limit._windows) <= REMEMBERED


def test_an_overload_is_one_line_when_it_begins_and_one_when_it_is_over(output: CollectedLines) -> None:
    overload = OverloadLog("No descriptors are left")
    for now in range(1000):
        overload.happened(now)
        overload.check(now, quiet_s=60)
    overload.check(1100, quiet_s=60)
    overload.check(1200, quiet_s=60)

    first, last = output.lines
    assert first == "No descriptors are left. Further ones are counted."
    assert last == "No descriptors are left: 1000 in 999 s; over now"
