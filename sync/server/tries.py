"""Counts wrong tries, so that guessing is slow."""

import threading
from collections import deque

WINDOW_MS = 60_000
ALLOWED = 20  # wrong ones within the window, of one address
REMEMBERED = 10_000  # of all addresses together; the oldest are forgotten first


class Tries:
    """The wrong tries of the last minute, by address. Times are uptime in ms, that no one can set."""

    def __init__(self) -> None:
        self._wrong: deque[tuple[int, str]] = deque(maxlen=REMEMBERED)
        self._lock = threading.Lock()

    def wait(self, who: str, up: int) -> int:
        """Milliseconds until ``who`` may try again; 0: now."""
        with self._lock:
            recent = [at for at, address in self._wrong if address == who and at > up - WINDOW_MS]
        return recent[-ALLOWED] + WINDOW_MS - up if len(recent) >= ALLOWED else 0

    def note_wrong(self, who: str, up: int) -> None:
        """Remember a wrong try."""
        with self._lock:
            self._wrong.append((up, who))
