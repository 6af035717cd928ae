"""The keypad: ten large digits, Delete, and a check for numbers of variable length."""

from kivy.core.window import Window
from kivy.properties import AliasProperty, BooleanProperty
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules
from kiosk.ui.style.theme import theme
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import Card, Ember, Sand
from kiosk.ui.widgets.press import READABLE_TO_HOST, Press


class Digit(Card):
    """One digit, in serif."""


class Keypad(GridLayout):
    """Dispatches ``on_digit`` (with the digit), ``on_delete``, ``on_check``, ``on_lost``; off while ``is_locked``."""

    __events__ = ("on_digit", "on_delete", "on_check", "on_lost")

    is_locked = BooleanProperty(False)
    flat = BooleanProperty(False)  # two rows of six

    def _get_columns(self) -> int:
        return 6 if self.flat else 3

    def _get_max_size(self) -> tuple[float, float]:
        return theme.flat_keypad if self.flat else theme.keypad

    columns = AliasProperty(_get_columns, bind=("flat",))
    max_size = AliasProperty(_get_max_size, bind=("flat",))

    def __init__(self, **kwargs: object) -> None:
        self.flat = theme.low and Window.width > Window.height
        super().__init__(**kwargs)
        for digit in "123456789":
            self.add_widget(self._digit(digit))
        self._fill_last_row()

    def do_layout(self, *args: object) -> None:
        """As on a telephone; in low reach on a landscape panel in two rows."""
        if self.flat:
            self._lay_out_flat()
        else:
            super().do_layout(*args)

    def _lay_out_flat(self) -> None:
        """Two rows of six without gaps; the last key fills its row."""
        keys = [key for key in reversed(self.children) if isinstance(key, Press)]
        columns, down = self.spacing
        width, height = (self.width - 5 * columns) / 6, (self.height - down) / 2
        for place, key in enumerate(keys):
            row, column = divmod(place, 6)
            key.pos = self.x + column * (width + columns), self.y + (1 - row) * (height + down)
            key.size = self.right - key.x if key is keys[-1] else width, height

    def _fill_last_row(self) -> None:
        for widget in (self._lost(), self._digit("0"), self._delete()):
            self.add_widget(widget)

    def _digit(self, digit: str) -> Digit:
        key = Digit(text=digit, key=f"digit_{digit}", repeats=True, disabled=self.is_locked)
        key.bind(on_release=lambda _: self.dispatch("on_digit", digit))
        self.fbind("is_locked", key.setter("disabled"))
        return key

    def _lost(self) -> Sand:
        """The button for a lost code."""
        lost = Sand(key="lost", readable_after=READABLE_TO_HOST)
        if theme.low:
            lost.icon, lost.font_size = "help", theme.button_text
        else:
            lost.text, lost.font_size = say("Lost the code?"), theme.small_text
        lost.bind(on_release=lambda _: self.dispatch("on_lost"))
        return lost

    def _delete(self) -> Card:
        delete = Card(key="delete", spoken=say("Delete"), disabled=self.is_locked)
        delete.repeats = True
        if theme.low:  # narrower keys have room only for an icon
            delete.icon, delete.font_size = "backspace_outline", theme.button_text
        else:
            delete.text, delete.font_size = say("Delete"), theme.small_text
        delete.bind(on_release=lambda _: self.dispatch("on_delete"))
        self.fbind("is_locked", delete.setter("disabled"))
        return delete

    def on_digit(self, digit: str) -> None:
        """A digit was typed."""

    def on_delete(self) -> None:
        """Delete was pressed."""

    def on_lost(self) -> None:
        """The code is lost."""

    def on_check(self) -> None:
        """The number is complete."""


class GroupKeypad(Keypad):
    """A keypad for groups of a fixed length, which need no check."""

    def _fill_last_row(self) -> None:
        self.add_widget(Widget() if not self.flat else self._delete())
        self.add_widget(self._digit("0"))
        if not self.flat:
            self.add_widget(self._delete())


class PinKeypad(Keypad):
    """A keypad with a check, enabled while ``ready``."""

    ready = BooleanProperty(False)

    def _get_check_is_locked(self) -> bool:
        return self.is_locked or not self.ready

    check_is_locked = AliasProperty(_get_check_is_locked, bind=("is_locked", "ready"))

    def _fill_last_row(self) -> None:
        for widget in (self._delete(), self._digit("0"), self._check()):
            self.add_widget(widget)

    def _check(self) -> Ember:
        check = Ember(icon="check", key="check", spoken=say("Done"), disabled=self.check_is_locked)
        check.bind(on_release=lambda _: self.dispatch("on_check"))
        self.fbind("check_is_locked", check.setter("disabled"))
        return check


kv_rules.load(__file__)
