"""The page of all lockers on boards: how their doors are; a touch opens one."""

from functools import partial

from kiosk.navigation import LockersAsked, SettingsAsked
from kiosk.rules.device_events import DeviceEvent, LockerEvent
from kiosk.services import lockers
from kiosk.services.records.locker_records import LockerList
from kiosk.ui.screens.host.tiles_page import TilesPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.text import locker_texts
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import CardChoice


class LockersPage(TilesPage):
    """A tile for each locker."""

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """All lockers."""
        return lockers.read_lockers, ()

    def show(self, argument: object) -> None:
        """Show the lockers."""
        assert isinstance(argument, LockersAsked)
        self.host_session = argument.host
        self.heading, self.text = say("Lockers"), say("A touch opens the door.")
        self._tiles: dict[int, CardChoice] = {}
        self.fill_from(lockers.read_lockers, self._fill)

    def back(self) -> None:
        """Return to the sections."""
        self.answer(SettingsAsked(self.host_session))

    def device_event(self, event: DeviceEvent) -> None:
        """Follow the doors."""
        if isinstance(event, LockerEvent):
            self.poll(lockers.read_lockers, then=self._fill)
        else:
            super().device_event(event)

    def _open(self, number: int, pressed: CardChoice) -> None:
        self.ask_unless_busy(pressed, lockers.open_by_hand, number, self.host_session, then=self._fill)

    def _fill(self, state: LockerList) -> None:
        for locker in state.lockers:
            detail = locker_texts.door_text(locker.door)
            if locker.is_held:
                in_use = say("In use")
                detail = f"{detail} · {in_use}"
            tile = self._tiles.get(locker.number)
            if tile is None:
                text = say("Locker {number}", number=locker.number)
                icon = locker_texts.DOOR_ICONS[locker.door]
                key = f"locker_{locker.number}"
                self._tiles[locker.number] = self.add_tile(key, text, icon, partial(self._open, locker.number), detail)
            else:
                tile.detail, tile.icon = detail, locker_texts.DOOR_ICONS[locker.door]
