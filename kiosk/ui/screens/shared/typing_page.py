"""A page where a number is typed on the keypad, which may be locked for a time after a wrong one."""

from collections.abc import Callable

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.bridge import Bridge
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.text import phrases


class TypingPage(BusyPage):
    """Holds the ``typed`` digits, which ``prompt`` is shown, and for how many seconds the keypad ``is_locked``."""

    max_digits = 8
    saved_fields: tuple[str, ...] = ("typed", "prompt", "seconds_left")

    typed = StringProperty("")
    heading = StringProperty("")
    text = StringProperty("")
    footer = StringProperty("")
    count = NumericProperty(0)  # digits typed
    is_locked = BooleanProperty(False)
    prompt = StringProperty("")  # which of the page's texts is shown; each page has its own names
    seconds_left = NumericProperty(0)  # until the keypad is unlocked

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self._countdown = Clock.create_trigger(self._count_down, 1.0, interval=True)
        self.entry = 0  # counts wrong numbers: digits that follow one without a pause are no part of the next
        super().__init__(bridge, answered, **kwargs)

    def activate(self, argument: object, record: object = None) -> None:
        """Start with nothing typed."""
        self._clear()
        super().activate(argument, record)
        self.footer = self.footer_text()

    def deactivate(self) -> None:
        """Clear what was typed."""
        super().deactivate()
        self._clear()

    def digit(self, digit: str) -> None:
        """Append a digit, up to ``max_digits``."""
        if len(self.typed) < self.max_digits and self.is_active:
            self.typed += digit

    def delete(self) -> None:
        """Remove the last digit."""
        self.typed = self.typed[:-1]

    def on_typed(self, _: object, typed: str) -> None:
        """Update the number of digits."""
        self.count = len(typed)

    def lock_keypad(self, seconds: int) -> None:
        """Lock the keypad for some seconds; the footer counts down."""
        self.entry += 1
        self.typed = ""
        self.seconds_left = seconds

    def on_seconds_left(self, _: object, seconds: int) -> None:
        """Update the lock and the footer."""
        self._countdown.cancel()
        self.is_locked = seconds > 0
        self.footer = phrases.keypad_locked_for(int(seconds)) if self.is_locked else self.footer_text()
        if self.is_locked:
            self._countdown()

    def footer_text(self) -> str:
        """The footer while the keypad is not locked."""
        return ""

    def _count_down(self, _: float) -> None:
        self.seconds_left -= 1

    def _clear(self) -> None:
        self.typed, self.seconds_left, self.prompt = "", 0, ""
