"""The list of what has not come back, with a row for each number; its most frequent act is one tap away."""

from collections.abc import Sequence
from functools import partial

from kivy.clock import Clock
from kivy.factory import Factory
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.services import closeout
from kiosk.services.records.closeout_records import OpenItem
from kiosk.ui import kv_rules
from kiosk.ui.layout.spread import Spread
from kiosk.ui.layout.strip import Strip
from kiosk.ui.style.theme import theme
from kiosk.ui.text import closeout_text
from kiosk.ui.widgets.press import Press


class OpenRow(Strip):
    """One item: its number, its state in words, its most frequent act, and all others behind another button."""

    index = NumericProperty(0)
    number = StringProperty("")
    icon = StringProperty("")
    text = StringProperty("")
    act = StringProperty("")
    spoken = StringProperty("")
    inner_orientation = StringProperty("horizontal")
    words_share = NumericProperty(1.0)
    number_width = NumericProperty(0)
    more_hint = ObjectProperty({"y": 0})
    chosen = ObjectProperty(None)  # called with the button
    opened = ObjectProperty(None)

    def on_width(self, _: object, width: float) -> None:
        """On a narrow page the button is below the words."""
        self.inner_orientation = "vertical" if width < theme.narrow else "horizontal"
        self.words_share = 1.0 if width < theme.narrow else 1.3  # of the button's width
        self.more_hint = {"y": 0} if width < theme.narrow else {"center_y": 0.5}
        self.number_width = theme.size(13 if width < theme.narrow else 17)


class ListHead(Spread):
    """The heading, and beside it the navigation."""


class PagerButtons(Strip):
    """Two buttons to scroll by a page, if ``shown`` is pages; dispatches ``on_turn`` with 1 (down) or -1 (up)."""

    __events__ = ("on_turn",)

    shown = StringProperty("none")

    def on_shown(self, _: object, shown: str) -> None:
        """Add or remove the buttons."""
        self.clear_widgets()
        if shown != "pages":
            return
        for name, direction in (("PageUp", -1), ("PageDown", 1)):
            button = Factory.get(name)()
            button.bind(on_release=partial(self._turned, direction))
            self.add_widget(button)

    def on_turn(self, direction: int) -> None:
        """The event's default handler."""

    def _turned(self, direction: int, _: Press) -> None:
        self.dispatch("on_turn", direction)


class OpenItemList(Strip):
    """Rows for ``items``; the ``page`` has ``choose`` and ``open``."""

    page = ObjectProperty(None)
    items: Sequence[OpenItem] = ()
    shows_days = BooleanProperty(False)  # when each visit ended
    row_height = NumericProperty(0)
    pager = StringProperty("none")  # or pages, if not all rows are visible

    def __init__(self, **kwargs: object) -> None:
        self._update = Clock.create_trigger(self._update_pager, -1)
        super().__init__(**kwargs)

    def on_width(self, _: object, width: float) -> None:
        """Rows are higher on a narrow page."""
        lines = 4.0 if self._says_when else 2.8
        if width < theme.narrow:
            self.row_height = theme.target + theme.small_gap + theme.small_text * lines
        else:
            self.row_height = max(theme.target, theme.least_text * lines)
        self._update()

    def on_height(self, _: object, __: float) -> None:
        """Show the buttons for further rows if there are any."""
        self._update()

    def fill(self, items: Sequence[OpenItem]) -> None:
        """Show these items; the rows that were visible stay in place."""
        scroll, rows = self.ids.scroll, self.ids.rows
        offset = (1 - scroll.scroll_y) * max(0.0, self._content_height() - scroll.height)
        self.items = items
        rows.clear_widgets()
        for index, item in enumerate(items):
            rows.add_widget(self._row(index, item))
        hidden = max(0.0, self._content_height() - scroll.height)
        scroll.scroll_y = 1 - min(1.0, offset / hidden) if hidden else 1.0
        self._update()

    def turn(self, direction: int) -> None:
        """Scroll by as many whole rows as are visible: 1 down, -1 up."""
        scroll = self.ids.scroll
        hidden = max(1.0, self._content_height() - scroll.height)
        visible = max(1, int((scroll.height + theme.small_gap + 1) // self._row_step()))
        step = visible * self._row_step()
        scroll.scroll_y = min(1.0, max(0.0, scroll.scroll_y - direction * step / hidden))

    def _row(self, index: int, item: OpenItem) -> OpenRow:
        words = closeout_text.state(item)
        if item.number is None:
            words = closeout_text.name(item) if item.note is None else f"{closeout_text.name(item)} · {words}"
        if self._says_when:
            words = f"{words}, {closeout_text.since(item)}"
        act = closeout.acts(item)[0]
        row = OpenRow(
            index=index,
            number="" if item.number is None else str(item.number),
            icon="cellphone" if item.number is None else "",
            text=words,
            act=closeout_text.short_act(act, item.stow),
            spoken=closeout_text.name(item),
        )
        row.chosen = partial(self._choose, item)
        row.opened = partial(self._open, item)
        return row

    @property
    def _says_when(self) -> bool:
        """Not in low reach, which has half the height."""
        return self.shows_days and not theme.low

    def _choose(self, item: OpenItem, button: Press) -> None:
        self.page.choose(item, closeout.acts(item)[0], button)

    def _open(self, item: OpenItem, _: Press) -> None:
        self.page.open(item)

    def _row_step(self) -> float:
        return float(self.row_height + theme.small_gap)

    def _content_height(self) -> float:
        return len(self.items) * self._row_step() - theme.small_gap

    def _update_pager(self, _: float) -> None:
        self.pager = "pages" if self._content_height() > self.ids.scroll.height + 1 else "none"


kv_rules.load(__file__)
