"""Limits repeated log messages to some per minute and counts the others, so that no client can fill the disk."""

import logging
import threading
import time
from collections.abc import Callable

ALLOWED, WINDOW_S = 20, 60.0  # of each message
REMEMBERED = 500  # messages, so that no client can fill the memory instead


class RepeatLimit(logging.Filter):
    """A filter for a handler. Messages are the same if their place in the code and their format string are."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[tuple[str, int, str], tuple[float, int]] = {}  # when it began, and its count

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log the record. The first after a window states how many were omitted."""
        key, now = (record.pathname, record.lineno, str(record.msg)[:200]), self._clock()
        with self._lock:
            began, count = self._windows.pop(key, (now, 0))
            omitted = 0
            if now - began >= WINDOW_S:
                began, omitted, count = now, max(0, count - ALLOWED), 0
            self._windows[key] = (began, count + 1)
            while len(self._windows) > REMEMBERED:
                del self._windows[next(iter(self._windows))]
        if count >= ALLOWED:
            return False
        if omitted:
            record.msg, record.args = f"{record.getMessage()} (and {omitted} more like it before)", None
        return True
