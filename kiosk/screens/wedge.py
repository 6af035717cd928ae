"""A slip's code from a reader that types: most cheap ones pretend to be a keyboard and end with Enter.

The letters are taken as they stand on the keys, because Shift, Caps Lock and the layout differ from reader to reader;
a slip's code has only such as stand in the same place on most of them, and its colon may come as anything.
"""

import re
from collections.abc import Callable

from kiosk.rules.slips import PREFIX, is_slip

ENTER, PAD_ENTER = 13, 271
BEGINS = PREFIX[0]
TYPED = re.compile("HS1[^A-Z0-9]?([A-Z2-7]{16})")
PAUSE = 0.5  # seconds; a reader types far faster, and a person who has typed an H means nothing by it


class Wedge:
    """Listens to keys before anybody else does; ``now`` tells the time in seconds, ``read`` gets the slip's code."""

    def __init__(self, read: Callable[[str], None], now: Callable[[], float]) -> None:
        self._read = read
        self._now = now
        self._typed = ""
        self._last = 0.0

    def down(self, code: int) -> bool:
        """Whether this key was part of a reader's typing, and means nothing else."""
        if self._typed and self._now() - self._last > PAUSE:
            self._typed = ""
        self._last = self._now()
        letter = chr(code).upper() if 32 < code < 127 else ""
        if not self._typed:
            self._typed = letter if letter == BEGINS else ""
            return bool(self._typed)
        if code in (ENTER, PAD_ENTER):
            self._ended()
        else:
            self._typed += letter
        return True

    def _ended(self) -> None:
        typed, self._typed = self._typed, ""
        if (found := TYPED.fullmatch(typed)) and is_slip(slip := PREFIX + found[1]):
            self._read(slip)
