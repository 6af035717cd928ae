"""Logs unhandled exceptions in Kivy's loop and shows the welcome page again; ends the process if they go on."""

import logging
import time
from collections import deque
from collections.abc import Callable

from kivy.base import ExceptionHandler, ExceptionManager
from kivy.clock import Clock

log = logging.getLogger(__name__)
MAX_CRASHES, CRASH_WINDOW_S = 5, 60.0  # after so many in so many seconds only a new process may help


class CrashHandler(ExceptionHandler):
    """Calls ``home`` between frames after an exception; repeated exceptions end the process instead.

    Everything that was confirmed before is on the disk, and systemd restarts the kiosk.
    """

    def __init__(self, home: Callable[[], None]) -> None:
        super().__init__()
        self._home = home
        self._times: deque[float] = deque(maxlen=MAX_CRASHES)

    def handle_exception(self, inst: Exception) -> int:
        """PASS to go on, RAISE to end the process."""
        log.error("a screen failed; the door is shown again", exc_info=inst)
        now = time.monotonic()
        if len(self._times) == MAX_CRASHES and now - self._times[0] < CRASH_WINDOW_S:
            return int(ExceptionManager.RAISE)
        self._times.append(now)
        Clock.schedule_once(lambda _: self._home(), 0)
        return int(ExceptionManager.PASS)
