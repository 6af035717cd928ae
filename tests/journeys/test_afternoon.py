"""The scripted demonstration: screen, kiosk and server have the same totals."""

import subprocess
import sys
from pathlib import Path

from PIL import Image

SCREENS = (
    "setup_language",
    "text_entry",
    "new_pin",
    "board",
    "welcome",
    "party",
    "stow",
    "confirmed",
    "code",
    "thanks",
    "stepped",
    "host_pin",
    "close",
)


def test_totals_are_equal_after_an_outage_and_a_power_cut(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kiosk", "demo", "--drive", "--data", str(tmp_path)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "The kiosk's power was cut" in done.stdout
    assert "now the server is away" in done.stdout
    rows = [
        line.split()[-5:-1] for line in done.stdout.splitlines() if line.startswith(("in the kiosk", "the server rep"))
    ]
    assert rows == [["25", "66", "62", "4"]] * 2
    shots = {file.stem.partition("-")[2]: file for file in (tmp_path / "afternoon" / "screens").iterdir()}
    assert set(SCREENS) <= set(shots)
    for file in shots.values():
        with Image.open(file) as shot:
            assert shot.size == (800, 480)
            assert len(shot.convert("RGB").getcolors(800 * 480) or ()) > 50, f"{file} is blank"
