"""The base class of the settings' pages: a heading, a sentence, and tiles that scroll."""

from collections.abc import Callable
from typing import TypeVar, cast

from kivy.properties import NumericProperty, StringProperty

from kiosk.ui import kv_rules
from kiosk.ui.layout.panes import Plate
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.style.theme import theme
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import CardChoice, EmberCard

R = TypeVar("R")

NARROW_WIDTH, SMALL_WIDTH = 140.0, 160.0  # mm


class StateTile(Plate):
    """Something to read among the tiles."""

    key = StringProperty("")
    icon = StringProperty("")
    text = StringProperty("")
    detail = StringProperty("")


class TilesPage(BusyPage):
    """Tiles in two columns, or one on a narrow page."""

    heading = StringProperty("")
    text = StringProperty("")
    columns = NumericProperty(2)
    text_height = NumericProperty(0)

    def on_width(self, _: object, width: float) -> None:
        """One column on a narrow page, where a sentence needs more lines, and on a small one in low reach."""
        self.columns, millimetres = (1, 16.5) if width < theme.size(NARROW_WIDTH) else (2, 11)
        if theme.low and width < theme.size(SMALL_WIDTH):
            self.columns = 1  # the navigation is beside the tiles
        self.text_height = theme.size(millimetres)

    def back(self) -> None:
        """Return to the page before."""

    def fill_from(self, job: Callable[..., R], fill: Callable[[R], None]) -> None:
        """Remove the tiles and show the page's record, which is the result of ``job``; without it, ask for it."""
        self.clear()
        if self.record is None:
            self.ask(job, then=fill)
        else:
            fill(cast(R, self.record))

    def clear(self) -> None:
        """Remove the tiles, and scroll to the top."""
        self.ids.tiles.clear_widgets()
        self.ids.scroll.scroll_y = 1

    def add_tile(
        self,
        key: str,
        text: str,
        icon: str,
        chosen: Callable[[CardChoice], None],
        detail: str = "",
        *,
        is_current: bool = False,
    ) -> CardChoice:
        """Add a tile to touch; ``is_current``: the value that applies now."""
        tile = (EmberCard if is_current else CardChoice)(key=key, text=text, icon=icon, detail=detail)
        tile.bind(on_release=chosen)
        self.ids.tiles.add_widget(tile)
        return tile

    def add_state(self, key: str, text: str, icon: str, detail: str) -> None:
        """Add something to read."""
        self.ids.tiles.add_widget(StateTile(key=key, text=text, icon=icon, detail=detail))

    def add_locked(self, key: str, text: str, detail: str) -> None:
        """Add a setting that the coordinator has set."""
        self.add_tile(
            key, text, "lock", lambda _: self.show_message(say("Your coordinator has set this."), "lock"), detail
        )


kv_rules.load(__file__)
