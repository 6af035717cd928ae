"""A keyboard, or two switches, instead of a finger: a visible focus that moves on, and one key that presses.

Tab and the arrows move it, Enter and the space bar press; digits, Backspace and Escape do what their buttons do. With
``switches`` the space bar moves as well: then two switches that say Space and Enter (what most switch boxes say) reach
everything. The focus is seen from the first key to the next touch.

Keys act when they go down, in their order, so that a device may type as fast as it likes. A number belongs to the page
on which its first digit was typed: what is still typed of it when another page has come means nothing there.
"""

from collections.abc import Callable, Iterator, Sequence
from time import monotonic

from kivy.uix.widget import Widget

from kiosk.ui.input.key_repeat import KeyRepeat
from kiosk.ui.layout.panes import Room
from kiosk.ui.style.theme import theme
from kiosk.ui.widgets.press import Press

TAB, ENTER, PAD_ENTER, SPACE, BACKSPACE, ESCAPE = 9, 13, 271, 32, 8, 27
UP, DOWN, RIGHT, LEFT = 273, 274, 275, 276
PAD_0 = 256  # the keypad's digits follow it
SHOWN_FOR = 0.1  # seconds that a button looks pressed
SAME_NUMBER = 0.3  # seconds from one digit to the next, and to the Enter that ends them


class Keyboard:
    """``front`` has the buttons that the keys are for: the page, or what lies over it; None while it is being changed.

    ``moved`` hears of the focus; ``takes`` says whether a button may be pressed now, and takes it for pressed then.
    """

    def __init__(
        self,
        front: Callable[[], Widget | None],
        switches: bool,
        moved: Callable[[Press], None],
        takes: Callable[[Press], bool],
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._front = front
        self._switches = switches
        self._moved = moved
        self._takes = takes
        self._now = now
        self._focused: Press | None = None
        self._repeat = KeyRepeat(now)
        self._held_on: object = None  # the turn in which the last key went down
        self._number_on: object = None  # the turn to which the number belongs that is being typed
        self._number_at = -SAME_NUMBER

    def down(self, code: int, modifiers: list[str]) -> bool:
        """A key was pressed. Whatever it is, nobody else needs it: a kiosk has no shortcuts."""
        step = self._step(code, modifiers)
        if self._repeat.down(code):
            if self._held_on != self._turn() or (step is None and code != BACKSPACE):
                return True
        else:
            self._held_on = self._turn()
        if step is not None:
            self._move(step)
        elif code in (ENTER, PAD_ENTER, SPACE):
            self._enter()
        elif code == ESCAPE:
            self._press(self._button("back"))
        elif (key := _typed(code)) is not None:
            self._type(key)
        return True

    def up(self, code: int) -> None:
        """A key was released."""
        self._repeat.up(code)

    def rest(self) -> None:
        """A finger is there: no focus is shown."""
        if self._focused:
            self._focused.focused = False
        self._focused = None

    def _step(self, code: int, modifiers: list[str]) -> int | None:
        onward = LEFT if theme.rtl else RIGHT
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

    def _enter(self) -> None:
        """Press what has the focus; else it ends a number."""
        if self._focused:
            self._press(self._focused)
        elif self._continues_number() and (check := self._button("check")):
            check.press_by_key(SHOWN_FOR)

    def _press(self, button: Press | None) -> None:
        if button and button in self._buttons() and self._takes(button):
            button.press_by_key(SHOWN_FOR)

    def _type(self, key: str) -> None:
        """A digit, or one less. Where one can't be typed, what follows it without a pause is not typed either."""
        if not self._continues_number():
            return
        if button := self._button(key):
            button.press_by_key(SHOWN_FOR)
        else:
            self._number_on = None

    def _continues_number(self) -> bool:
        """Whether a number may be typed on, or be begun, on this page."""
        turn, at = self._turn(), self._now()
        if at - self._number_at >= SAME_NUMBER:
            self._number_on = turn
        self._number_at = at
        return self._number_on == turn

    def _turn(self) -> object:
        front = self._front()
        return front, getattr(front, "turn", 0), getattr(front, "entry", 0)

    def _button(self, key: str) -> Press | None:
        return next((button for button in self._buttons() if button.key == key), None)

    def _buttons(self) -> list[Press]:
        """Those that can be pressed, in the order in which they are read."""
        front = self._front()
        return in_reading_order(list(pressable(front))) if front else []


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
        ordered += sorted(row, key=lambda button: button.to_window(button.center_x, 0)[0], reverse=theme.rtl)
        rest = [button for button in rest if button not in row]
    return ordered


def _typed(code: int) -> str | None:
    """The button that a key stands for while a number is typed."""
    if ord("0") <= code <= ord("9"):
        return f"digit_{chr(code)}"
    if PAD_0 <= code < PAD_0 + 10:
        return f"digit_{code - PAD_0}"
    return "delete" if code == BACKSPACE else None
