"""The base of the pages on which a host clears, one by one, what has not come back."""

from functools import partial
from uuid import UUID

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.services import closeout
from kiosk.services.records.closeout_records import NOTES, Clearing, ClearingAct, Note, OpenItem, OpenItems
from kiosk.services.records.host_records import HostSession
from kiosk.ui import kv_rules
from kiosk.ui.screens.host import open_items
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.style.theme import theme
from kiosk.ui.text import closeout_text
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import Card, Sand
from kiosk.ui.widgets.press import Breathing, Press

LONG = 40  # characters of a text that needs several lines
ITEM_LIST = open_items.OpenItemList  # which kv names


class ClearingPage(BusyPage):
    """``view`` is before, list, item (all acts of one), note (where a phone is that was left), or after.

    Each page has its own ``finish(pressed)``, which kv calls: the rest stays open.
    """

    home_after = 90  # hosts walk to the shelf and back

    shows_days = BooleanProperty(False)  # beside each item, when its visit ended
    view = StringProperty("")
    heading = StringProperty("")
    people = StringProperty("")
    pouches = StringProperty("")
    list_heading = StringProperty("")
    count = StringProperty("")
    heading_height = NumericProperty(0)
    count_height = NumericProperty(0)
    finish_text = StringProperty("")
    item_name = StringProperty("")
    item_state = StringProperty("")

    host_session: HostSession
    session_id: UUID | None  # whose items are shown; None: all
    items: OpenItems

    def choose(self, item: OpenItem, act: ClearingAct, pressed: Breathing, note: Note | None = None) -> None:
        """Record what became of an item."""
        clearing = Clearing(item, act, note)
        self.ask_unless_busy(
            pressed, closeout.clear, clearing, self.host_session, self.session_id, then=self.show_items
        )

    def open(self, item: OpenItem) -> None:
        """Show everything that can be done with an item."""
        self.item = item
        self.item_name, self.item_state = closeout_text.name(item), closeout_text.state(item)
        self.view = "item"
        choices = self.ids.acts
        choices.clear_widgets()
        for act in closeout.acts(item):
            button = (Card if choices.children else Sand)(key=act, text=closeout_text.act(act, item.stow))
            button.bind(on_release=partial(self._act, act))
            choices.add_widget(button)

    def back_to_list(self) -> None:
        """Return to the list."""
        self.view = "list"

    def show_items(self, items: OpenItems) -> None:
        """Show what is left, and below it what is lost."""
        self.items = items
        self.count = self.text_above(items)
        self._set_heights()
        self.finish_text = say("Leave the rest open") if items.to_clear else say("Done")
        self.ids.list.fill((*items.to_clear, *items.lost))
        self.view = "list"

    def text_above(self, items: OpenItems) -> str:
        """The text below the list's heading."""
        return closeout_text.to_clear(len(items.to_clear))

    def on_width(self, _: object, __: float) -> None:
        """On a narrow page the texts above the list need more lines."""
        self._set_heights()

    def turn(self, direction: int) -> None:
        """Show further rows: 1 down, -1 up."""
        self.ids.list.turn(direction)

    def back(self) -> None:
        """Return to the board as the same host."""
        self.answer(self.host_session)

    def _set_heights(self) -> None:
        is_narrow, is_long = self.width < theme.narrow, len(self.count) > LONG
        self.heading_height = theme.size(12 if is_narrow else 7.6)
        lines = (5.2 if is_long else 2.7) if is_narrow else (2.8 if is_long else 1.6)
        self.count_height = theme.small_text * lines

    def _act(self, act: ClearingAct, pressed: Press) -> None:
        if act == "left_behind":
            self._show_notes()
        else:
            self.choose(self.item, act, pressed)

    def _show_notes(self) -> None:
        self.item_state = say("Where is the phone now?")
        self.view = "note"
        choices = self.ids.notes
        choices.clear_widgets()
        for note in NOTES:
            button = Card(key=note, text=closeout_text.note(note))
            button.bind(on_release=partial(self._noted, note))
            choices.add_widget(button)

    def _noted(self, note: Note, pressed: Press) -> None:
        self.choose(self.item, "left_behind", pressed, note)


kv_rules.load(__file__)
