"""The page of the numbers of pouches and lockers."""

from kivy.properties import NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.navigation import SettingsAsked, StowSettingsAsked
from kiosk.rules.setting_values import StoredSettings
from kiosk.services import settings
from kiosk.ui import kv_rules
from kiosk.ui.layout.panes import Plate
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import Shaped
from kiosk.ui.widgets.press import Breathing
from kiosk.ui.widgets.stepper import Counted

MOST = 999


class LockedNumber(Shaped, Plate):
    """A number that the coordinator has set."""

    min_wide_width = 70.0  # mm

    key = StringProperty("")
    text = StringProperty("")
    value = NumericProperty(0)


class StowNumbers(BusyPage):
    """Two numbers; a number that the coordinator has set has no buttons."""

    saved_fields = ("pouches", "lockers")

    pouches = NumericProperty(0)
    lockers = NumericProperty(0)

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The settings that apply."""
        return settings.read_effective, ()

    def show(self, argument: object) -> None:
        """Show the numbers."""
        assert isinstance(argument, StowSettingsAsked)
        self.host_session = argument.host
        if isinstance(self.record, settings.EffectiveSettings):
            self._fill(self.record)
        else:
            self.ask(settings.read_effective, then=self._fill)

    def back(self) -> None:
        """Return to the sections."""
        self.answer(SettingsAsked(self.host_session))

    def save(self, pressed: Breathing) -> None:
        """Let the numbers count; what the coordinator has set stays out of it."""
        changes = StoredSettings(
            pouches=None if self._effective.is_locked("pouches") else int(self.pouches),
            lockers=None if self._effective.is_locked("lockers") else int(self.lockers),
        )
        self.ask_unless_busy(pressed, settings.change, self.host_session, changes, then=lambda _: self.back())

    def _fill(self, effective: settings.EffectiveSettings) -> None:
        self._effective = effective
        self.pouches, self.lockers = effective.values.pouches, effective.values.lockers
        self.ids.numbers.clear_widgets()
        for number in (self._pouches(), self._lockers()):
            self.ids.numbers.add_widget(number)

    def _pouches(self) -> Widget:
        if self._effective.is_locked("pouches"):
            text = say("Pouches: set by your coordinator")
            return LockedNumber(key="pouches", text=text, value=self.pouches)
        return self._counted("pouches", say("Pouches, numbered from 1"), "bag_personal")

    def _lockers(self) -> Widget:
        if self._effective.is_locked("lockers"):
            text = say("Lockers: set by your coordinator")
            return LockedNumber(key="lockers", text=text, value=self.lockers)
        return self._counted("lockers", say("Lockers, numbered from 1"), "locker")

    def _counted(self, name: str, text: str, icon: str) -> Counted:
        counted = Counted(name=name, text=text, icon=icon, value=getattr(self, name), most=MOST)
        counted.bind(on_change=lambda _, number: setattr(self, name, number))
        self.fbind(name, counted.setter("value"))
        return counted


kv_rules.load(__file__)
