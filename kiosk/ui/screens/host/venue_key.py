"""The page that shows the venue key, to be typed on another kiosk."""

from kivy.core.window import Window
from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.navigation import HostsAsked, KeyAsked, KeyEntryAsked
from kiosk.services import venue_keys
from kiosk.ui import kv_rules
from kiosk.ui.layout.strip import Strip
from kiosk.ui.screens.shared.page import Page, Question
from kiosk.ui.style.theme import theme


class KeyGroup(BoxLayout):
    """Five digits of the key, with their place."""

    place = StringProperty("")
    digits = StringProperty("")


class ShowVenueKey(Page):
    """Shows the groups of digits."""

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

    def back(self) -> None:
        """Return to the list."""
        self.answer(HostsAsked(self.host_session))

    def type_key(self) -> None:
        """Type the key of another kiosk, to join its hosts."""
        self.answer(KeyEntryAsked(self.host_session))

    def _fill(self, groups: tuple[str, ...]) -> None:
        self.ids.groups.clear_widgets()
        columns = 2 if Window.width < theme.narrow else 5
        rows = -(-len(groups) // columns)
        self.ids.groups.size_hint_min_y = rows * theme.size(9.5) + (rows - 1) * theme.small_gap
        for row in range(rows):
            strip = Strip(spacing=theme.gap)
            for place in range(row * columns, min((row + 1) * columns, len(groups))):
                strip.add_widget(KeyGroup(place=str(place + 1), digits=groups[place]))
            self.ids.groups.add_widget(strip)


kv_rules.load(__file__)
