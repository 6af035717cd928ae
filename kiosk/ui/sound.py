"""The tick of a pressed button, loaded on a background thread after the first page, so that no tap waits for it.

On a machine without audio nothing is loaded or logged.
"""

import os
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import Protocol

DEVICES = Path("/dev/snd")  # the kernel's sound devices
SERVERS = ("pulse/native", "pipewire-0")  # sockets of sound servers in the user's runtime directory


class Sound(Protocol):
    """Something that can be played without waiting for it."""

    volume: float  # 0 to 1

    def play(self) -> None:
        """Play from the beginning."""


_sound: Sound | None = None
_volume = 1.0  # 0: no sound is played


def set_volume(share: float) -> None:
    """Set the volume from now on, 0 to 1; the sound is loaded with the first one above 0."""
    globals().update(_volume=share)
    if _sound is not None:
        _sound.volume = share
    elif share:
        load()


def load() -> Thread | None:
    """Load the sound; returns the thread, None without audio."""
    if not has_audio():
        return None
    loading = Thread(target=_load, name="tick", daemon=True)
    loading.start()
    return loading


def has_audio() -> bool:
    """Whether this machine has audio output."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    has_server = bool(runtime) and any((Path(str(runtime)) / server).exists() for server in SERVERS)
    return bool(os.environ.get("SDL_AUDIODRIVER")) or has_server or bool(list(DEVICES.glob("pcm*p")))


def play_tick(_: object) -> None:
    """Play the tick, for a pressed button or a reminder."""
    if _sound is not None and _volume:
        _sound.play()


def _load() -> None:
    from kivy.core.audio.audio_sdl2 import SoundSDL2  # not SoundLoader, which tries slower players first

    loaded = SoundSDL2(source=str(files("assets") / "sounds" / "tick.wav"))
    loaded.volume = _volume
    globals().update(_sound=loaded)
