"""A power cut at any moment loses nothing that the screen has confirmed; what was not synced is lost.

A kiosk lets parties in and out under strace(1), through several check-points of SQLite's log and one orderly restart.
Then the power fails at any of its system calls, as often as wanted (see tests/support/power_loss.py).
"""

import random
import sys
from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest

from kiosk import bootstrap
from sync.manual_clock import ManualClock
from tests.support import busy_kiosk, power_loss
from tests.support.ledger_invariants import assert_adds_up, assert_sound
from tests.support.power_loss import SimulatedDisk, SystemCall
from tests.support.soak import SOAKING, figure, times

CUTS = times(40, 500)
ROUNDS, LIVES = times(70, 250), 2  # parties, and processes that end without a power cut
KINDS = {"in": "visit.checked_in", "out": "visit.checked_out"}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[SystemCall]]:
    """The kiosk's data folder, and all its recorded system calls."""
    if (why := power_loss.why_not()) is not None:
        assert not SOAKING, why
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("kiosk")
    command = [sys.executable, busy_kiosk.__file__, str(folder), str(ROUNDS), str(LIVES)]
    return folder, power_loss.record(command, folder.with_suffix(".trace"))


def assert_kept(folder: Path, confirmed: list[str]) -> None:
    """The database is whole, and every confirmation is there once."""
    if not (folder / bootstrap.LEDGER).exists():
        assert not confirmed
        return
    assert_sound(folder / bootstrap.LEDGER)
    ledger = bootstrap.open_ledger(folder, ManualClock())
    try:
        stored = Counter((entry.kind, entry.subject) for entry in assert_adds_up(ledger))
    finally:
        ledger.close()
    fields = [line.split() for line in confirmed]
    assert [stored[KINDS[what], UUID(visit)] for what, visit in fields] == [1] * len(fields)


def test_nothing_confirmed_is_lost_wherever_the_power_is_cut(
    recorded: tuple[Path, list[SystemCall]], tmp_path: Path
) -> None:
    folder, calls = recorded
    chance = random.Random()
    moments = Counter(chance.randrange(len(calls)) for _ in range(CUTS))
    disk, confirmed = SimulatedDisk(folder), []
    for number, did in enumerate(calls):
        disk.apply(did)
        confirmed += did.output.splitlines()
        for again in range(moments[number]):
            remains = tmp_path / f"{number}-{again}"
            remains.mkdir()
            disk.cut(remains, chance)
            assert_kept(remains, confirmed)
    assert len(confirmed) == ROUNDS * LIVES * 2
    figure(f"power cut: {CUTS:,} cuts in {len(calls):,} system calls of {len(confirmed):,} confirmations, none lost")
