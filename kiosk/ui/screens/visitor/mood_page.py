"""One tap on five faces says how one feels; nobody has to, and nobody behind in the queue reads it afterwards."""

from collections.abc import Callable
from typing import ClassVar, Literal
from uuid import UUID

from kivy.clock import Clock
from kivy.properties import NumericProperty, StringProperty

from kiosk.bridge import Bridge
from kiosk.services import visits
from kiosk.ui.screens.shared.timed_page import TimedPage

MOMENT = 1.8  # seconds to read "Thank you"


class MoodPage(TimedPage):
    """Asks for one pulse of its ``visit``; ``way`` is ask, thank, or what else the page has to say."""

    keeps = ("score", "way")
    when: ClassVar[Literal["before", "after"]]

    score = NumericProperty(0)
    way = StringProperty("ask")

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self._leave = Clock.create_trigger(lambda _: self.go_home(), MOMENT)
        super().__init__(bridge, answered, **kwargs)

    def ask_visit(self, visit: UUID) -> None:
        """Begin: nothing is chosen yet."""
        self.visit = visit
        self.score, self.way = 0, "ask"

    def end(self) -> None:
        """Nothing of this visit stays."""
        super().end()
        self._leave.cancel()
        self.score = 0

    def feel(self, score: int) -> None:
        """One tap, once; the thanks follow when it is written down."""
        if not self.score:
            self.score = score
            self.ask(visits.record_pulse, self.visit, self.when, score, then=lambda _: self._thank())

    def on_way(self, _: object, way: str) -> None:
        """Thanked, and home."""
        if way == "thank":
            self._leave()

    def _thank(self) -> None:
        self.way = "thank"
