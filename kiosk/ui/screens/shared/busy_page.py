"""A page that asks the desk once at a time: until the answer is here it is deaf, and soon shows that it is busy."""

from collections.abc import Callable
from typing import TypeVar

from kivy.properties import BooleanProperty

from kiosk.bridge import Bridge
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.widgets.press import Breathing

R = TypeVar("R")


class BusyPage(Page):
    """``busy`` from a question to its answer; its Room is deaf then."""

    busy = BooleanProperty(False)

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self._waits: Breathing | None = None
        super().__init__(bridge, answered, **kwargs)

    def begin(self, given: object, record: object = None) -> None:
        """A new turn waits for nothing."""
        self._rested()
        super().begin(given, record)

    def end(self) -> None:
        """Whatever was on its way is no longer awaited."""
        super().end()
        self._rested()

    @property
    def can_take_slip(self) -> bool:
        """Not while another question is being answered."""
        return self.takes_slips and not self.busy

    def ask_once(self, waits: Breathing, job: Callable[..., R], *args: object, then: Callable[[R], None]) -> None:
        """Ask, unless something is being asked already; ``waits`` is what breathes meanwhile."""
        if self.busy:
            return
        self.busy = True
        self._waits = waits
        waits.breathing = True

        def answered(answer: R) -> None:
            self._rested()
            then(answer)

        self.ask(job, *args, then=answered)

    def _rested(self) -> None:
        self.busy = False
        if self._waits:
            self._waits.breathing = False
            self._waits = None
