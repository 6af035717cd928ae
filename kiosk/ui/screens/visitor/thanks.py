"""The page after check-out: the pouch to give back, the phone-free time, and the mood question."""

from collections.abc import Mapping

from kivy.properties import NumericProperty, StringProperty

from kiosk.rules.device_events import DeviceEvent, LockerEvent
from kiosk.rules.locker_wall import Door
from kiosk.services import lockers
from kiosk.services.records.visitor_records import CheckedOut
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.timed_page import READ_LINE
from kiosk.ui.screens.visitor.mood_page import MoodPage
from kiosk.ui.text import locker_texts, phrases
from kiosk.ui.text.i18n import counted, say

ROOM_TO_ASK, ROOM_TO_GO_ON = 40, 22  # heights of what can be touched, as theme.size has them


class Thanks(MoodPage):
    """Shows a CheckedOut; ``view`` is bye if the venue doesn't ask for the mood."""

    accepts_slips = True
    accepts_cards = True
    when = "after"
    readable_after = READ_LINE

    before = StringProperty("")
    time = StringProperty("")
    giving_back = StringProperty("")
    choice_size = NumericProperty(ROOM_TO_ASK)

    def show(self, argument: object) -> None:
        """Show the visit's result."""
        assert isinstance(argument, CheckedOut)
        self.ask_visit(argument.visit)
        if not argument.asks_after or argument.elsewhere:  # the way to the phone comes first, and needs the room
            self.view = "bye"
        self.choice_size = ROOM_TO_GO_ON if argument.elsewhere else ROOM_TO_ASK
        self.giving_back = _giving_back(argument)
        self.doors = argument.doors
        self._read_doors()
        if argument.late:
            self.before, self.time = _late_texts(argument)
        elif argument.phone_free:
            self.before, self.time = say("You were phone-free for"), phrases.duration(argument.phone_free)
        else:
            self.before, self.time = say("Thank you for being with us"), say("See you again.")

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
        state = locker_texts.together(doors)
        if state == "stuck":
            self.giving_back = locker_texts.stuck(self.doors)
        elif state == "closed":
            self.giving_back = locker_texts.closed_behind(self.doors)

    def deactivate(self) -> None:
        """Clear the time and the pouch numbers."""
        super().deactivate()
        self.time = self.giving_back = ""


def _giving_back(checked_out: CheckedOut) -> str:
    if not checked_out.known:
        return say("Take your phone, and leave its pouch with us.")
    if checked_out.elsewhere:
        return locker_texts.elsewhere(checked_out.elsewhere)
    return phrases.giving_back(checked_out.numbers, checked_out.phones, checked_out.stow)


def _late_texts(checked_out: CheckedOut) -> tuple[str, str]:
    """For a visitor whose visit had ended before: nothing about its length."""
    if not checked_out.phones:
        return say("Thank you for bringing it back"), say("See you again.")
    return (
        counted("It has waited for you", "They have waited for you", checked_out.phones),
        counted("Here is your phone", "Here are your phones", checked_out.phones),
    )


kv_rules.load(__file__)
