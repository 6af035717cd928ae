"""A kiosk that is killed while a PIN is checked has counted the attempt: pulling the plug buys no guesses."""

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import bootstrap
from kiosk.services import hosts
from kiosk.services.records.host_records import HostSession, WrongPin
from kiosk.settings import KioskSettings
from sync.manual_clock import ManualClock

KILLS = 3
PIN = "482913"
GUESSING = """
import sys
from pathlib import Path
from kiosk import bootstrap
from kiosk.rules import pins
from kiosk.services import hosts
from kiosk.settings import KioskSettings
from sync.manual_clock import ManualClock

def announced(pin, salt):
    print("hashing", flush=True)
    sys.stdin.read()  # until the kill

pins.tag = announced
context = bootstrap.build(KioskSettings(), Path(sys.argv[1]), ManualClock()).context
hosts.check_pin(context, sys.argv[2])
"""


@pytest.mark.parametrize("pin", ["000000", PIN], ids=["wrong", "right"])
def test_each_killed_attempt_counts(tmp_path: Path, pin: str) -> None:
    clock = ManualClock()
    runtime = bootstrap.build(KioskSettings(), tmp_path, clock)
    hosts.set_first_pin(runtime.context, PIN)
    runtime.context.ledger.close()

    for _ in range(KILLS):
        guess_and_kill(tmp_path, pin)

    runtime = bootstrap.build(KioskSettings(), tmp_path, clock)
    outcome = hosts.check_pin(runtime.context, PIN)
    assert outcome == WrongPin(15)
    clock.move(ms=15_000)
    assert isinstance(hosts.check_pin(runtime.context, PIN), HostSession)
    runtime.context.ledger.close()


def guess_and_kill(folder: Path, pin: str) -> None:
    command = [sys.executable, "-c", GUESSING, str(folder), pin]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as guessing:
        assert guessing.stdout is not None
        assert guessing.stdout.readline() == "hashing\n"
        guessing.kill()
