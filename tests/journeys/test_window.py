"""A finger on a real window: the host opens, a visitor comes in and leaves, and the ledger says the same."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from glass import Glass, glass, until

from kiosk.bootstrap import open_ledger
from sync.hand_clock import HandClock
from sync.ledger.ledger import Ledger

PAPER, CARD, EMBER, MOSS, OAK_TOP = (250, 244, 234), (255, 253, 248), (147, 51, 15), (47, 84, 67), (58, 42, 32)
# Where things stand on an 800×480 panel of 7 inches.
KEYS = {digit: (445 + 134 * (place % 3), 75 + 110 * (place // 3)) for place, digit in enumerate("123456789")} | {
    "0": (579, 405)
}
CHECK = (713, 405)
COME_IN, LEAVE = (550, 300), (430, 416)
ONE, POUCH, DONE = (146, 286), (200, 270), (558, 392)
FIRST_TEMPLATE, LOCK = (200, 160), (730, 50)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A second look into the kiosk's own database."""
    ledger = open_ledger(tmp_path, HandClock())
    yield ledger
    ledger.close()


@pytest.fixture
def kiosk(tmp_path: Path, ledger: Ledger) -> Iterator[Glass]:
    """A kiosk's first start, in a window."""
    command = [sys.executable, "-m", "kiosk", "run", "--data", str(tmp_path)]
    log = (tmp_path / "kiosk.log").open("w")
    with log, glass(tmp_path) as screen, subprocess.Popen(command, env=screen.environment, stderr=log) as process:
        yield screen
        process.terminate()
        assert ended(process) == 0, "asked to stop, it stops in order"
    said = (tmp_path / "kiosk.log").read_text()
    assert "Traceback" not in said, said


def ended(process: subprocess.Popen[bytes]) -> int:
    """Its exit code; one that does not end says where it stands in its log."""
    try:
        return process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        return process.wait()


def type_digits(kiosk: Glass, digits: str) -> None:
    for digit in digits:
        kiosk.touch(*KEYS[digit])


def test_from_the_first_start_to_the_first_farewell(kiosk: Glass, ledger: Ledger, tmp_path: Path) -> None:
    kiosk.see((5, 5, PAPER), (545, 100, CARD), what="the keypad for the first PIN")
    type_digits(kiosk, "482913")
    kiosk.see((CHECK[0], CHECK[1] + 25, EMBER), what="a check that can be pressed")
    kiosk.touch(*CHECK)
    kiosk.see((CHECK[0], CHECK[1] + 25, PAPER), what="the same digits again")
    type_digits(kiosk, "482913")
    kiosk.see((CHECK[0], CHECK[1] + 25, EMBER), what="a check that can be pressed")
    kiosk.touch(*CHECK)

    kiosk.see((60, 110, EMBER), what="the templates")
    kiosk.touch(*FIRST_TEMPLATE)
    until(lambda: bool(ledger.open_sessions()), "an open session in the ledger")
    kiosk.see((500, 395, EMBER), what="the host's board")
    kiosk.touch(*LOCK)

    kiosk.see((5, 5, OAK_TOP), (350, 300, EMBER), what="the door")
    kiosk.touch(*COME_IN)
    kiosk.see((30, 460, PAPER), (150, 240, CARD), (5, 5, PAPER), what="how many are you")
    kiosk.touch(*ONE)
    kiosk.see((60, 200, EMBER), what="where will your phone rest")
    kiosk.touch(*POUCH)
    kiosk.see((20, 20, MOSS), what="the confirmation")

    (visit,) = ledger.present()
    assert (visit.party_size, visit.phones, visit.stow, visit.numbers) == (1, 1, "pouch", (1,))
    kiosk.look().save(tmp_path / "confirmed.png")

    kiosk.touch(*DONE)
    kiosk.see((5, 5, OAK_TOP), (350, 300, EMBER), what="the door again")
    kiosk.touch(*LEAVE)
    kiosk.see((5, 5, PAPER), (545, 100, CARD), what="the keypad for the code")
    type_digits(kiosk, visit.code)
    until(lambda: not ledger.present(), "the check-out in the ledger")
    kiosk.see((5, 5, PAPER), what="the farewell")

    left = ledger.visit(visit.id)
    assert left is not None and left.stay is not None
