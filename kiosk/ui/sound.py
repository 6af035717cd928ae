"""The soft wooden tick of a pressed button. Loaded after the first screen, on a thread of its own; a tap never waits.

Where the machine has nothing to sound with, nothing is loaded and nothing is said about it.
"""

import os
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import Protocol

DEVICES = Path("/dev/snd")  # what the kernel can sound with
SERVERS = ("pulse/native", "pipewire-0")  # who may have it instead, in the user's runtime folder


class Sound(Protocol):
    """Something that can be played without waiting for it."""

    def play(self) -> None:
        """From its beginning."""


_sound: Sound | None = None


def load() -> Thread | None:
    """Make ready to tick; None where there is no sound."""
    if not can_sound():
        return None
    loading = Thread(target=_load, name="tick", daemon=True)
    loading.start()
    return loading


def can_sound() -> bool:
    """Whether anything on this machine could be heard."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    served = bool(runtime) and any((Path(str(runtime)) / server).exists() for server in SERVERS)
    return bool(os.environ.get("SDL_AUDIODRIVER")) or served or bool(list(DEVICES.glob("pcm*p")))


def play_knock(_: object) -> None:
    """A button was pressed, or somebody is to hear that it is time."""
    if _sound is not None:
        _sound.play()


def _load() -> None:
    from kivy.core.audio.audio_sdl2 import SoundSDL2  # not SoundLoader: that would try heavier players first

    globals().update(_sound=SoundSDL2(source=str(files("assets") / "sounds" / "tick.wav")))
