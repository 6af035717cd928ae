"""The page that shows the venue key, to be typed on another kiosk."""

from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.navigation import HostsAsked, KeyAsked
from kiosk.services import venue_keys
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Page, Question
from kiosk.ui.style.theme import theme


class KeyGroup(BoxLayout):
    """Five digits of the key, with their place."""

    place = StringProperty("")
    digits = StringProperty("")


class ShowVenueKey(Page):
    """Shows the groups of digits."""

    columns = NumericProperty(5)

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The key."""
        assert isinstance(argument, KeyAsked)
        return venue_keys.read_key, (argument.host,)

    def show(self, argument: object) -> None:
        """Show the key."""
        assert isinstance(argument, KeyAsked)
        self.host_session = argument.host
        if isinstance(self.record, tuple):
            self._fill(self.record)
        else:
            self.ask(venue_keys.read_key, argument.host, then=self._fill)

    def deactivate(self) -> None:
        """Remove the key from the page."""
        super().deactivate()
        self.ids.groups.clear_widgets()

    def on_width(self, _: object, width: float) -> None:
        """Two columns on a narrow page."""
        self.columns = 2 if width < theme.narrow else 5

    def back(self) -> None:
        """Return to the list."""
        self.answer(HostsAsked(self.host_session))

    def _fill(self, groups: tuple[str, ...]) -> None:
        self.ids.groups.clear_widgets()
        for place, group in enumerate(groups, 1):
            self.ids.groups.add_widget(KeyGroup(place=str(place), digits=group))


kv_rules.load(__file__)
