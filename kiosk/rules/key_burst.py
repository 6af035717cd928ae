"""Tells the keys of a person from a scanner's: letters where they are typed, digits everywhere.

A scanner that types sends a key every 1 to 40 ms; a person who types fast needs 80 ms or more from key to key, and
single pairs of keys roll faster. So keys are held until a pause: four or more without one are a scan's and are dropped,
fewer are typed. The Enter or Tab that follows held keys without a pause is a scan's too.
"""

from collections.abc import Callable

PAUSE = 0.06  # seconds without a key
SCAN_KEYS = 4  # without a pause


class KeyBurst:
    """The keys since the last pause and their text. It has no clock of its own; ``typed`` gets what a person typed."""

    def __init__(self, typed: Callable[[str], None]) -> None:
        self._typed = typed
        self._count = 0
        self._text = ""

    @property
    def is_held(self) -> bool:
        """Whether there were keys since the last pause."""
        return self._count > 0

    @property
    def is_scan(self) -> bool:
        """Whether they are a scan's."""
        return self._count >= SCAN_KEYS

    def add_key(self) -> None:
        """A key went down."""
        self._count += 1

    def add_text(self, text: str) -> None:
        """The text of a key: it comes after the key, in the layout of the machine; a key may have none."""
        self._text += text

    def end(self) -> None:
        """A pause, or a key that is no text: type what was held unless it is a scan's."""
        text, is_scan = self._text, self.is_scan
        self.drop()
        if text and not is_scan:
            self._typed(text)

    def drop(self) -> None:
        """Forget what was held."""
        self._count, self._text = 0, ""


class DigitBurst:
    """The keys since the last pause that a digit began, where no letters are typed. It has no clock of its own.

    ``press`` gets, in order, what a person has pressed. What was begun on another page presses nothing.
    """

    def __init__(self, press: Callable[[int], None]) -> None:
        self._press = press
        self._codes: list[int] = []
        self._page: object = None

    @property
    def is_held(self) -> bool:
        """Whether there were keys since the last pause."""
        return bool(self._codes)

    def add_key(self, code: int, page: object) -> None:
        """A key went down, by Kivy's code, on the page with this identity."""
        if not self._codes:
            self._page = page
        self._codes.append(code)

    def is_scan(self, suffixes: int = 0) -> bool:
        """Whether they are a scan's, with so many Enters or Tabs after them."""
        return len(self._codes) + suffixes >= SCAN_KEYS

    def end(self, page: object) -> None:
        """A pause on the page with this identity, or a key that types nothing: press what was held but a scan's."""
        codes, is_scan = self._codes, self.is_scan()
        self.drop()
        if page == self._page and not is_scan:
            for code in codes:
                self._press(code)

    def drop(self) -> None:
        """Forget what was held."""
        self._codes = []
