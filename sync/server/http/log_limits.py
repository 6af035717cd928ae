"""What happens again and again is logged a few times a minute, and counted: no client can fill the disk with a log."""

import logging
import threading
import time
from collections.abc import Callable

ALLOWED, WINDOW_S = 20, 60.0  # of each message
REMEMBERED = 500  # messages; a client must not fill the memory instead


class RepeatLimit(logging.Filter):
    """For a handler. Messages are the same where their place in the code and their text before its arguments are."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[tuple[str, int, str], tuple[float, int]] = {}  # when it began, and how many there were

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log it. The first after a window says how many were left out."""
        key, now = (record.pathname, record.lineno, str(record.msg)[:200]), self._clock()
        with self._lock:
            began, count = self._windows.pop(key, (now, 0))
            left_out = 0
            if now - began >= WINDOW_S:
                began, left_out, count = now, max(0, count - ALLOWED), 0
            self._windows[key] = (began, count + 1)
            while len(self._windows) > REMEMBERED:
                del self._windows[next(iter(self._windows))]
        if count >= ALLOWED:
            return False
        if left_out:
            record.msg, record.args = f"{record.getMessage()} (and {left_out} more like it before)", None
        return True
