"""Hosts at the door: wrong PINs, the lock after a while without input, and a second kiosk that gets the venue key."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.demo.demo_server import DemoServer
from kiosk.rules import venue_key
from kiosk.services import keyring
from kiosk.ui.text import phrases
from sync.ledger.hosts import sealed_hosts
from tests.support.kiosk_process import FAST_READING, running_kiosk
from tests.support.visitor import Host, Visitor
from tests.support.x11_display import until

KIOSKS = 2  # one of them in Arabic


def other_than(pin: str) -> str:
    return "".join(str((int(digit) + 1) % 10) for digit in pin)


def test_the_third_wrong_pin_locks_the_keypad_for_a_while(visitor: Visitor, host: Host) -> None:
    visitor.touches("host").at("host_pin")
    wrong = other_than(visitor.kiosk.pin)
    for _ in range(2):
        visitor.types(wrong).touches("check").at("host_pin", "No host here has this PIN. Try once more.")
    visitor.types(wrong).touches("check").at("host_pin", lambda: phrases.keypad_locked_for(15))
    visitor.kiosk.see(disabled=["digit_1"])

    visitor.kiosk.wait(16)
    visitor.types(visitor.kiosk.pin).touches("check").at("board").touches("lock").at("welcome")


def test_a_host_who_went_away_comes_back_to_the_page_that_was_left(visitor: Visitor, host: Host) -> None:
    host.signs_in().touches("close").at("close")

    visitor.kiosk.wait(61)
    visitor.at("welcome")
    visitor.touches("host").at("host_pin").types(visitor.kiosk.pin).touches("check").at("close")

    visitor.touches("back").at("board").touches("lock").at("welcome")
    host.signs_in().touches("lock").at("welcome")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DemoServer]:
    """A real server, as a process."""
    (tmp_path / "server").mkdir()
    server = DemoServer(tmp_path / "server")
    server.start()
    yield server
    server.stop()


def new_code(server: DemoServer) -> str:
    return server.run("pair", "--venue", "Mill café").splitlines()[-1]


def test_a_kiosk_is_paired_at_its_screen_and_a_second_one_learns_its_hosts(server: DemoServer, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    with running_kiosk(first, "800x480", "en", "light") as kiosk:
        kiosk.read(FAST_READING)
        host = Host(kiosk, "en")
        host.answers_the_first_questions()
        host.touches("pair_now").types_address(server.url)
        host.touches("check").at("text_entry", "And the code?")
        host.touches(*(f"letter_{letter}" for letter in "22222222"), "check")
        host.at("text_entry", "This code is wrong, used or too old. The coordinator can make another.")
        host.touches(*(f"letter_{letter}" for letter in new_code(server)), "check").at("board")
        host.opens("Open hours")
        until(lambda: not kiosk.ledger.waiting().count, "everything at the server")
        pin, key = kiosk.pin, keyring.load(kiosk.ledger).current
    assert key is not None
    stored = b"".join(file.read_bytes() for file in (tmp_path / "server").glob("hearth.db*"))
    assert b"host.sealed" in stored
    digits = "".join(venue_key.groups_of(key))
    for secret in (b"Abcabcabc", key, key.hex().encode(), digits.encode(), venue_key.pin_salt(key)):
        assert secret not in stored, "the server has nothing to try a PIN against"
    assert not re.search(rb"(?<![0-9a-f])%s(?![0-9a-f])" % pin.encode(), stored)

    second.mkdir()
    assert main(["pair", "--server", server.url, "--code", new_code(server), "--data", str(second)]) == 0
    with running_kiosk(second, "800x480", "en", "light") as kiosk:
        kiosk.read(FAST_READING)
        kiosk.pin = pin
        host = Host(kiosk, "en")
        kiosk.see(page=["setup_language"])
        until(lambda: bool(sealed_hosts(kiosk.ledger.store)), "the first kiosk's host in the feed")
        host.touches("language_en").at("type_key", "Group 1 of 10")
        for group in venue_key.groups_of(key):
            host.types(group)
        host.at("welcome")
        host.signs_in().touches("lock").at("welcome")
