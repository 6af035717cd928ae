"""A keyboard-wedge scanner: gets every key before the window's other handlers, and detects the end of a scan."""

from collections.abc import Callable

from kivy.clock import Clock

from kiosk.rules.device_events import DeviceEvent
from kiosk.rules.scan_parser import ScanParser

PAUSE = 0.3  # seconds without a key; a scanner types far faster


class KeyboardScanner:
    """Calls ``report`` with each scan, in order."""

    def __init__(self, report: Callable[[DeviceEvent], None]) -> None:
        self._scanner = ScanParser(report)
        # After a long frame this timer runs before the keys of that frame are delivered, so wait for one more frame.
        self._flush_in_next_frame = Clock.create_trigger(lambda _: self._scanner.handle_pause(), 0)
        self._pause_over = Clock.create_trigger(lambda _: self._flush_in_next_frame(), PAUSE)

    def down(self, code: int, usage: int = 0) -> bool:
        """Handle a key, by Kivy's code and USB usage id; returns whether it is part of a scan."""
        is_consumed = self._scanner.handle_key(code, usage)
        self._pause_over.cancel()
        self._flush_in_next_frame.cancel()
        if self._scanner.is_waiting:
            self._pause_over()
        return is_consumed
