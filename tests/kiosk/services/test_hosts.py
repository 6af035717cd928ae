"""A host's PIN: the first one is made, wrong ones are held back, and no restart forgets them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.services import hosts
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, WrongPin
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock

MINUTE = 60_000


def test_the_first_start_makes_the_first_pin(context: KioskContext) -> None:
    assert not hosts.has_hosts(context)

    host = hosts.set_first_pin(context, "482913")

    assert hosts.has_hosts(context)
    assert hosts.check_pin(context, "482913") == host


def test_there_is_no_other_way_in(context: KioskContext, host: HostSession) -> None:
    assert hosts.check_pin(context, "000000") == WrongPin(0)
    with pytest.raises(ValueError, match="already"):
        hosts.set_first_pin(context, "111111")


@pytest.mark.parametrize("pin", ["", "12345", "123456789", "abcdef"])
def test_a_first_pin_must_be_one(context: KioskContext, pin: str) -> None:
    with pytest.raises(ValueError, match="six to eight"):
        hosts.set_first_pin(context, pin)
    assert not hosts.has_hosts(context)


def test_held_back_after_three_even_with_the_right_one(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    assert [hosts.check_pin(context, "000000") for _ in range(3)] == [WrongPin(0), WrongPin(0), WrongPin(30)]
    clock.jump(10 * MINUTE)  # setting the clock shortens nothing
    assert hosts.check_pin(context, "482913") == WrongPin(30)

    clock.move(ms=30_000)

    assert hosts.check_pin(context, "482913") == host
    assert hosts.check_pin(context, "000000") == WrongPin(0)


def test_a_restart_forgets_no_wrong_try(
    context: KioskContext, host: HostSession, clock: ManualClock, open_ledger: Callable[[str], Ledger]
) -> None:
    for _ in range(3):
        hosts.check_pin(context, "000000")

    clock.reboot()
    again = replace(context, ledger=open_ledger("ledger"))

    assert hosts.check_pin(again, "482913") == WrongPin(30)
    clock.move(ms=30_000)
    assert hosts.check_pin(again, "000000") == WrongPin(60)


def test_no_pin_is_kept_as_it_is(context: KioskContext, host: HostSession) -> None:
    assert "482913" not in str(context.ledger.recall("hosts"))
