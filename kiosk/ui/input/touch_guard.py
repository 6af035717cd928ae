"""Decides which touches act: one finger at a time, on a page that could be read, and only where the finger went down.

Every touch passes here before the window hands it to a widget (an event manager in Kivy's terms), whichever input
provider it comes from. A touch that does not act is ignored as a whole: its down, its moves and its up.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.eventmanager import EventManagerBase
from kivy.input import MotionEvent
from kivy.uix.widget import Widget

from kiosk.ui.widgets.press import READABLE, Press

DOUBLE_TAP = 0.3  # seconds: a second tap on a button so soon after the first is the same tap
SAME_FINGER = 0.25  # seconds: a second input device that reports a touch so soon reports the same finger
LONGEST_TOUCH = 5.0  # seconds: a finger that is down for longer may have been lost, and the next one counts
OUTSIDE = -1e6  # pixels: where a cancelled touch is lifted

Place = tuple[object, ...]  # what tells a page, or a button on it, from what was there before


@dataclass
class Contact:
    """The finger that is down; ``acts`` while the page and the buttons under it are those it was put on."""

    touch: MotionEvent
    began: float
    front: Place
    buttons: dict[Press, Place]
    acts: bool


class TouchGuard(EventManagerBase):
    """``front`` is what can be touched: the page or what lies over it, None while a page is being changed.

    ``touched`` hears of every finger, also of those that are ignored. ``reading`` stretches or shortens all the times
    that a page must have been shown; it may be changed at any time.
    """

    type_ids = ("touch",)

    def __init__(self, front: Callable[[], Widget | None], touched: Callable[[], None], reading: float = 1.0) -> None:
        super().__init__()
        self._front = front
        self._touched = touched
        self.reading = reading
        self._contact: Contact | None = None
        self._device = ""
        self._device_heard = -LONGEST_TOUCH
        self._tapped: set[Press] = set()
        self._tapped_at = 0.0
        self._seen: dict[object, tuple[Place, float | None]] = {}  # as last drawn, and since when
        self._is_drawn = False  # since this frame began
        self._frames = (0.0, 0.0)  # when this frame began, and the one before

    def start(self) -> None:
        """Watch what is drawn. Kivy calls this when the guard is registered."""
        self._clock = Clock.schedule_interval(self._frame, 0)
        Window.fbind("on_flip", self._drawn)

    def stop(self) -> None:
        """Watch no more."""
        self._clock.cancel()
        Window.funbind("on_flip", self._drawn)

    def dispatch(self, etype: str, touch: MotionEvent) -> bool:
        """Whether the touch goes no further."""
        if etype == "begin":
            return self._begin(touch)
        contact = self._contact
        if contact is None or touch is not contact.touch:
            return True
        self._check(contact)
        if etype == "end":
            self._end(contact)
        return not contact.acts

    def is_ready(self, button: Press) -> bool:
        """Whether a finger that goes down on this button now would act."""
        if self._contact or button.disabled or getattr(self._front(), "busy", False):
            return False
        return self._could_be_read({button: _look(button)}) and not self._is_double([button])

    def is_readable(self) -> bool:
        """Whether the page has been on the glass for long enough."""
        return self._could_be_read({})

    def takes_key(self, button: Press) -> bool:
        """Whether a key may press this button; the same rules as for a finger."""
        acts = self._could_be_read({button: _look(button)})
        if acts and (acts := not self._is_double([button])):
            self._tapped, self._tapped_at = {button}, monotonic()
        return acts

    def _begin(self, touch: MotionEvent) -> bool:
        now = monotonic()
        if touch.device != self._device and now - self._device_heard < SAME_FINGER:
            return True
        self._device, self._device_heard = touch.device, now
        self._touched()
        if self._contact and now - self._contact.began < LONGEST_TOUCH:
            return True
        if self._contact:
            self._cancel(self._contact)
        buttons = {button: _look(button) for button in self._under(touch)}
        acts = self._could_be_read(buttons)
        if acts and self._is_double(buttons):
            acts, self._tapped_at = False, now
        self._contact = Contact(touch, now, self._place(), buttons, acts)
        return not acts

    def _end(self, contact: Contact) -> None:
        self._contact = None
        self._device_heard = monotonic()
        if contact.acts:
            self._tapped, self._tapped_at = set(contact.buttons), monotonic()

    def _check(self, contact: Contact) -> None:
        """Cancel the touch when something else has come under it."""
        is_same = contact.front == self._place() and all(
            _look(button) == look and not button.disabled and _is_in(button, self._front())
            for button, look in contact.buttons.items()
        )
        if contact.acts and not is_same:
            self._cancel(contact)

    def _cancel(self, contact: Contact) -> None:
        """Lift the finger outside of every widget that follows it: a button lets go and does not act."""
        touch = contact.touch
        contact.acts = False
        touch.push()
        touch.apply_transform_2d(lambda _x, _y: (OUTSIDE, OUTSIDE))
        touch.grab_state = True
        for reference in touch.grab_list[:]:
            if widget := reference():
                touch.grab_current = widget
                widget.dispatch("on_touch_up", touch)
        touch.grab_current, touch.grab_state = None, False
        touch.grab_list.clear()
        touch.pop()

    def _could_be_read(self, buttons: dict[Press, Place]) -> bool:
        """Whether the page and these buttons have been on the glass, as they are, for long enough.

        An event may have waited in a queue since the frame before, so that frame's time counts.
        """
        front = self._front()
        if front is None:
            return False
        at = self._frames[1]
        waits = getattr(front, "readable_after", READABLE)
        return self._seen_for(None, self._place(), at) >= waits * self.reading and all(
            self._seen_for(button, look, at) >= max(READABLE, button.readable_after) * self.reading
            for button, look in buttons.items()
        )

    def _seen_for(self, what: object, look: Place, at: float) -> float:
        seen, since = self._seen.get(what, ((), None))
        return at - since if seen == look and since is not None else -1.0

    def _is_double(self, buttons: "dict[Press, Place] | list[Press]") -> bool:
        if monotonic() - self._tapped_at > DOUBLE_TAP * self.reading:
            return False
        return any(button in self._tapped and not button.repeats for button in buttons)

    def _place(self) -> Place:
        front = self._front()
        return front, getattr(front, "turn", 0)

    def _under(self, touch: MotionEvent) -> list[Press]:
        front = self._front()
        if front is None:
            return []
        touch.push()
        Window.transform_motion_event_2d(touch)
        x, y = touch.pos
        touch.pop()
        return [button for button in _presses(front) if button.collide_point(*button.to_widget(x, y))]

    def _drawn(self, *_: object) -> None:
        """Remember what is on the glass from this frame on."""
        front = self._front()
        shown: dict[object, Place] = {None: self._place()}
        if front is not None:
            shown |= {button: _look(button) for button in _presses(front)}
        self._is_drawn = True
        is_new = self._seen.get(None, ((), None))[0] != shown[None]
        before = {} if is_new else self._seen
        self._seen = {
            what: before[what] if what in before and before[what][0] == look else (look, None)
            for what, look in shown.items()
        }

    def _frame(self, _: float) -> None:
        now = monotonic()
        self._frames = now, self._frames[0]
        if self._is_drawn:
            self._is_drawn = False
            self._seen = {what: (look, now if since is None else since) for what, (look, since) in self._seen.items()}
        if self._contact:
            self._check(self._contact)


def _look(button: Press) -> Place:
    """What a person goes by: where it is and what is on it."""
    words = (getattr(button, name, "") for name in ("text", "detail", "icon"))
    return (*button.pos, *button.size, *words)


def _presses(widget: Widget) -> Iterator[Press]:
    if isinstance(widget, Press):
        yield widget
    for child in widget.children:
        yield from _presses(child)


def _is_in(widget: Widget, front: Widget | None) -> bool:
    """Whether it is still a part of what is in front."""
    while isinstance(widget, Widget):
        if widget is front:
            return True
        widget = widget.parent
    return False
