"""What nobody foresaw on a screen is written down, and the door is shown again: no desktop, no lost visit."""

import logging
import time
from collections import deque
from collections.abc import Callable

from kivy.base import ExceptionHandler, ExceptionManager
from kivy.clock import Clock

log = logging.getLogger(__name__)
OFTEN, WITHIN = 5, 60.0  # so many in so many seconds: beginning again doesn't help, a new process may


class CrashHandler(ExceptionHandler):
    """Calls ``home`` between frames after an exception in Kivy's loop; one after the other ends the process instead.

    What a visitor was told before is on the disk either way; whoever keeps the kiosk running starts it again.
    """

    def __init__(self, home: Callable[[], None]) -> None:
        super().__init__()
        self._home = home
        self._times: deque[float] = deque(maxlen=OFTEN)

    def handle_exception(self, inst: Exception) -> int:
        """Whether Kivy goes on."""
        log.error("a screen failed; the door is shown again", exc_info=inst)
        now = time.monotonic()
        if len(self._times) == OFTEN and now - self._times[0] < WITHIN:
            return int(ExceptionManager.RAISE)
        self._times.append(now)
        Clock.schedule_once(lambda _: self._home(), 0)
        return int(ExceptionManager.PASS)
