"""On no panel, in no language, plain or in larger text, is anything cut, small, outside or in the way."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

LOOK = Path(__file__).parent / "look.py"
SIZES = ("800x480", "480x800", "1280x800", "800x1280")


@pytest.fixture(scope="module")
def looking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[subprocess.Popen[bytes], Path]]]:
    """All panels are looked at side by side, each by a process of its own that writes down what it finds."""
    folder = tmp_path_factory.mktemp("found")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("KIVY_", "SDL_"))}
    started = {}
    for size in SIZES:
        with (folder / size).open("wb") as found:
            command = [sys.executable, LOOK, size]
            started[size] = subprocess.Popen(command, env=plain, stdout=found, stderr=found), folder / size
    yield started
    for process, _ in started.values():
        process.kill()
        process.wait()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("size", SIZES)
def test_everything_fits(looking: dict[str, tuple[subprocess.Popen[bytes], Path]], size: str) -> None:
    process, found = looking[size]

    assert process.wait() == 0, found.read_text()
