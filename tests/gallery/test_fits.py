"""On every panel, in every language and text size, the layout of all pages has no problems."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from displays import PANELS, all_displays, covering_displays

from tests.support.soak import SOAKING

LOOK = Path(__file__).parent / "look.py"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("size", PANELS)
def test_everything_fits(size: str) -> None:
    """In a covering set of the displays; ``make soak`` checks all of them."""
    displays = all_displays() if SOAKING else covering_displays(size)
    command = [sys.executable, LOOK, size, *(display.name for display in displays)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KIVY_", "SDL_"))}

    look = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert look.returncode == 0, look.stdout + look.stderr
