"""The page after stepping out or coming back: the pouch, and what to do with the phone."""

from collections.abc import Mapping

from kivy.properties import StringProperty

from kiosk.rules.device_events import DeviceEvent, LockerEvent
from kiosk.rules.locker_wall import Door
from kiosk.services import lockers
from kiosk.services.records.visitor_records import CameBack, SteppedOut
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.timed_page import READ_LINE, TimedPage
from kiosk.ui.text import locker_texts, phrases
from kiosk.ui.text.i18n import say


class Stepped(TimedPage):
    """Shows a SteppedOut or a CameBack."""

    readable_after = READ_LINE
    accepts_slips = True
    accepts_cards = True

    caption = StringProperty("")
    number = StringProperty("")
    icon = StringProperty("")
    footer = StringProperty("")
    heading = StringProperty("")
    text = StringProperty("")

    def show(self, argument: object) -> None:
        """Show what to do with the phone."""
        assert isinstance(argument, SteppedOut | CameBack)
        self.number = phrases.ranges(argument.numbers)
        self.caption = phrases.your_numbers(argument.numbers, argument.stow)
        if isinstance(argument, SteppedOut):
            self.icon, self.footer, self.heading = "exit_run", say("Your place is yours"), say("See you soon.")
            self.text = phrases.stepping_out(argument.numbers, argument.stow)
        else:
            self.icon, self.footer, self.heading = "sofa", say("It’s good to have you back"), say("Welcome back.")
            self.text = phrases.coming_back(argument.numbers, argument.stow)
        self.doors = argument.doors
        self._read_doors()

    def device_event(self, event: DeviceEvent) -> None:
        """Follow the doors of the party's lockers."""
        if isinstance(event, LockerEvent):
            self._read_doors()
        else:
            super().device_event(event)

    def _read_doors(self) -> None:
        if self.doors:
            self.poll(lockers.read_doors, self.doors, then=self._show_doors)

    def _show_doors(self, doors: Mapping[int, Door]) -> None:
        if locker_texts.together(doors) == "stuck":
            self.text = locker_texts.stuck(self.doors)

    def deactivate(self) -> None:
        """Clear the pouch numbers."""
        super().deactivate()
        self.number = self.text = ""


kv_rules.load(__file__)
