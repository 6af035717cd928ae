"""A lead manages the venue's hosts in a real window: add, change, remove, share the key, and change it."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from kiosk.navigation import HostsAsked
from kiosk.rules import venue_key
from kiosk.services import hosts, keyring
from kiosk.services.records.host_records import HostSession, ListedHost, WrongPin
from sync.domain.events import HostSealed, KioskRevoked, write_entry
from sync.domain.ids import uuid7
from sync.ledger.ledger import Ledger
from sync.ledger.store import open_sqlite
from sync.manual_clock import ManualClock
from tests.support.kiosk_window import KioskWindow

PIN = "482913"


@pytest.fixture
def hosts_page(door: Callable[..., KioskWindow]) -> KioskWindow:
    """A kiosk that shows its list of hosts to the first one."""
    kiosk = door()
    sign_in(kiosk, PIN)
    open_list(kiosk)
    return kiosk


def sign_in(kiosk: KioskWindow, pin: str) -> None:
    kiosk.tap("host")
    for digit in pin:
        kiosk.tap(f"digit_{digit}")
    kiosk.tap("check")
    kiosk.wait_for("board")


def open_list(kiosk: KioskWindow) -> None:
    kiosk.app.handle_answer("board", HostsAsked(kiosk.page.host_session))
    kiosk.wait_for("hosts")


def note_pin(kiosk: KioskWindow) -> str:
    kiosk.wait_for("new_pin")
    kiosk.ready("accept")
    pin: str = kiosk.page.pin.replace(" ", "")
    return pin


def listed(kiosk: KioskWindow) -> tuple[ListedHost, ...]:
    lead = HostSession(UUID(int=0), role="lead")
    return hosts.read_hosts(kiosk.runtime.context, lead).hosts


def first_key(kiosk: KioskWindow) -> str:
    """The key of the first host's button."""
    first, *_ = sorted(listed(kiosk), key=lambda host: host.id)
    return f"host_{first.number}"


def test_a_lead_corrects_a_name(hosts_page: KioskWindow) -> None:
    for key in (first_key(hosts_page), "rename", "letter_j", "letter_o", "check"):
        hosts_page.tap(key)
    hosts_page.wait_for("host")
    assert "Jo" in hosts_page.page.heading and hosts_page.page.host_session.name == "Jo"

    for key in ("rename", "letter_e", "check"):
        hosts_page.tap(key)
    hosts_page.wait_for("host")
    assert [host.name for host in listed(hosts_page)] == ["Joe"]

    for key in ("rename", "letter_x", "back"):
        hosts_page.tap(key)
    hosts_page.wait_for("host")
    assert [host.name for host in listed(hosts_page)] == ["Joe"], "back changes nothing"


def test_a_lead_adds_a_host_who_can_sign_in(hosts_page: KioskWindow) -> None:
    for key in ("add", "letter_j", "letter_o", "check", "role_host"):
        hosts_page.tap(key)
    pin = note_pin(hosts_page)
    assert len(listed(hosts_page)) == 1, "nothing is stored before the PIN has been noted"
    hosts_page.tap("accept")
    hosts_page.wait_for("hosts")
    assert {(host.name, host.role) for host in listed(hosts_page)} == {("", "lead"), ("Jo", "host")}

    hosts_page.tap("back")
    hosts_page.tap("lock")
    sign_in(hosts_page, pin)
    open_list(hosts_page)

    assert "Only a lead can change the hosts." in hosts_page.page.text


def test_another_pin_is_proposed_and_back_changes_nothing(hosts_page: KioskWindow) -> None:
    hosts_page.tap(first_key(hosts_page))
    hosts_page.tap("give_pin")
    first = note_pin(hosts_page)
    hosts_page.tap("another")
    second = note_pin(hosts_page)
    hosts_page.tap("back")
    hosts_page.wait_for("hosts")

    assert first != second
    context = hosts_page.runtime.context
    assert hosts.check_pin(context, second) == WrongPin(0)
    assert isinstance(hosts.check_pin(context, PIN), HostSession)


def test_a_lead_makes_another_lead_and_removes_the_first(hosts_page: KioskWindow) -> None:
    first = first_key(hosts_page)
    for key in (first, "ask_removal", "remove"):
        hosts_page.tap(key)
    hosts_page.answered()
    assert "only lead" in hosts_page.page.text

    hosts_page.tap("back")
    for key in ("add", "letter_j", "letter_o", "check", "role_lead"):
        hosts_page.tap(key)
    note_pin(hosts_page)
    for key in ("accept", first, "ask_removal", "remove"):
        hosts_page.tap(key)

    hosts_page.wait_for("welcome")  # a lead who has removed themselves is signed out
    assert [host.name for host in listed(hosts_page)] == ["Jo"]


def test_the_venue_key_is_shown_to_a_lead(hosts_page: KioskWindow) -> None:
    hosts_page.tap("show_key")
    hosts_page.wait_for("venue_key")

    key = keyring.load(hosts_page.runtime.context.ledger).current
    assert key is not None
    shown = {widget.place: widget.digits for widget in hosts_page.page.walk() if getattr(widget, "digits", "")}
    assert tuple(shown[str(place)] for place in range(1, 11)) == venue_key.groups_of(key)


def revoke_a_kiosk(kiosk: KioskWindow, folder: Path) -> None:
    """The feed brings that the server has ended the pairing of another kiosk."""
    server = Ledger(open_sqlite(folder / "server.db"), ManualClock())
    for _ in range(50):  # until it is later than all that this kiosk has recorded
        [entry] = server.record((uuid4(), KioskRevoked()))
    kiosk.runtime.context.ledger.apply_feed([write_entry(entry).encode()], {}, [entry.journal])
    server.close()


def test_after_a_revocation_everybody_gets_a_new_pin(hosts_page: KioskWindow, tmp_path: Path) -> None:
    for key in ("add", "letter_j", "letter_o", "check", "role_host"):
        hosts_page.tap(key)
    old = note_pin(hosts_page)
    hosts_page.tap("accept")
    hosts_page.wait_for("hosts")
    revoke_a_kiosk(hosts_page, tmp_path)
    hosts_page.tap("back")
    open_list(hosts_page)

    hosts_page.tap("change_key")
    new = [note_pin(hosts_page)]
    hosts_page.tap("accept")
    hosts_page.pause(0.1)
    new.append(note_pin(hosts_page))
    context = hosts_page.runtime.context
    assert isinstance(hosts.check_pin(context, old), HostSession), "old PINs work until the last one was noted"
    hosts_page.tap("accept")
    hosts_page.wait_for("hosts")

    assert hosts.check_pin(context, old) == WrongPin(0)
    assert [hosts.check_pin(context, pin).number for pin in new] == [host.number for host in listed(hosts_page)]
    hosts_page.ready("show_key")


def test_a_wrong_digit_of_the_key_is_noticed_in_its_group(hosts_page: KioskWindow) -> None:
    lead, other_key = hosts_page.page.host_session, venue_key.new_key()
    stranger = uuid7(0)
    sealed = HostSealed(7, venue_key.key_id(other_key), "AAAA")
    hosts_page.runtime.context.ledger.record((stranger, sealed))
    hosts_page.tap("back")
    hosts_page.app.handle_answer("board", HostsAsked(lead))
    hosts_page.wait_for("hosts")

    hosts_page.tap("type_key")
    hosts_page.wait_for("type_key")
    first, second, *rest = venue_key.groups_of(other_key)
    type_group(hosts_page, first)
    type_group(hosts_page, second[:-1] + str((int(second[-1]) + 1) % 10))
    assert hosts_page.page.prompt == "misread" and hosts_page.page.groups == (first,)
    for group in (second, *rest):
        type_group(hosts_page, group)

    hosts_page.wait_for("hosts")
    assert venue_key.key_id(keyring.load(hosts_page.runtime.context.ledger).current or b"") == sealed.key


def type_group(kiosk: KioskWindow, group: str) -> None:
    for digit in group:
        kiosk.tap(f"digit_{digit}")
