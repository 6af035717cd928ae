"""On no panel, in no language, plain or in larger text, is anything cut, small, outside or in the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LOOK = Path(__file__).parent / "look.py"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("size", ["800x480", "480x800", "1280x800", "800x1280"])
def test_everything_fits(size: str) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("KIVY_", "SDL_"))}
    looked = subprocess.run([sys.executable, LOOK, size], env=plain, capture_output=True, text=True, check=False)

    assert looked.returncode == 0, f"{looked.stdout}\n{looked.stderr}"
