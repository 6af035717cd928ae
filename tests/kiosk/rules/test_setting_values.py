"""When it is night."""

from datetime import time

import pytest

from kiosk.rules.setting_values import is_night


@pytest.mark.parametrize(
    ("now", "begin", "end", "night"),
    [
        (time(23), "22:00", "06:00", True),
        (time(5, 59), "22:00", "06:00", True),
        (time(6), "22:00", "06:00", False),
        (time(21, 59), "22:00", "06:00", False),
        (time(1), "00:30", "05:00", True),
        (time(0, 29), "00:30", "05:00", False),
        (time(12), "08:00", "08:00", False),
    ],
)
def test_the_night_may_span_midnight(now: time, begin: str, end: str, night: bool) -> None:
    assert is_night(now, begin, end) is night
