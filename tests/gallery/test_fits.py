"""On no panel, in no language, plain or in larger text, is anything cut, small, outside or in the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.soak import SOAKING

LOOK = Path(__file__).parent / "look.py"
EVERY, LONGEST = "en,es,fr,de,nl,ar", "de,ar"  # German words are the longest; Arabic is right to left
LANGUAGES = {"800x480": EVERY, "480x800": LONGEST, "1280x800": LONGEST, "800x1280": LONGEST}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("size", LANGUAGES)
def test_everything_fits(size: str) -> None:
    """``make soak`` looks at every language on every panel."""
    command = [sys.executable, LOOK, size, "--language", EVERY if SOAKING else LANGUAGES[size]]
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("KIVY_", "SDL_"))}

    look = subprocess.run(command, env=plain, capture_output=True, text=True, check=False)

    assert look.returncode == 0, look.stdout + look.stderr
