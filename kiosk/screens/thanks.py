"""Goodbye: the pouch to give back, the time that was one's own, and one tap to say how it was."""

from collections.abc import Callable

from kivy.clock import Clock
from kivy.properties import NumericProperty, StringProperty

from kiosk.bridge import Bridge
from kiosk.desk import visits
from kiosk.desk.records import Farewell
from kiosk.screens.passing import Passing
from kiosk.widgets import buttons, corner, countdown, faces, kv, labels, panes, wording  # noqa: F401 - their rules stand in ours
from kiosk.widgets.i18n import say

MOMENT = 1.8  # seconds to read "Thank you"


class Thanks(Passing):
    """Shows a Farewell and asks for one pulse, which nobody has to give."""

    keeps = ("score", "way")

    before = StringProperty("")
    time = StringProperty("")
    open_pouches = StringProperty("")
    score = NumericProperty(0)
    way = StringProperty("ask")

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self._leave = Clock.create_trigger(lambda _: self.go_home(), MOMENT)
        super().__init__(bridge, answered, **kwargs)

    def show(self, given: object) -> None:
        """What the visit came to."""
        assert isinstance(given, Farewell)
        self.visit = given.visit
        self.score, self.way = 0, "ask"
        self.open_pouches = wording.open_pouches(given.numbers, given.phones)
        if given.phone_free:
            self.before, self.time = say("You were phone-free for"), wording.duration(given.phone_free)
        else:
            self.before, self.time = say("Thank you for being with us"), say("See you again.")

    def end(self) -> None:
        """Nothing of this visit stays."""
        super().end()
        self._leave.cancel()
        self.time = self.open_pouches = ""

    def feel(self, score: int) -> None:
        """One tap, once; the thanks follow when it is written down."""
        if not self.score:
            self.score = score
            self.ask(visits.give_pulse, self.visit, score, then=lambda _: self._thank())

    def on_way(self, _: object, way: str) -> None:
        """Thanked, and home."""
        if way == "thank":
            self._leave()

    def _thank(self) -> None:
        self.way = "thank"


kv.load(__file__)
