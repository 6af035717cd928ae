"""A page with the voluntary mood question, answered by a tap on one of five faces."""

from collections.abc import Callable
from typing import ClassVar, Literal
from uuid import UUID

from kivy.clock import Clock
from kivy.properties import NumericProperty, StringProperty

from kiosk.bridge import Bridge
from kiosk.services import visits
from kiosk.ui.screens.shared.timed_page import TimedPage

THANKS_SHOWN_S = 1.8  # seconds to read "Thank you"


class MoodPage(TimedPage):
    """Asks for one pulse of its ``visit``; ``view`` is ask, thank, or another of the page."""

    saved_fields = ("score", "view")
    when: ClassVar[Literal["before", "after"]]

    score = NumericProperty(0)
    view = StringProperty("ask")

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self._go_home_later = Clock.create_trigger(lambda _: self.go_home(), THANKS_SHOWN_S)
        super().__init__(bridge, answered, **kwargs)

    def ask_visit(self, visit: UUID) -> None:
        """Start with no face chosen."""
        self.visit = visit
        self.score, self.view = 0, "ask"

    def deactivate(self) -> None:
        """Clear the score."""
        super().deactivate()
        self._go_home_later.cancel()
        self.score = 0

    def feel(self, score: int) -> None:
        """Store the first score that is tapped, then thank."""
        if not self.score:
            self.score = score
            self.ask(visits.record_pulse, self.visit, self.when, score, then=lambda _: self._thank())

    def on_view(self, _: object, view: str) -> None:
        """Go home after the thanks."""
        if view == "thank":
            self._go_home_later()

    def _thank(self) -> None:
        self.view = "thank"
