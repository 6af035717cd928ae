"""Filters touches: one finger at a time, on a page that was shown long enough, and only where the finger went down.

Every touch of every input provider passes this Kivy event manager before the window dispatches it to widgets. A touch
that is rejected is ignored as a whole: its down, its moves and its up.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.eventmanager import EventManagerBase
from kivy.input import MotionEvent
from kivy.uix.widget import Widget

from kiosk.ui.widgets.press import READABLE, Press

DOUBLE_TAP = 0.3  # seconds: a second tap on a button so soon after the first is the same tap
SAME_FINGER = 0.25  # seconds: a second input device that reports a touch so soon reports the same finger
LONGEST_TOUCH = 5.0  # seconds: a finger that is down for longer may have been lost, and the next one counts
OUTSIDE = -1e6  # pixels: where a cancelled touch ends

Identity = tuple[object, ...]  # changes when another page or button is shown in the same place


@dataclass
class Contact:
    """The finger that is down; ``acts`` while the page and the buttons under it are unchanged."""

    touch: MotionEvent
    started_at: float
    front: Identity
    buttons: dict[Press, Identity]
    acts: bool


class TouchGuard(EventManagerBase):
    """``front`` returns the widget that can be touched (a page or an overlay), None while pages change.

    ``touched`` is called for every finger, also for rejected ones. ``reading`` is a factor for all the times that a
    page must have been shown; it may be changed at any time.
    """

    type_ids = ("touch",)

    def __init__(self, front: Callable[[], Widget | None], touched: Callable[[], None], reading: float = 1.0) -> None:
        super().__init__()
        self._front = front
        self._touched = touched
        self.reading = reading
        self._contact: Contact | None = None
        self._device = ""
        self._device_seen_at = -LONGEST_TOUCH
        self._tapped: set[Press] = set()
        self._tapped_at = 0.0
        self._shown: dict[object, tuple[Identity, float | None]] = {}  # as last drawn, and the time since then
        self._is_drawn = False  # in this frame
        self._frames = (0.0, 0.0)  # start times of this frame and the one before

    def start(self) -> None:
        """Observe what is drawn. Kivy calls this when the guard is registered."""
        self._clock = Clock.schedule_interval(self._frame, 0)
        Window.fbind("on_flip", self._remember_drawn)

    def stop(self) -> None:
        """Stop observing."""
        self._clock.cancel()
        Window.funbind("on_flip", self._remember_drawn)

    def dispatch(self, etype: str, touch: MotionEvent) -> bool:
        """Whether the touch is rejected."""
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
        """Whether a touch on this button would act now."""
        if self._contact or button.disabled or getattr(self._front(), "busy", False):
            return False
        return self._could_be_read({button: _appearance(button)}) and not self._is_double([button])

    def is_readable(self) -> bool:
        """Whether the page has been shown long enough."""
        return self._could_be_read({})

    def accept_key(self, button: Press) -> bool:
        """Whether a key may press this button, by the rules for touches; if so it counts as a tap."""
        acts = self._could_be_read({button: _appearance(button)})
        if acts and (acts := not self._is_double([button])):
            self._tapped, self._tapped_at = {button}, Clock.time()
        return acts

    def _begin(self, touch: MotionEvent) -> bool:
        now = Clock.time()
        if touch.device != self._device and now - self._device_seen_at < SAME_FINGER:
            return True
        self._device, self._device_seen_at = touch.device, now
        self._touched()
        if self._contact and now - self._contact.started_at < LONGEST_TOUCH:
            return True
        if self._contact:
            self._cancel(self._contact)
        buttons = {button: _appearance(button) for button in self._buttons_under(touch)}
        acts = self._could_be_read(buttons)
        if acts and self._is_double(buttons):
            acts, self._tapped_at = False, now
        self._contact = Contact(touch, now, self._page_identity(), buttons, acts)
        return not acts

    def _end(self, contact: Contact) -> None:
        self._contact = None
        self._device_seen_at = Clock.time()
        if contact.acts:
            self._tapped, self._tapped_at = set(contact.buttons), Clock.time()

    def _check(self, contact: Contact) -> None:
        """Cancel the touch when the page or a button under it has changed."""
        is_same = contact.front == self._page_identity() and all(
            _appearance(button) == appearance and not button.disabled and _is_in(button, self._front())
            for button, appearance in contact.buttons.items()
        )
        if contact.acts and not is_same:
            self._cancel(contact)

    def _cancel(self, contact: Contact) -> None:
        """End the touch outside of every widget that grabbed it, so that buttons release without acting."""
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

    def _could_be_read(self, buttons: dict[Press, Identity]) -> bool:
        """Whether the page and these buttons have been shown unchanged for long enough.

        An event may have been queued since the previous frame, so its time counts.
        """
        front = self._front()
        if front is None:
            return False
        at = self._frames[1]
        required = getattr(front, "readable_after", READABLE)
        return self._shown_for(None, self._page_identity(), at) >= required * self.reading and all(
            self._shown_for(button, appearance, at) >= max(READABLE, button.readable_after) * self.reading
            for button, appearance in buttons.items()
        )

    def _shown_for(self, subject: object, appearance: Identity, at: float) -> float:
        shown, since = self._shown.get(subject, ((), None))
        return at - since if shown == appearance and since is not None else -1.0

    def _is_double(self, buttons: "dict[Press, Identity] | list[Press]") -> bool:
        if Clock.time() - self._tapped_at > DOUBLE_TAP * self.reading:
            return False
        return any(button in self._tapped and not button.repeats for button in buttons)

    def _page_identity(self) -> Identity:
        front = self._front()
        return front, getattr(front, "activation", 0)

    def _buttons_under(self, touch: MotionEvent) -> list[Press]:
        front = self._front()
        if front is None:
            return []
        touch.push()
        Window.transform_motion_event_2d(touch)
        x, y = touch.pos
        touch.pop()
        return [button for button in _presses(front) if button.collide_point(*button.to_widget(x, y))]

    def _remember_drawn(self, *_: object) -> None:
        """Record what is shown from this frame on."""
        front = self._front()
        shown: dict[object, Identity] = {None: self._page_identity()}
        if front is not None:
            shown |= {button: _appearance(button) for button in _presses(front)}
        self._is_drawn = True
        is_new = self._shown.get(None, ((), None))[0] != shown[None]
        before = {} if is_new else self._shown
        self._shown = {
            subject: before[subject] if subject in before and before[subject][0] == appearance else (appearance, None)
            for subject, appearance in shown.items()
        }

    def _frame(self, _: float) -> None:
        now = Clock.time()
        self._frames = now, self._frames[0]
        if self._is_drawn:
            self._is_drawn = False
            self._shown = {
                subject: (appearance, now if since is None else since)
                for subject, (appearance, since) in self._shown.items()
            }
        if self._contact:
            self._check(self._contact)


def _appearance(button: Press) -> Identity:
    """A button's visible state: its place and texts."""
    words = (getattr(button, name, "") for name in ("text", "detail", "icon"))
    return (*button.pos, *button.size, *words)


def _presses(widget: Widget) -> Iterator[Press]:
    if isinstance(widget, Press):
        yield widget
    for child in widget.children:
        yield from _presses(child)


def _is_in(widget: Widget, front: Widget | None) -> bool:
    """Whether the widget is still in the front widget's tree."""
    while isinstance(widget, Widget):
        if widget is front:
            return True
        widget = widget.parent
    return False
