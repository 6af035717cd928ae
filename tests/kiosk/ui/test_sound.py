"""A pressed button ticks once and softly, on machines with audio."""

import os
import subprocess
import sys
import wave
from array import array
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from assets.make_tick import PEAK, RATE, SECONDS, tick

PLAY_INTO_FILE = """
import sys, threading
from array import array
from pathlib import Path
from kiosk.ui import sound
file = Path(sys.argv[1])
sound.load().join()
sound.play_tick(None)
pause = threading.Event()
while not (file.exists() and max(array("h", file.read_bytes()[: file.stat().st_size // 2 * 2]), default=0)):
    pause.wait(0.02)
"""


class CountingSound:
    def __init__(self) -> None:
        self.played = 0

    def play(self) -> None:
        self.played += 1


def test_every_press_ticks_once(
    show: Callable[..., None], finger: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.ui import sound as sound_module
    from kiosk.ui.widgets.buttons import Ember
    from kiosk.ui.widgets.stepper import Stepper

    sound = CountingSound()
    monkeypatch.setattr(sound_module, "_sound", sound)
    show(Ember(key="one", text="One"))
    finger("one")
    assert sound.played == 1

    show(Stepper(name="some", value=3))
    finger("some_plus")
    assert sound.played == 2


def test_a_button_works_without_a_loaded_sound(show: Callable[..., None], finger: Callable[..., None]) -> None:
    from kiosk.ui.widgets.buttons import Ember

    pressed = []
    ember = Ember(key="one", text="One")
    ember.bind(on_release=pressed.append)
    show(ember)
    finger("one")

    assert pressed == [ember]


def test_the_tick_reaches_sdls_audio_output(tmp_path: Path) -> None:
    """SDL's disk driver writes the samples into a file."""
    file = tmp_path / "samples"
    environment = {**os.environ, "SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(file), "KIVY_LOG_MODE": "PYTHON"}
    done = subprocess.run(
        [sys.executable, "-c", PLAY_INTO_FILE, str(file)], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_a_machine_without_sound_loads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kiosk.ui import sound as sound_module

    monkeypatch.delenv("SDL_AUDIODRIVER", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(sound_module, "DEVICES", tmp_path)

    assert sound_module.load() is None


def test_the_sound_file_is_what_the_script_makes_and_quiet() -> None:
    with (files("assets") / "sounds" / "tick.wav").open("rb") as source, wave.open(source) as sound:
        samples = array("h", sound.readframes(sound.getnframes()))

    assert samples == tick()
    assert len(samples) == round(RATE * SECONDS)
    assert max(abs(sample) for sample in samples) == pytest.approx(PEAK * 32767, abs=2)
    assert max(abs(sample) for sample in samples[-100:]) < 50
