"""One venue's kiosks share their hosts, also one that is paired later, and change their key when a kiosk leaves."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from kiosk.services import hosts, hosts_reset, occupancy, venue_keys
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, NoAccess, WrongKey, WrongPin
from kiosk.services.roles import LeadNeeded
from sync.domain import host_numbers
from sync.domain.events import KioskRevoked
from sync.ledger.ledger import Ledger
from tests.support.linked_venue import LinkedVenue


@pytest.fixture
def other(context: KioskContext, open_ledger: Callable[[str], Ledger]) -> KioskContext:
    """A kiosk that is paired later."""
    return replace(context, ledger=open_ledger("other"))


@pytest.fixture
def venue(context: KioskContext, other: KioskContext, open_ledger: Callable[[str], Ledger]) -> LinkedVenue:
    return LinkedVenue(open_ledger("server"), {uuid4(): context, uuid4(): other})


def sign_in(context: KioskContext, pin: str) -> HostSession:
    host = hosts.check_pin(context, pin)
    assert isinstance(host, HostSession), host
    return host


def show_and_type(shown_by: KioskContext, lead: HostSession, typed_at: KioskContext) -> object:
    """``lead`` reads the key at the one kiosk, and types it at the other, where a lead has signed in if one can."""
    return venue_keys.add_key(typed_at, venue_keys.read_key(shown_by, lead), lead)


def test_a_key_is_typed_by_a_lead_where_one_can_sign_in(
    context: KioskContext, other: KioskContext, host: HostSession, venue: LinkedVenue
) -> None:
    hosts.set_first_pin(other, "735124", "Jo")
    venue.exchange()
    groups = venue_keys.read_key(context, host)

    for who in (None, replace(host, role="host")):
        with pytest.raises(LeadNeeded):
            venue_keys.add_key(other, groups, who)


def test_a_kiosk_that_is_paired_later_knows_the_hosts_once_the_key_is_typed(
    context: KioskContext, other: KioskContext, host: HostSession, venue: LinkedVenue
) -> None:
    added = hosts.add_host(context, host, "Jo", "host", "735124")
    venue.exchange()

    assert hosts.read_access(other) == NoAccess("key")
    assert hosts.check_pin(other, "735124") == WrongPin(0)
    assert show_and_type(context, host, other) == 2

    jo = sign_in(other, "735124")
    assert (jo.number, jo.name, jo.role) == (added.number, "Jo", "host")
    assert sign_in(other, "482913") == host


def test_a_key_of_another_venue_unlocks_nothing(
    context: KioskContext,
    other: KioskContext,
    host: HostSession,
    venue: LinkedVenue,
    open_ledger: Callable[[str], Ledger],
) -> None:
    stranger = replace(context, ledger=open_ledger("stranger"))
    lead = hosts.set_first_pin(stranger, "999888")
    venue.exchange()

    assert show_and_type(stranger, lead, other) == WrongKey()
    assert venue_keys.add_key(other, ("00000",) * 10) == WrongKey()
    assert hosts.read_access(other) == NoAccess("key")


def test_changes_reach_the_other_kiosk(
    context: KioskContext, other: KioskContext, host: HostSession, venue: LinkedVenue
) -> None:
    venue.exchange()
    show_and_type(context, host, other)
    added = hosts.add_host(other, sign_in(other, "482913"), "Jo", "host", "735124")
    venue.exchange()

    assert sign_in(context, "735124").number == added.number
    hosts.remove_host(context, host, added.id)
    venue.exchange()

    assert hosts.check_pin(other, "735124") == WrongPin(0)


def test_hosts_of_a_kiosk_that_stood_alone_keep_their_pins(
    context: KioskContext, other: KioskContext, host: HostSession, venue: LinkedVenue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both made a first host before they were paired: the kiosk where the key is typed joins the other's."""
    hosts.set_first_pin(other, "735124", "Jo")
    venue.exchange()
    assert occupancy.read_board(other).health.trouble == "key missing"
    assert sign_in(other, "735124").name == "Jo", "no host is locked out meanwhile"

    show_and_type(context, host, other)
    venue.exchange()

    for kiosk in (context, other):
        assert sign_in(kiosk, "735124").name == "Jo"
        assert sign_in(kiosk, "482913") == host
        assert occupancy.read_board(kiosk).health.trouble is None
    calls = []
    computed = hosts.pins.tag
    monkeypatch.setattr(hosts.pins, "tag", lambda pin, salt: calls.append(1) or computed(pin, salt))
    sign_in(other, "735124")
    assert len(calls) == 1, "after a sign-in both PINs have one salt"


def test_the_end_of_a_pairing_changes_key_and_pins_and_locks_nobody_out(
    context: KioskContext, other: KioskContext, host: HostSession, venue: LinkedVenue
) -> None:
    added = hosts.add_host(context, host, "Jo", "host", "735124")
    venue.exchange()
    show_and_type(context, host, other)
    venue.revoke()
    venue.exchange()
    assert occupancy.read_board(context).health.trouble == "change key"
    assert sign_in(context, "735124"), "old PINs work until a lead has changed them"

    old_key = venue_keys.read_key(context, host)
    new_pins = venue_keys.propose_change(context)
    assert occupancy.read_board(context).health.trouble == "change key", "nothing is changed before they are confirmed"
    venue_keys.change_key(context, host, new_pins)
    venue.exchange()

    assert occupancy.read_board(context).health.trouble is None
    assert hosts.check_pin(context, "735124") == WrongPin(0)
    numbers = sorted([host.number, added.number])
    assert [sign_in(context, new.pin).number for new in new_pins] == numbers

    assert occupancy.read_board(other).health.trouble == "key missing"
    assert sign_in(other, "735124").number == added.number, (
        "the other kiosk goes by the old PINs until it has the new key"
    )
    assert venue_keys.add_key(other, old_key, host) == WrongKey()
    show_and_type(context, host, other)
    assert hosts.check_pin(other, "735124") == WrongPin(0)
    assert [sign_in(other, new.pin).number for new in new_pins] == numbers
    assert occupancy.read_board(other).health.trouble is None


def test_a_kiosk_may_not_state_the_end_of_a_pairing(
    context: KioskContext, other: KioskContext, host: HostSession, venue: LinkedVenue
) -> None:
    other.ledger.record((uuid4(), KioskRevoked()))

    venue.exchange()

    assert occupancy.read_board(context).health.trouble is None


def test_a_reset_kiosk_can_join_again_and_the_others_notice_nothing(
    context: KioskContext, other: KioskContext, host: HostSession, venue: LinkedVenue
) -> None:
    venue.exchange()
    show_and_type(context, host, other)

    hosts_reset.reset(other.ledger, other.marker, UUID(int=2))
    venue.exchange()

    assert sign_in(context, "482913") == host
    assert hosts.read_access(other) == NoAccess("first")
    show_and_type(context, host, other)
    assert sign_in(other, "482913") == host


def joined(context: KioskContext, other: KioskContext, host: HostSession, venue: LinkedVenue) -> HostSession:
    """Both kiosks have one key and the same hosts; returns the session of the added host Jo, with PIN 735124."""
    hosts.add_host(context, host, "Jo", "host", "735124")
    venue.exchange()
    show_and_type(context, host, other)
    return sign_in(other, "735124")


@pytest.mark.parametrize("is_renamed_last", [True, False])
def test_a_corrected_name_and_a_new_pin_of_two_kiosks_that_are_apart_both_count(
    context: KioskContext, other: KioskContext, host: HostSession, venue: LinkedVenue, is_renamed_last: bool
) -> None:
    jo = joined(context, other, host, venue)
    changes = [
        lambda: hosts.set_pin(context, host, jo.host_id, "846235"),
        lambda: hosts.set_role(context, host, jo.host_id, "lead"),
        lambda: hosts.rename_host(other, host, jo.host_id, "Joe"),
    ]
    if not is_renamed_last:
        changes.reverse()
    for change in changes:
        change()
    venue.exchange()
    venue.exchange()

    for kiosk in (context, other):
        assert sign_in(kiosk, "846235") == replace(jo, name="Joe", role="lead")
        assert hosts.check_pin(kiosk, "735124") == WrongPin(0), "no old PIN comes back with a name"


def test_two_corrections_of_a_name_give_the_same_one_everywhere(
    context: KioskContext, other: KioskContext, host: HostSession, venue: LinkedVenue
) -> None:
    jo = joined(context, other, host, venue)
    hosts.rename_host(context, host, jo.host_id, "Joan")
    hosts.rename_host(other, host, jo.host_id, "Joe")
    venue.exchange()
    venue.exchange()

    assert sign_in(context, "735124") == sign_in(other, "735124")


def test_two_kiosks_that_are_apart_and_draw_the_same_number_show_another_one_for_both(
    context: KioskContext, other: KioskContext, host: HostSession, venue: LinkedVenue, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined(context, other, host, venue)
    monkeypatch.setattr(host_numbers.secrets, "choice", lambda free: free[0])
    mo = hosts.add_host(context, host, "Mo", "host", "111222")
    flo = hosts.add_host(other, host, "Flo", "host", "333444")
    assert mo.number == flo.number
    venue.exchange()
    venue.exchange()

    listed = hosts.read_hosts(context, host).hosts
    assert hosts.read_hosts(other, host).hosts == listed
    numbers = {listed_host.number for listed_host in listed}
    assert len(numbers) == 4 and mo.number not in numbers, "what was printed with it means nobody any more"
    hosts.rename_host(other, host, mo.id, "Moe")
    venue.exchange()
    venue.exchange()
    assert {listed_host.number for listed_host in hosts.read_hosts(context, host).hosts} == numbers
    assert hosts.add_host(context, host, "Bo", "host", "555666").number not in {*numbers, mo.number}
