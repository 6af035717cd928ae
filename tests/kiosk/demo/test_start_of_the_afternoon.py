"""When the demonstration's afternoon begins."""

from datetime import UTC, datetime, time, timedelta

import pytest

from kiosk.demo import plan
from kiosk.demo.afternoon import last_afternoon
from kiosk.services.night import DAY_ENDS


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_it_is_over_by_now_and_no_venues_day_ends_within_it(hour: int) -> None:
    now = datetime(2026, 11, 26, hour, 30, tzinfo=UTC)

    start = last_afternoon(now)
    end = start + timedelta(minutes=plan.minutes())

    assert now - timedelta(days=2) < start and end <= now
    day_end = datetime.combine(start.date() + timedelta(days=1), DAY_ENDS, UTC)
    assert time(4) < start.timetz().replace(tzinfo=None) and end < day_end
