"""Counts tries, so that guessing is slow."""

import threading
from collections import deque

REMEMBERED = 10_000  # of all together; the oldest are forgotten first


class Tries:
    """Each one's wrong tries within a window. Times are uptime in ms, that no one can set.

    A try is counted before it is looked at, and taken back if it was right: of many at once no more are looked at
    than are allowed.
    """

    def __init__(self, allowed: int, window: int) -> None:
        self._allowed, self._window = allowed, window
        self._counted: deque[tuple[int, str]] = deque(maxlen=REMEMBERED)
        self._lock = threading.Lock()

    def begin(self, who: str, up: int) -> int:
        """0: the try is counted and may be looked at; else the milliseconds until ``who`` may try again."""
        with self._lock:
            recent = [at for at, one in self._counted if one == who and at > up - self._window]
            if len(recent) >= self._allowed:
                return recent[-self._allowed] + self._window - up
            self._counted.append((up, who))
            return 0

    def was_right(self, who: str, up: int) -> None:
        """Take back the try that began at ``up``: it is nothing to be counted."""
        with self._lock:
            if (up, who) in self._counted:
                self._counted.remove((up, who))
