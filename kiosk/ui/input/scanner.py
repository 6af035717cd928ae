"""A scanner that types, at the window's keyboard: hears every key first, and notices when a scan has ended."""

from collections.abc import Callable

from kivy.clock import Clock

from kiosk.rules.scan_parser import Scan, ScanParser

PAUSE = 0.3  # seconds without a key; a scanner types far faster


class KeyboardScanner:
    """``read`` gets each scan, in order."""

    def __init__(self, read: Callable[[Scan], None]) -> None:
        self._scanner = ScanParser(read)
        # After a frame that took long, the keys of that time are delivered only after this: wait for one frame more.
        self._look_once_more = Clock.create_trigger(lambda _: self._scanner.handle_pause(), 0)
        self._waited = Clock.create_trigger(lambda _: self._look_once_more(), PAUSE)

    def down(self, code: int, usage: int = 0) -> bool:
        """Whether this key, by Kivy's code and its USB usage id, was part of a scan and means nothing else."""
        is_taken = self._scanner.handle_key(code, usage)
        self._waited.cancel()
        self._look_once_more.cancel()
        if self._scanner.is_waiting:
            self._waited()
        return is_taken
