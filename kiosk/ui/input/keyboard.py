"""Operation by keyboard or two switches: keys move a visible focus and press buttons.

Tab and the arrows move the focus, Enter and the space bar press; digits, Backspace and Escape press their buttons. With
``switches`` the space bar moves the focus: two switches that send Space and Enter (as most switch boxes do) then reach
every button. The focus is visible from the first key to the next touch.

Keys act on key-down and in order; digits once it is known that no scanner types them (:mod:`kiosk.ui.input.scanner`). A
number belongs to the page on which its first digit
was typed: its remaining digits are ignored on another page.
"""

from collections.abc import Callable, Iterator, Sequence

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.ui.input.key_repeat import KeyRepeat
from kiosk.ui.layout.panes import PageRoot
from kiosk.ui.style.theme import theme
from kiosk.ui.widgets.press import Press

TAB, ENTER, PAD_ENTER, SPACE, BACKSPACE, ESCAPE = 9, 13, 271, 32, 8, 27
UP, DOWN, RIGHT, LEFT = 273, 274, 275, 276
PAD_0 = 256  # the keypad's digits follow it
PRESSED_LOOK_S = 0.1  # seconds that a button looks pressed
DIGIT_PAUSE = 0.3  # seconds from one digit to the next, and to the Enter that ends them


class Keyboard:
    """``front`` returns the widget whose buttons the keys press (a page or an overlay), None while pages change.

    ``on_focus`` is called when the focus moves; ``accepts`` returns whether a button may be pressed now, and
    counts that as a tap.
    """

    def __init__(
        self,
        front: Callable[[], Widget | None],
        switches: bool,
        on_focus: Callable[[Press], None],
        accepts: Callable[[Press], bool],
    ) -> None:
        self._front = front
        self._switches = switches
        self._on_focus = on_focus
        self._accepts = accepts
        self._now = Clock.time
        self._focused: Press | None = None
        self._focused_on: object = None  # the page activation in which it got the focus
        self._repeat = KeyRepeat(self._now)
        self._pressed_on: object = None  # the page activation in which the last key went down
        self._number_on: object = None  # the page activation in which the current number was begun
        self._number_at = -DIGIT_PAUSE

    def down(self, code: int, modifiers: list[str]) -> bool:
        """Handle a key press. Every key is consumed, as a kiosk has no shortcuts."""
        step = self._step(code, modifiers)
        if self._repeat.down(code):
            if self._pressed_on != self.page_identity() or (step is None and code != BACKSPACE):
                return True
        else:
            self._pressed_on = self.page_identity()
        if step is not None:
            self._move(step)
        elif code in (ENTER, PAD_ENTER, SPACE):
            self._press_enter()
        elif code == ESCAPE:
            self._press(self._button("back"))
        elif (key := _key_for_code(code)) is not None:
            self._type(key)
        return True

    def up(self, code: int) -> None:
        """Handle a key release."""
        self._repeat.up(code)

    def press(self, code: int) -> None:
        """Handle a key that was held back until it was known to be a person's."""
        self.down(code, [])
        self.up(code)

    @property
    def space_moves(self) -> bool:
        """Whether the space bar operates buttons now, and types no space."""
        return self._switches or self._focused is not None

    def hide_focus(self) -> None:
        """Remove the focus, after a touch."""
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
        self.hide_focus()
        if buttons:
            place = _place(before, buttons, is_same_page=self._focused_on == self.page_identity())
            place = min(0, step) if place is None else place + step
            self._focused = buttons[place % len(buttons)]
            self._focused.focused = True
            self._focused_on = self.page_identity()
            self._on_focus(self._focused)

    def _press_enter(self) -> None:
        """Press the focused button, else the check that ends a number."""
        if self._focused:
            self._press(self._focused)
        elif self._continues_number() and (check := self._button("check")):
            check.press_by_key(PRESSED_LOOK_S)

    def _press(self, button: Press | None) -> None:
        if button and button in self._buttons() and self._accepts(button):
            button.press_by_key(PRESSED_LOOK_S)

    def _type(self, key: str) -> None:
        """Press a digit or Delete. If it can't be pressed, keys that follow without a pause are ignored as well."""
        if not self._continues_number():
            return
        if button := self._button(key):
            button.press_by_key(PRESSED_LOOK_S)
        else:
            self._number_on = None

    def _continues_number(self) -> bool:
        """Whether this key continues or begins a number on this page."""
        identity, at = self.page_identity(), self._now()
        if at - self._number_at >= DIGIT_PAUSE:
            self._number_on = identity
        self._number_at = at
        return self._number_on == identity

    def page_identity(self) -> object:
        """Changes whenever another page or overlay is in front, or the next number is typed on it."""
        front = self._front()
        return front, getattr(front, "activation", 0), getattr(front, "entry", 0)

    def _button(self, key: str) -> Press | None:
        return next((button for button in self._buttons() if button.key == key), None)

    def _buttons(self) -> list[Press]:
        """The enabled buttons in reading order."""
        front = self._front()
        return in_reading_order(list(pressable(front))) if front else []


def _place(focused: Press | None, buttons: Sequence[Press], *, is_same_page: bool) -> int | None:
    """Where the focus is; for a button that its page has replaced, as a letter keyboard does, the one with its key."""
    if focused in buttons:
        return buttons.index(focused)
    keys = [button.key for button in buttons]
    return keys.index(focused.key) if focused and is_same_page and focused.key in keys else None


def pressable(widget: Widget) -> Iterator[Press]:
    """The enabled buttons of a widget; none while its page is waiting for an answer."""
    if isinstance(widget, PageRoot) and widget.ignores_touch:
        return
    if isinstance(widget, Press) and not widget.disabled:
        yield widget
    for child in widget.children:
        yield from pressable(child)


def in_reading_order(buttons: Sequence[Press]) -> list[Press]:
    """Row by row in writing direction; a button is in a row if its centre is level with the row's highest button."""
    remaining = sorted(buttons, key=lambda button: -button.to_window(0, button.center_y)[1])
    ordered: list[Press] = []
    while remaining:
        foot, top = (remaining[0].to_window(0, y)[1] for y in (remaining[0].y, remaining[0].top))
        row = [button for button in remaining if foot <= button.to_window(0, button.center_y)[1] <= top]
        ordered += sorted(row, key=lambda button: button.to_window(button.center_x, 0)[0], reverse=theme.rtl)
        remaining = [button for button in remaining if button not in row]
    return ordered


def _key_for_code(code: int) -> str | None:
    """The key of the button that a key code presses while a number is typed."""
    if ord("0") <= code <= ord("9"):
        return f"digit_{chr(code)}"
    if PAD_0 <= code < PAD_0 + 10:
        return f"digit_{code - PAD_0}"
    return "delete" if code == BACKSPACE else None
