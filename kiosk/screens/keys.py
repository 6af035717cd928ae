"""A keyboard, or two switches, instead of a finger: a visible focus that moves on, and one key that presses.

Tab and the arrows move it, Enter and the space bar press; digits, Backspace and Escape do what their buttons do. With
``switches`` the space bar moves as well: then two switches that say Space and Enter (what most switch boxes say) reach
everything. The focus is seen from the first key to the next touch.
"""

from collections.abc import Callable, Iterator, Sequence

from kivy.uix.widget import Widget

from kiosk.widgets import i18n
from kiosk.widgets.panes import Room
from kiosk.widgets.press import Press

TAB, ENTER, PAD_ENTER, SPACE, BACKSPACE, ESCAPE = 9, 13, 271, 32, 8, 27
UP, DOWN, RIGHT, LEFT = 273, 274, 275, 276
PAD_0 = 256  # the keypad's digits follow it
HELD = 0.1  # seconds that a key holds a button down, so that it is seen


class Keys:
    """``front`` has the buttons that the keys are for: the page, or what lies over it; ``moved`` hears of the focus."""

    def __init__(self, front: Callable[[], Widget], switches: bool, moved: Callable[[Press], None]) -> None:
        self._front = front
        self._switches = switches
        self._moved = moved
        self._focused: Press | None = None

    def down(self, code: int, modifiers: list[str]) -> bool:
        """A key was pressed. Whatever it is, nobody else needs it: a kiosk has no shortcuts."""
        if (step := self._step(code, modifiers)) is not None:
            self._move(step)
        elif code in (ENTER, PAD_ENTER, SPACE):
            self._press(self._focused or self._check())
        elif (key := _named(code)) is not None:
            self._press(next((button for button in self._buttons() if button.key == key), None))
        return True

    def rest(self) -> None:
        """A finger is there: no focus is shown."""
        if self._focused:
            self._focused.focused = False
        self._focused = None

    def _step(self, code: int, modifiers: list[str]) -> int | None:
        onward = LEFT if i18n.rtl else RIGHT
        if code in (onward, DOWN) or (code == SPACE and self._switches):
            return 1
        if code in (LEFT, RIGHT, UP):
            return -1
        if code == TAB:
            return -1 if "shift" in modifiers else 1
        return None

    def _move(self, step: int) -> None:
        buttons = self._buttons()
        before = self._focused
        self.rest()
        if buttons:
            place = buttons.index(before) + step if before in buttons else min(0, step)
            self._focused = buttons[place % len(buttons)]
            self._focused.focused = True
            self._moved(self._focused)

    def _press(self, button: Press | None) -> None:
        if button and button in self._buttons():
            button.trigger_action(HELD)

    def _check(self) -> Press | None:
        """What Enter means after a number was typed."""
        return next((button for button in self._buttons() if button.key == "check"), None)

    def _buttons(self) -> list[Press]:
        """Those that can be pressed, in the order in which they are read."""
        return in_reading_order(list(pressable(self._front())))


def pressable(widget: Widget) -> Iterator[Press]:
    if isinstance(widget, Room) and widget.deaf:
        return
    if isinstance(widget, Press) and not widget.disabled:
        yield widget
    for child in widget.children:
        yield from pressable(child)


def in_reading_order(buttons: Sequence[Press]) -> list[Press]:
    """Row by row, each from where the language begins; who stands beside the highest of a row belongs to it."""
    rest = sorted(buttons, key=lambda button: -button.to_window(0, button.center_y)[1])
    ordered: list[Press] = []
    while rest:
        foot, top = (rest[0].to_window(0, y)[1] for y in (rest[0].y, rest[0].top))
        row = [button for button in rest if foot <= button.to_window(0, button.center_y)[1] <= top]
        ordered += sorted(row, key=lambda button: button.to_window(button.center_x, 0)[0], reverse=i18n.rtl)
        rest = [button for button in rest if button not in row]
    return ordered


def _named(code: int) -> str | None:
    """The button that a key stands for."""
    if ord("0") <= code <= ord("9"):
        return f"digit_{chr(code)}"
    if PAD_0 <= code < PAD_0 + 10:
        return f"digit_{code - PAD_0}"
    return {BACKSPACE: "delete", ESCAPE: "back"}.get(code)
