"""A page that runs one job at a time: until the result is there it ignores touches and indicates that it is busy."""

from collections.abc import Callable
from typing import TypeVar

from kivy.properties import BooleanProperty

from kiosk.bridge import Bridge
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.widgets.press import Breathing

R = TypeVar("R")


class BusyPage(Page):
    """``busy`` while a job runs; its PageRoot ignores touches then."""

    busy = BooleanProperty(False)

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self._indicator: Breathing | None = None
        super().__init__(bridge, answered, **kwargs)

    def activate(self, argument: object, record: object = None) -> None:
        """Start without a running job."""
        self._finish()
        super().activate(argument, record)

    def deactivate(self) -> None:
        """End without waiting for the running job."""
        super().deactivate()
        self._finish()

    @property
    def can_accept_slip(self) -> bool:
        """Not while another job runs."""
        return self.accepts_slips and not self.busy

    def ask_unless_busy(
        self, indicator: Breathing, job: Callable[..., R], *args: object, then: Callable[[R], None], slow: bool = False
    ) -> None:
        """Run a job unless one is running; ``indicator`` breathes meanwhile."""
        if self.busy:
            return
        self.busy = True
        self._indicator = indicator
        indicator.breathing = True

        def answered(answer: R) -> None:
            self._finish()
            then(answer)

        self.ask(job, *args, then=answered, slow=slow)

    def _finish(self) -> None:
        self.busy = False
        if self._indicator:
            self._indicator.breathing = False
            self._indicator = None
