"""Unknown times are estimates, and corrected when the boot is anchored."""

from uuid import uuid4

import pytest

from sync.domain.clock import (
    END_OF_9998,
    YEAR_2000,
    Moment,
    elapsed_ms,
    more_exact,
    resolve_moment,
    server_anchor,
    signed_ms,
)
from sync.domain.events import ClockAnchored, Stamp

BOOT = uuid4()
IN_1970 = 5_000
NOON = 1_795_507_200_000


def test_a_sure_time_is_not_corrected() -> None:
    anchor = ClockAnchored(boot=BOOT, offset=IN_1970, source="server", error=1)

    assert resolve_moment(NOON, Stamp(BOOT, 60_000, sure=True), anchor) == Moment(NOON, BOOT, 60_000, estimated=False)


def test_an_unsure_time_is_an_estimate_until_its_boot_is_anchored() -> None:
    stamp = Stamp(BOOT, 60_000, sure=False)
    anchor = ClockAnchored(boot=BOOT, offset=NOON, source="server", error=40)

    assert resolve_moment(IN_1970, stamp, None) == Moment(IN_1970, BOOT, 60_000, estimated=True)
    assert resolve_moment(IN_1970, stamp, anchor) == Moment(NOON + 60_000, BOOT, 60_000, estimated=False)


@pytest.mark.parametrize("offset", [IN_1970, -(2**53), YEAR_2000 - 60_001, END_OF_9998 - 59_999])
def test_a_time_outside_2000_to_9998_corrects_nothing(offset: int) -> None:
    anchor = ClockAnchored(boot=BOOT, offset=offset, source="server", error=0)

    assert resolve_moment(NOON, Stamp(BOOT, 60_000, sure=False), anchor) == Moment(NOON, BOOT, 60_000, estimated=True)


def test_within_one_boot_no_wall_clock_changes_a_duration() -> None:
    start = Moment(NOON, BOOT, 10_000, estimated=False)
    ten_years_on = Moment(NOON + 10 * 365 * 86_400_000, BOOT, 70_000, estimated=False)

    assert elapsed_ms(start, ten_years_on) == 60_000


def test_between_two_clocks_that_cant_be_compared_there_is_no_duration() -> None:
    sure, unsure = Moment(NOON, BOOT, 10_000, estimated=False), Moment(15_000, uuid4(), 5, estimated=True)

    assert elapsed_ms(sure, unsure) is None
    assert elapsed_ms(unsure, sure) is None
    assert signed_ms(unsure, sure) == NOON - 15_000


def test_across_boots_the_wall_clock_counts_and_no_duration_is_negative() -> None:
    start = Moment(NOON, BOOT, 10_000, estimated=False)

    assert elapsed_ms(start, Moment(NOON + 90_000, uuid4(), 5, estimated=False)) == 90_000
    assert elapsed_ms(start, Moment(NOON - 90_000, uuid4(), 5, estimated=False)) == 0


def test_the_servers_time_belongs_to_the_middle_of_the_round_trip() -> None:
    anchor = server_anchor(BOOT, sent_up=1_000, received_up=1_400, server_time=NOON, resolution=1)

    assert anchor.offset + 1_200 == NOON
    assert anchor.error == 201


def test_the_more_exact_anchor_counts_in_any_order() -> None:
    rough = ClockAnchored(boot=BOOT, offset=1, source="server", error=500)
    fine = ClockAnchored(boot=BOOT, offset=2, source="ntp", error=100)

    assert more_exact(rough, fine) == more_exact(fine, rough) == fine
