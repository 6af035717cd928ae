"""On every panel, in every language and text size, the layout of all pages has no problems."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.soak import SOAKING

LOOK = Path(__file__).parent / "look.py"
ALL, LONGEST = "en,es,fr,de,nl,ar", "de,ar"  # German words are the longest; Arabic is right to left
LANGUAGES = {"800x480": ALL, "480x800": LONGEST, "1280x800": LONGEST, "800x1280": LONGEST}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("size", LANGUAGES)
def test_everything_fits(size: str) -> None:
    """``make soak`` checks every language on every panel."""
    command = [sys.executable, LOOK, size, "--language", ALL if SOAKING else LANGUAGES[size]]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KIVY_", "SDL_"))}

    look = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert look.returncode == 0, look.stdout + look.stderr
