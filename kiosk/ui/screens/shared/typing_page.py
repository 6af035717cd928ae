"""A page where a number is typed on the keypad, and where a wrong one may have to wait before the next."""

from collections.abc import Callable

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.bridge import Bridge
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.text import phrases


class TypingPage(BusyPage):
    """Holds what was ``typed``, what is said about it, and how long the keypad is still ``resting``."""

    longest = 8
    keeps: tuple[str, ...] = ("typed", "said", "left")

    typed = StringProperty("")
    heading = StringProperty("")
    text = StringProperty("")
    foot = StringProperty("")
    count = NumericProperty(0)  # digits typed
    resting = BooleanProperty(False)
    said = StringProperty("")  # which of its sentences the page has come to; each page has its own
    left = NumericProperty(0)  # seconds that the keypad still rests

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self._second = Clock.create_trigger(self._wait_on, 1.0, interval=True)
        self.entry = 0  # how many numbers were refused: what follows one without a pause is no part of the next
        super().__init__(bridge, answered, **kwargs)

    def begin(self, given: object, record: object = None) -> None:
        """Nothing is typed yet."""
        self._forget()
        super().begin(given, record)
        self.foot = self.help()

    def end(self) -> None:
        """What was typed is nobody else's business."""
        super().end()
        self._forget()

    def digit(self, digit: str) -> None:
        """One more digit, if there is still room."""
        if len(self.typed) < self.longest and not self.is_over:
            self.typed += digit

    def delete(self) -> None:
        """One digit less."""
        self.typed = self.typed[:-1]

    def on_typed(self, _: object, typed: str) -> None:
        """Count along."""
        self.count = len(typed)

    def hold_back(self, seconds: int) -> None:
        """The keypad rests for so long, and the foot of the page counts down."""
        self.entry += 1
        self.typed = ""
        self.left = seconds

    def on_left(self, _: object, seconds: int) -> None:
        """It rests, or listens again."""
        self._second.cancel()
        self.resting = seconds > 0
        self.foot = phrases.listening_again(int(seconds)) if self.resting else self.help()
        if self.resting:
            self._second()

    def help(self) -> str:
        """What stands at the foot of the page while the keypad listens."""
        return ""

    def _wait_on(self, _: float) -> None:
        self.left -= 1

    def _forget(self) -> None:
        self.typed, self.left, self.said = "", 0, ""
