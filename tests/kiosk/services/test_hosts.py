"""Host PINs: the first one is set, failures lead to a lockout, and a restart keeps it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.services import hosts
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, WrongPin
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock

MINUTE = 60_000


def test_the_first_start_sets_the_first_pin(context: KioskContext) -> None:
    assert not hosts.has_hosts(context)

    host = hosts.set_first_pin(context, "482913")

    assert hosts.has_hosts(context)
    assert hosts.check_pin(context, "482913") == host


def test_a_wrong_pin_and_a_second_first_pin_are_refused(context: KioskContext, host: HostSession) -> None:
    assert hosts.check_pin(context, "000000") == WrongPin(0)
    with pytest.raises(ValueError, match="already"):
        hosts.set_first_pin(context, "111111")


@pytest.mark.parametrize("pin", ["", "12345", "123456789", "abcdef"])
def test_a_first_pin_must_have_six_to_eight_digits(context: KioskContext, pin: str) -> None:
    with pytest.raises(ValueError, match="six to eight"):
        hosts.set_first_pin(context, pin)
    assert not hosts.has_hosts(context)


def test_the_third_failure_locks_out_the_right_pin_too(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    assert [hosts.check_pin(context, "000000") for _ in range(3)] == [WrongPin(0), WrongPin(0), WrongPin(30)]
    clock.jump(10 * MINUTE)  # setting the clock shortens nothing
    assert hosts.check_pin(context, "482913") == WrongPin(30)

    clock.move(ms=30_000)

    assert hosts.check_pin(context, "482913") == host
    assert hosts.check_pin(context, "000000") == WrongPin(0)


def test_failures_are_kept_over_a_restart(
    context: KioskContext, host: HostSession, clock: ManualClock, open_ledger: Callable[[str], Ledger]
) -> None:
    for _ in range(3):
        hosts.check_pin(context, "000000")

    clock.reboot()
    again = replace(context, ledger=open_ledger("ledger"))

    assert hosts.check_pin(again, "482913") == WrongPin(30)
    clock.move(ms=30_000)
    assert hosts.check_pin(again, "000000") == WrongPin(60)


def test_only_a_pins_hash_is_stored(context: KioskContext, host: HostSession) -> None:
    assert "482913" not in str(context.ledger.recall("hosts"))
