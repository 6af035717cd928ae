"""The page with current and coming sessions."""

from kivy.properties import StringProperty

from kiosk.navigation import WhatsOn
from kiosk.ui import kv_rules
from kiosk.ui.layout.panes import Plate
from kiosk.ui.layout.strip import Strip
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.style.theme import theme
from kiosk.ui.text import schedule_text

MAX_ENTRIES = 4  # on the smallest panel


class Occasion(Plate):
    """One session: its time (``when``) and ``title``."""

    when = StringProperty("")
    title = StringProperty("")


class WhatsOnNow(Page):
    """Its argument is a WhatsOn, whose sessions it shows, the current ones first."""

    accepts_slips = True
    accepts_cards = True

    entries: tuple[tuple[str, str], ...] = ()

    def on_width(self, _: object, __: float) -> None:
        """One column on a narrow page."""
        self._fill()

    def show(self, argument: object) -> None:
        """Show each session with its time."""
        assert isinstance(argument, WhatsOn)
        now = [
            (schedule_text.until(live.session.until), schedule_text.opened_title(live.session))
            for live in argument.door.live
        ]
        later = [(schedule_text.when(plan), schedule_text.title(plan)) for plan in argument.door.coming]
        self.entries = (*now, *later)[:MAX_ENTRIES]
        self._fill()

    def _fill(self) -> None:
        lines = self.ids.lines
        lines.clear_widgets()
        columns = 1 if self.width < theme.narrow else 2
        for start in range(0, len(self.entries), columns):
            line = Strip(spacing=theme.gap, size_hint_min_y=theme.size(22), size_hint_max_y=theme.size(25))
            for when, title in self.entries[start : start + columns]:
                line.add_widget(Occasion(when=when, title=title))
            lines.add_widget(line)


kv_rules.load(__file__)
