"""Hosts: first host, PINs, lockout, roles, the move from an earlier release, and the cost of a check."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from kiosk.rules import pins
from kiosk.services import hosts, hosts_reset, venue_keys
from kiosk.services.context import KioskContext
from kiosk.services.hosts_marker import HostsMarker
from kiosk.services.records.host_records import HostSession, LastLead, ListedHost, NoAccess, WrongPin
from kiosk.services.roles import LeadNeeded
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock

MINUTE = 60_000


def sign_in(context: KioskContext, pin: str) -> HostSession:
    host = hosts.check_pin(context, pin)
    assert isinstance(host, HostSession)
    return host


def counted_hashes(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The salts of all hashes that are computed from now on."""
    salts: list[bytes] = []
    computed = pins.tag
    monkeypatch.setattr(pins, "tag", lambda pin, salt: salts.append(salt) or computed(pin, salt))
    return salts


def test_the_first_start_sets_the_first_pin(context: KioskContext) -> None:
    assert hosts.read_access(context) == NoAccess("first")

    host = hosts.set_first_pin(context, "482913", "Noor")

    assert hosts.read_access(context) is None
    assert hosts.check_pin(context, "482913") == host == HostSession(host.host_id, host.number, "lead", "Noor")


def test_a_wrong_pin_and_a_second_first_pin_are_refused(context: KioskContext, host: HostSession) -> None:
    assert hosts.check_pin(context, "000000") == WrongPin(0)
    with pytest.raises(ValueError, match="already"):
        hosts.set_first_pin(context, "111111")


@pytest.mark.parametrize("pin", ["", "12345", "123456789", "abcdef"])
def test_a_first_pin_must_have_six_to_eight_digits(context: KioskContext, pin: str) -> None:
    with pytest.raises(ValueError, match="six to eight"):
        hosts.set_first_pin(context, pin)
    assert not hosts.has_hosts(context)


@pytest.mark.parametrize("name", ["", "x" * 21, "N0or", "<b>", "  ", "-"])
def test_a_name_is_letters(context: KioskContext, host: HostSession, name: str) -> None:
    with pytest.raises(ValueError, match="1 to 20 letters"):
        hosts.add_host(context, host, name, "host", "735124")


@pytest.mark.parametrize("name", ["J. K.", "Zoë", "نور", "Anne-Marie", "O’Neil"])
def test_names_of_all_languages_are_stored_as_they_were_typed(
    context: KioskContext, host: HostSession, name: str
) -> None:
    added = hosts.add_host(context, host, name, "host", "735124")

    assert sign_in(context, "735124") == HostSession(added.id, added.number, "host", name)


def test_the_third_failure_locks_out_the_right_pin_too(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    assert [hosts.check_pin(context, "000000") for _ in range(3)] == [WrongPin(0), WrongPin(0), WrongPin(15)]
    clock.jump(10 * MINUTE)  # setting the clock shortens nothing
    assert hosts.check_pin(context, "482913") == WrongPin(15)

    clock.move(ms=15_000)

    assert hosts.check_pin(context, "482913") == host
    assert hosts.check_pin(context, "000000") == WrongPin(0)


def test_failures_are_kept_over_a_restart(
    context: KioskContext, host: HostSession, clock: ManualClock, open_ledger: Callable[[str], Ledger]
) -> None:
    for _ in range(3):
        hosts.check_pin(context, "000000")

    clock.reboot()
    again = replace(context, ledger=open_ledger("ledger"))

    assert hosts.check_pin(again, "482913") == WrongPin(15)
    clock.move(ms=15_000)
    assert hosts.check_pin(again, "000000") == WrongPin(30)


def test_the_lockout_grows_up_to_an_hour(context: KioskContext, host: HostSession, clock: ManualClock) -> None:
    waits = []
    for _ in range(12):
        outcome = hosts.check_pin(context, "000000")
        assert isinstance(outcome, WrongPin)
        waits.append(outcome.wait)
        clock.move(ms=outcome.wait * 1000)

    assert waits == [0, 0, 15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_an_attempt_that_a_power_cut_ended_has_been_counted(
    context: KioskContext, host: HostSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(*_: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pins, "tag", power_cut)
        for _ in range(3):
            with pytest.raises(KeyboardInterrupt):
                hosts.check_pin(context, "000000")

    assert hosts.check_pin(context, "482913") == WrongPin(15)


@pytest.mark.parametrize("count", [1, 20])
def test_a_check_costs_one_hash_however_many_hosts_there_are(
    context: KioskContext, host: HostSession, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(pins, "tag", lambda pin, salt: hashlib.sha256(pin.encode() + salt).digest())
        for number in range(2, count + 1):
            hosts.add_host(context, host, "N", "host", f"{735_100 + number}")
    hashes = counted_hashes(monkeypatch)

    hosts.check_pin(context, "000000")
    assert len(hashes) == 1
    assert hosts.check_pin(context, "482913") == host
    assert len(hashes) == 2


def test_nothing_readable_about_a_host_is_in_the_journal(context: KioskContext) -> None:
    host = hosts.set_first_pin(context, "482913", "Persephone")
    hosts.add_host(context, host, "Jo", "host", "735124")

    waiting = context.ledger.waiting()
    assert waiting.journal is not None
    lines = context.ledger.lines(waiting.journal, 0, 100)

    assert not any(secret in line for line in lines for secret in ("Persephone", "482913", "735124", "lead"))
    sealed = [line.partition('"sealed":"')[2].partition('"')[0] for line in lines]
    assert len({len(text) for text in sealed}) == 1, "their lengths tell nothing"
    assert all(f'"actor":"{host.host_id}"' in line for line in lines)


def test_proposed_pins_are_nobodys(context: KioskContext, host: HostSession, monkeypatch: pytest.MonkeyPatch) -> None:
    proposals = iter(["482913", "735124"])
    monkeypatch.setattr(pins, "propose", lambda: next(proposals))

    assert hosts.propose_pin(context).pin == "735124"


def test_a_new_pin_replaces_the_old_one(context: KioskContext, host: HostSession) -> None:
    added = hosts.add_host(context, host, "Jo", "host", "735124")

    hosts.set_pin(context, host, added.id, "846235")

    assert hosts.check_pin(context, "735124") == WrongPin(0)
    assert sign_in(context, "846235").host_id == added.id


def test_a_lead_corrects_a_name_and_the_pin_stays(context: KioskContext, host: HostSession) -> None:
    added = hosts.add_host(context, host, "Jo", "host", "735124")

    assert hosts.rename_host(context, host, added.id, "  Zoë ") == replace(added, name="Zoë")

    assert sign_in(context, "735124") == HostSession(added.id, added.number, "host", "Zoë")
    [*_, last] = context.ledger.history(added.id)
    assert last[0].kind == "host.sealed" and last[0].actor == str(host.host_id)
    assert "Zo" not in str(last[0].body)


def test_a_name_that_is_none_changes_nothing(context: KioskContext, host: HostSession) -> None:
    added = hosts.add_host(context, host, "Jo", "host", "735124")
    before = context.ledger.waiting()

    with pytest.raises(ValueError, match="1 to 20 letters"):
        hosts.rename_host(context, host, added.id, "4")
    assert hosts.rename_host(context, host, added.id, "Jo") == added

    assert context.ledger.waiting() == before


def test_only_a_lead_changes_hosts(context: KioskContext, host: HostSession) -> None:
    added = hosts.add_host(context, host, "Jo", "host", "735124")
    jo = sign_in(context, "735124")

    for change in (
        lambda: hosts.add_host(context, jo, "Mo", "lead", "846235"),
        lambda: hosts.rename_host(context, jo, added.id, "Joe"),
        lambda: hosts.set_pin(context, jo, host.host_id, "846235"),
        lambda: hosts.set_role(context, jo, added.id, "lead"),
        lambda: hosts.remove_host(context, jo, host.host_id),
        lambda: hosts.read_hosts(context, jo),
        lambda: venue_keys.change_key(context, jo, ()),
    ):
        with pytest.raises(LeadNeeded):
            change()


def test_the_last_lead_stays_one(context: KioskContext, host: HostSession) -> None:
    lead = ListedHost(host.host_id, host.number, "", "lead")
    last = LastLead(lead)
    assert hosts.remove_host(context, host, host.host_id) == last
    assert hosts.set_role(context, host, host.host_id, "host") == last

    added = hosts.add_host(context, host, "Jo", "host", "735124")
    hosts.set_role(context, host, added.id, "lead")

    assert hosts.remove_host(context, host, host.host_id) == lead
    assert hosts.check_pin(context, "482913") == WrongPin(0)
    assert hosts.read_hosts(context, sign_in(context, "735124")).hosts == (replace(added, role="lead"),)


def test_the_pin_of_an_earlier_release_works_on(context: KioskContext, monkeypatch: pytest.MonkeyPatch) -> None:
    salt, host_id = bytes(16), uuid4()
    key = hashlib.scrypt(b"482913", salt=salt, dklen=32, n=2**14, r=8, p=1)
    context.ledger.remember("hosts", [{"id": str(host_id), "pin": f"{salt.hex()}:{key.hex()}"}])

    assert hosts.read_access(context) is None
    assert hosts.check_pin(context, "000000") == WrongPin(0)
    host = sign_in(context, "482913")
    assert host == HostSession(host_id, host.number, "lead")
    assert not context.ledger.recall("hosts"), "the old hash is gone"

    hashes = counted_hashes(monkeypatch)
    assert sign_in(context, "482913") == host
    assert len(hashes) == 1


def test_lost_hosts_make_nobody_the_first(
    context: KioskContext, open_ledger: Callable[[str], Ledger], tmp_path: Path
) -> None:
    marked = replace(context, marker=HostsMarker(tmp_path / "mark"))
    hosts.set_first_pin(marked, "482913")

    rebuilt = replace(marked, ledger=open_ledger("rebuilt"))

    assert hosts.read_access(rebuilt) == NoAccess("lost")
    with pytest.raises(ValueError, match="already"):
        hosts.set_first_pin(rebuilt, "111111")


def test_the_reset_at_the_machine_lets_a_new_first_host_in(context: KioskContext, tmp_path: Path) -> None:
    marked = replace(context, marker=HostsMarker(tmp_path / "mark"))
    first = hosts.set_first_pin(marked, "482913")
    before = marked.ledger.waiting().last

    hosts_reset.reset(marked.ledger, marked.marker, UUID(int=0))

    assert hosts.read_access(marked) == NoAccess("first")
    assert marked.ledger.waiting().last == before + 1, "nothing is erased, and the reset is a fact"
    again = hosts.set_first_pin(marked, "735124")
    assert again.number != first.number
    assert hosts.check_pin(marked, "482913") == WrongPin(0)


def test_no_record_shows_a_name_or_pin_in_a_log(context: KioskContext) -> None:
    host = hosts.set_first_pin(context, "482913", "Persephone")
    added = hosts.add_host(context, host, "Jo-Persephone", "host", "735124")
    records = host, added, hosts.read_hosts(context, host), hosts.propose_pin(context, added)

    assert "Persephone" not in repr(records)
    assert records[3].pin not in repr(records)
