"""Tells a key that is held from one that is pressed again."""

from collections.abc import Callable

FIRST_REPEAT = 0.2  # seconds: no keyboard repeats a held key sooner; a device that types may press it again sooner
LONGEST_PAUSE = 1.0  # seconds between two repeats; after that its release was lost


class KeyRepeat:
    """``now`` tells the time in seconds.

    A window system reports a held key as presses without a release, and also a key that was released and pressed again
    within 2 ms (SDL takes that for a repeat): the time since the press tells them apart.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._down: int | None = None
        self._at = 0.0
        self._repeats = False

    def down(self, code: int) -> bool:
        """Whether this press is the repeat of a key that is held."""
        since = self._now() - self._at
        held = code == self._down and since < LONGEST_PAUSE
        self._repeats = held and (self._repeats or since >= FIRST_REPEAT)
        self._down, self._at = code, self._now()
        return self._repeats

    def up(self, code: int) -> None:
        """It was released."""
        if code == self._down:
            self._down, self._repeats = None, False
