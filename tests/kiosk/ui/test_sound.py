"""A pressed button ticks: softly, at once, and only where there is something to sound with."""

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

HEARD = """
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


class Counting:
    def __init__(self) -> None:
        self.played = 0

    def play(self) -> None:
        self.played += 1


def test_every_press_ticks_once(
    show: Callable[..., None], finger: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.ui import sound as ticking
    from kiosk.ui.widgets.buttons import Ember
    from kiosk.ui.widgets.stepper import Stepper

    sound = Counting()
    monkeypatch.setattr(ticking, "_sound", sound)
    show(Ember(key="one", text="One"))
    finger("one")
    assert sound.played == 1

    show(Stepper(name="some", value=3))
    finger("some_plus")
    assert sound.played == 2


def test_a_button_without_a_sound_is_silent(show: Callable[..., None], finger: Callable[..., None]) -> None:
    from kiosk.ui.widgets.buttons import Ember

    pressed = []
    ember = Ember(key="one", text="One")
    ember.bind(on_release=pressed.append)
    show(ember)
    finger("one")

    assert pressed == [ember]


def test_it_is_really_heard(tmp_path: Path) -> None:
    """SDL writes into a file what it would send to a loudspeaker."""
    file = tmp_path / "heard"
    environment = {**os.environ, "SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(file), "KIVY_LOG_MODE": "PYTHON"}
    done = subprocess.run(
        [sys.executable, "-c", HEARD, str(file)], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_a_machine_without_sound_loads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kiosk.ui import sound as ticking

    monkeypatch.delenv("SDL_AUDIODRIVER", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(ticking, "DEVICES", tmp_path)

    assert ticking.load() is None


def test_the_sound_is_the_script_s_and_quiet() -> None:
    with (files("assets") / "sounds" / "tick.wav").open("rb") as source, wave.open(source) as sound:
        samples = array("h", sound.readframes(sound.getnframes()))

    assert samples == tick()
    assert len(samples) == round(RATE * SECONDS)
    assert max(abs(sample) for sample in samples) == pytest.approx(PEAK * 32767, abs=2)
    assert max(abs(sample) for sample in samples[-100:]) < 50
