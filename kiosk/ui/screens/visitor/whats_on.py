"""What is on now, and what comes next."""

from kivy.properties import StringProperty

from kiosk.navigation import WhatsOn
from kiosk.ui import kv_rules
from kiosk.ui.layout.panes import Plate
from kiosk.ui.layout.strip import Strip
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.style.theme import theme
from kiosk.ui.text import schedule_text

MOST = 4  # on the smallest panel


class Occasion(Plate):
    """One session: ``when`` it is, and its ``title``."""

    when = StringProperty("")
    title = StringProperty("")


class WhatsOnNow(Page):
    """Given a flow.WhatsOn, shows its sessions, the present ones first."""

    takes_slips = True

    said: tuple[tuple[str, str], ...] = ()

    def on_width(self, _: object, __: float) -> None:
        """One below the other where there is no room beside it."""
        self._fill()

    def show(self, given: object) -> None:
        """A line for each."""
        assert isinstance(given, WhatsOn)
        now = [(schedule_text.until(live.session.until), schedule_text.title(live.session)) for live in given.door.live]
        later = [(schedule_text.when(plan), schedule_text.title(plan)) for plan in given.door.coming]
        self.said = (*now, *later)[:MOST]
        self._fill()

    def _fill(self) -> None:
        lines = self.ids.lines
        lines.clear_widgets()
        across = 1 if self.width < theme.narrow else 2
        for place in range(0, len(self.said), across):
            line = Strip(spacing=theme.gap, size_hint_min_y=theme.size(22), size_hint_max_y=theme.size(25))
            for when, title in self.said[place : place + across]:
                line.add_widget(Occasion(when=when, title=title))
            lines.add_widget(line)


kv_rules.load(__file__)
