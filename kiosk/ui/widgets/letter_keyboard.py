"""A small keyboard for names: letters in order, and keys for a space, more letters, Delete and a check."""

import unicodedata

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.layout import Layout

from kiosk.ui import kv_rules
from kiosk.ui.style.theme import theme
from kiosk.ui.text import letters
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import TextButton

KEY_WIDTH, KEY_WIDTH_LOW = 9.5, 7.0  # mm, at least; in low reach, where there is less height
ONE_LETTER = 1
PHONE_COLUMNS = 7  # at most, as on a keypad that lies


class LetterKey(TextButton):
    """One key; smaller than other buttons, so that a whole alphabet fits into half a panel."""

    def on_width(self, *_: object) -> None:
        """Give the letter nearly the whole key."""
        super().on_width()
        self.max_text_width = max(1.0, self.width - 4 * theme.rim)
        self.icon_size = min(self.icon_size, self.max_text_width)

    on_height = on_icon = on_text = on_font_size = on_width


class LetterCheck(LetterKey):
    """The check, which ends the typing."""


class LetterKeyboard(Layout):
    """Dispatches ``on_letter`` (with the letter), ``on_delete`` and ``on_check``; ``ready``: the check is enabled.

    ``typing`` says what is typed; ``before`` is the text so far, after which a capital may follow.
    """

    __events__ = ("on_letter", "on_delete", "on_check")

    typing = StringProperty("")
    before = StringProperty("")
    ready = BooleanProperty(False)
    page_number = NumericProperty(0)
    spacing = NumericProperty(theme.small_gap)

    def __init__(self, **kwargs: object) -> None:
        self._check: LetterCheck | None = None
        super().__init__(**kwargs)
        for name in ("size", "pos", "children"):
            self.fbind(name, self._trigger_layout)
        self.fbind("width", self._update_height)

    def on_typing(self, _: object, typing: str) -> None:
        """Show the first page."""
        self.page_number = 0
        self._fill()

    def on_page_number(self, *_: object) -> None:
        """Show another page."""
        self._fill()

    def on_before(self, *_: object) -> None:
        """Show capitals where one follows."""
        for key in self.children:
            if len(key.text) == ONE_LETTER and key.key.startswith("letter_"):
                key.text = self._cased(key.key.removeprefix("letter_"))

    def on_ready(self, _: object, ready: bool) -> None:
        """Enable the check, or disable it."""
        if self._check:
            self._check.disabled = not ready

    def show_next_page(self) -> None:
        """Show more letters, or the first ones again."""
        self.page_number = (self.page_number + 1) % len(letters.pages(self.typing))

    def _fill(self) -> None:
        self.clear_widgets()
        if not self.typing:
            return
        pages = letters.pages(self.typing)
        for letter in pages[int(self.page_number)]:
            self._add(LetterKey(text=self._cased(letter), key=f"letter_{letter}"), "on_letter", letter)
        if self.typing in ("name", "label", "phone"):
            self._add(LetterKey(icon="keyboard_space", spoken=say("Space"), key="letter_space"), "on_letter", " ")
        if len(pages) > 1:
            following = pages[(int(self.page_number) + 1) % len(pages)]
            more = LetterKey(text=following[:2], spoken=say("More letters"), key="more")
            more.bind(on_release=lambda _: self.show_next_page())
            self.add_widget(more)
        self._add(LetterKey(icon="backspace_outline", spoken=say("Delete"), key="delete"), "on_delete")
        self._check = LetterCheck(icon="check", spoken=say("Done"), key="check", disabled=not self.ready)
        self._add(self._check, "on_check")
        self._update_height()

    def _add(self, key: LetterKey, event: str, *args: str) -> None:
        key.repeats = True
        key.bind(on_release=lambda _: self.dispatch(event, *args))
        self.add_widget(key)

    def _cased(self, letter: str) -> str:
        return letters.cased(letter, self.before) if self.typing in ("name", "label") else letter

    def _columns(self) -> int:
        key_width = theme.size(KEY_WIDTH_LOW if theme.low else KEY_WIDTH)
        fitting = int((self.width + self.spacing) // (key_width + self.spacing)) or 1
        if self.typing == "phone":
            fitting = min(fitting, PHONE_COLUMNS)
        rows = -(-len(self.children) // fitting) or 1
        return -(-len(self.children) // rows) or 1

    def _update_height(self, *_: object) -> None:
        rows = -(-len(self.children) // self._columns())
        gaps = (rows - 1) * self.spacing
        self.size_hint_min_y, self.size_hint_max_y = rows * theme.pill + gaps, rows * theme.target + gaps

    def do_layout(self, *_: object) -> None:
        """Place the keys in rows of equal keys, from the right where the letters are read so."""
        if not self.children:
            return
        columns, gap = self._columns(), self.spacing
        rows = -(-len(self.children) // columns)
        width, height = (self.width - (columns - 1) * gap) / columns, (self.height - (rows - 1) * gap) / rows
        keys = list(reversed(self.children))
        is_rtl = unicodedata.bidirectional(letters.pages(self.typing)[int(self.page_number)][0]) == "AL"
        for place, key in enumerate(keys):
            row, column = divmod(place, columns)
            column = columns - 1 - column if is_rtl else column
            key.size = width, height
            key.pos = self.x + column * (width + gap), self.top - height - row * (height + gap)

    def on_letter(self, letter: str) -> None:
        """A letter was typed."""

    def on_delete(self) -> None:
        """Delete was pressed."""

    def on_check(self) -> None:
        """The text is complete."""


kv_rules.load(__file__)
