"""A kiosk that is killed while a PIN is checked has counted the attempt: pulling the plug buys no guesses."""

import subprocess
import sys
from pathlib import Path

from kiosk import bootstrap
from kiosk.services import hosts
from kiosk.services.records.host_records import WrongPin
from kiosk.settings import KioskSettings
from sync.manual_clock import ManualClock

KILLS = 3
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
hosts.check_pin(context, "000000")
"""


def test_each_killed_attempt_counts(tmp_path: Path) -> None:
    clock = ManualClock()
    runtime = bootstrap.build(KioskSettings(), tmp_path, clock)
    hosts.set_first_pin(runtime.context, "482913")
    runtime.context.ledger.close()

    for _ in range(KILLS):
        guess_and_kill(tmp_path)

    runtime = bootstrap.build(KioskSettings(), tmp_path, clock)
    outcome = hosts.check_pin(runtime.context, "482913")
    runtime.context.ledger.close()
    assert isinstance(outcome, WrongPin) and outcome.wait == 15


def guess_and_kill(folder: Path) -> None:
    command = [sys.executable, "-c", GUESSING, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as guessing:
        assert guessing.stdout is not None
        assert guessing.stdout.readline() == "hashing\n"
        guessing.kill()
