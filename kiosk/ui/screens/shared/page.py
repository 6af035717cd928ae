"""What every screen has in common: it shows a record, asks the desk, and says where it was answered to.

A page whose turn is over does nothing more: neither its buttons nor what it asked lead anywhere.
"""

from collections.abc import Callable
from typing import TypeVar

from kivy.input import MotionEvent
from kivy.uix.screenmanager import Screen

from kiosk.bridge import Bridge
from kiosk.navigation import Failure, Intent
from kiosk.rules.slips import Slip
from kiosk.services import visits
from kiosk.services.context import KioskContext
from kiosk.ui.widgets.message import Message
from kiosk.ui.widgets.press import READABLE
from sync.ledger.store import StorageError

R = TypeVar("R")
Question = tuple[Callable[..., object], tuple[object, ...]]  # a job for the desk, and its arguments


class Page(Screen):
    """One screen. ``answered`` leads on; an answer from the desk that comes after its visitor has gone is dropped."""

    home_after = 60  # seconds without a touch until the door is shown again; 0: never
    readable_after = READABLE  # seconds that it must have been on the glass before a touch acts
    lingers = 1.0  # how many times longer than usual it stays by itself
    keeps: tuple[str, ...] = ()  # what outlives a change of language or look in the middle of a turn
    takes_slips = False  # False: somebody is in the middle of something, and a slip waits
    remembers: tuple[str, ...] = ()  # what outlives the page itself, which is built anew for another language or look

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self.bridge = bridge
        self.answered = answered
        self.turn = 0
        self.is_over = True
        self.given: object = None
        self.record: object = None
        self.awaits_slip = False  # a slip was read, and its answer comes: touches wait for that
        self._message = Message()
        super().__init__(**kwargs)

    @classmethod
    def question(cls, given: object) -> Question | None:
        """What the desk is asked before the page is shown, so that it appears whole; None: nothing."""
        return None

    def begin(self, given: object, record: object = None) -> None:
        """A new turn: forget whoever stood here before, and show ``given``.

        ``record`` is the desk's answer to the page's question; without it the page asks once it is shown.
        """
        self.turn += 1
        self.is_over = False
        self.given, self.record = given, record
        self.show(given)

    def show(self, given: object) -> None:
        """Fill the screen from what it was given."""

    def kept(self) -> dict[str, object]:
        """How far this turn is, for the same page in another language or look."""
        return {name: getattr(self, name) for name in self.keeps}

    def resume(self, kept: dict[str, object]) -> None:
        """Go on where that page was left; comes after :meth:`begin`."""
        for name, value in kept.items():
            setattr(self, name, value)

    def end(self) -> None:
        """The turn is over: nothing personal stays, and late answers are dropped."""
        self.turn += 1
        self.is_over = True
        self.awaits_slip = False
        self._message.hide()
        self.given = self.record = None

    def ask(self, job: Callable[..., R], *args: object, then: Callable[[R], None]) -> None:
        """Ask ``job(desk, *args)`` for the visitor; ``then`` gets the answer if they still stand here.

        A failure leads to a notice, in their turn as well: one that comes later is only logged.
        """
        if self.is_over:
            return

        def failed(error: Exception) -> None:
            self.answer(Failure(isinstance(error, StorageError)))

        self.bridge.ask(job, *args, then=self._in_turn(then), failed=self._in_turn(failed))

    def poll(self, job: Callable[..., R], *args: object, then: Callable[[R], None]) -> None:
        """Ask for newer figures, which nobody waits for: after a failure those that are shown stay."""
        self.bridge.ask(job, *args, then=self._in_turn(then))

    def _in_turn(self, then: Callable[[R], None]) -> Callable[[R], None]:
        turn = self.turn

        def in_turn(answer: R) -> None:
            if turn == self.turn:
                then(answer)

        return in_turn

    def answer(self, answer: object) -> None:
        """This screen's question is answered: on to what comes next."""
        if not self.is_over:
            self.answered(self.name, answer)

    def stay(self) -> None:
        """Somebody is here."""

    @property
    def can_take_slip(self) -> bool:
        """Whether a slip that is read now can be answered at once."""
        return self.takes_slips

    def slip_job(self) -> Callable[[KioskContext, Slip], object]:
        """What the desk is asked for a slip that is read on this page: its holder leaves, or is back from a break."""
        return visits.process_slip

    def tell(self, text: str) -> None:
        """Say a sentence over the page for some seconds."""
        self._message.show(self, text, self.lingers)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """A touch while a slip is being answered would lead past the answer."""
        return True if self.awaits_slip else bool(super().on_touch_down(touch))

    def go_home(self) -> None:
        """Back to the door."""
        self.answer(Intent.HOME)

    def speak(self) -> None:
        """In another language, please."""
        self.answer(Intent.LANGUAGE)

    def adapt(self) -> None:
        """Larger, clearer, lower, please."""
        self.answer(Intent.ACCESS)
