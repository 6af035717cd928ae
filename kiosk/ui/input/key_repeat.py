"""Distinguishes the repeats of a held key from new presses."""

from collections.abc import Callable

FIRST_REPEAT = (
    0.2  # seconds: keyboards start repeating later than this; a device that types may press a key again sooner
)
LONGEST_PAUSE = 1.0  # seconds between two repeats; after that its release was lost


class KeyRepeat:
    """``now`` returns the time in seconds.

    A window system reports a held key as presses without a release, and also a key that was released and pressed again
    within 2 ms (SDL reports that as a repeat); the time since the press distinguishes them.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._down: int | None = None
        self._pressed_at = 0.0
        self._is_repeating = False

    def down(self, code: int) -> bool:
        """Whether this press is the repeat of a key that is held."""
        since = self._now() - self._pressed_at
        is_held = code == self._down and since < LONGEST_PAUSE
        self._is_repeating = is_held and (self._is_repeating or since >= FIRST_REPEAT)
        self._down, self._pressed_at = code, self._now()
        return self._is_repeating

    def up(self, code: int) -> None:
        """The key was released."""
        if code == self._down:
            self._down, self._is_repeating = None, False
