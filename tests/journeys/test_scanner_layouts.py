"""A scanner with the US layout at a machine with another one: real keys through a real X server."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.rules import slips
from sync.domain.visit import visit_of
from tests.support.keyboard_layouts import US
from tests.support.kiosk_process import KioskProcess, running_kiosk
from tests.support.visitor import Host, Visitor

FIRST_KEYCODES = (10, 24, 38, 52)  # X's number of each row's first key
RETURN = 36
LAYOUTS = ("us", "de", "fr", "us(dvorak)", "gr", "ara")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KioskProcess]:
    with running_kiosk(tmp_path_factory.mktemp("layouts"), "800x480", "en", "light") as kiosk:
        Host(kiosk, "en").starts()
        yield kiosk


@pytest.fixture
def visitor(machine: KioskProcess) -> Iterator[Visitor]:
    yield Visitor(machine, "en")
    use(machine, "us")


def use(kiosk: KioskProcess, layout: str) -> None:
    """Set the machine's layout and wait until its window has it."""
    name, _, variant = layout.rstrip(")").partition("(")
    command = ["setxkbmap", "-layout", name, *(["-variant", variant] if variant else [])]
    subprocess.run(command, env=kiosk.display.environment, check=True)


def scan(kiosk: KioskProcess, text: str) -> None:
    """Press the keys that have these letters on a US keyboard, with Shift for the colon and all letters."""
    codes = [FIRST_KEYCODES[row] + column for row, column in US.places(text)]
    kiosk.display.keys(
        *(f"{code}" if text[at].isdigit() else f"shift+{code}" for at, code in enumerate(codes)), f"{RETURN}"
    )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_slip_is_read_right_in_the_machines_layout(visitor: Visitor, layout: str) -> None:
    visit, slip = visitor.comes_in_with_slip(1, "pouch")
    use(visitor.kiosk, layout)

    scan(visitor.kiosk, slip)

    visitor.at("thanks", "You were phone-free for").touches("skip").at("welcome")
    assert not visitor.visit(visit).is_in


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_damaged_slip_records_nothing_in_any_layout(visitor: Visitor, layout: str) -> None:
    use(visitor.kiosk, layout)
    slip = slips.new_code(())
    before = visitor.kiosk.ledger.waiting()

    scan(visitor.kiosk, slip[:12] + slip[13:])

    visitor.at("welcome", "That couldn’t be read. Hold your slip up once more, or type your four numbers.")
    assert visitor.kiosk.ledger.waiting() == before
    assert visitor.kiosk.ledger.visit(visit_of(slip)) is None
    visitor.kiosk.wait(9)


TYPED = {  # by layout: X's names of the keys, and the text
    "us": (("J", "o"), "Jo"),
    "fr": (("Z", "o", "dead_diaeresis", "e"), "Zoë"),
    "ara": (("Arabic_noon", "Arabic_waw", "Arabic_ra"), "نور"),
}


def test_a_name_is_typed_in_each_layout_and_no_scan_lands_in_it(tmp_path: Path) -> None:
    with running_kiosk(tmp_path, "800x480", "en", "light") as kiosk:
        host = Host(kiosk, "en")
        kiosk.see(page=["setup_language"])
        host.touches("language_en").at("text_entry", "What is your place called?")
        for layout, (keys, name) in TYPED.items():
            use(kiosk, layout)
            kiosk.display.send("key", "--delay", 20, *["BackSpace"] * 20)
            kiosk.display.send("key", "--delay", 150, *keys)
            host.at("text_entry", lambda name=name: name)

            scan(kiosk, slips.new_code(())[:12])
            host.at("text_entry", "That couldn’t be read. Hold your slip up once more, or type your four numbers.")
            host.at("text_entry", lambda name=name: name)
        kiosk.wait(1)  # until an Enter is no longer the scanner's second one
        kiosk.display.keys("Return")
        host.at("text_entry", "Which room is this?")
