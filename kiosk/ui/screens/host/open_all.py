"""The page on which all lockers are opened in an evacuation, one after the other."""

from kiosk.navigation import AllLockersAsked, RollCallAsked
from kiosk.rules.device_events import DeviceEvent, LockerEvent
from kiosk.services import lockers
from kiosk.services.records.locker_records import LockerList
from kiosk.ui.screens.host.tiles_page import TilesPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.text import locker_texts
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import CardChoice


class OpenAllLockers(TilesPage):
    """Starts and stops opening, and says how far it is and where the key hangs."""

    home_after = 0

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """All lockers."""
        return lockers.read_all, ()

    def show(self, argument: object) -> None:
        """Offer to open all."""
        assert isinstance(argument, AllLockersAsked)
        self.host_session = argument.host
        self.heading, self.text = say("Open all lockers"), ""
        self.fill_from(lockers.read_all, self._fill)
        self.add_tile("open_all", say("Open all"), "locker_multiple", self._open, say("Two a second"), is_current=True)
        self.add_tile("stop", say("Stop"), "hand_back_right", self._stop)

    def back(self) -> None:
        """Return to the roll call."""
        self.answer(RollCallAsked())

    def device_event(self, event: DeviceEvent) -> None:
        """Follow the doors."""
        if isinstance(event, LockerEvent):
            self.poll(lockers.read_all, then=self._fill)
        else:
            super().device_event(event)

    def _open(self, pressed: CardChoice) -> None:
        self.ask_unless_busy(pressed, lockers.open_all, self.host_session, then=self._fill)

    def _stop(self, pressed: CardChoice) -> None:
        self.ask_unless_busy(pressed, lockers.stop_opening, then=self._fill)

    def _fill(self, state: LockerList) -> None:
        self.text = locker_texts.opened_of_all(state)
