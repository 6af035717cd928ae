"""What every screen has in common: it shows a record, asks the desk, and says where it was answered to."""

from collections.abc import Callable
from typing import TypeVar

from kivy.uix.screenmanager import Screen

from kiosk.bridge import Bridge
from kiosk.flow import Wish

R = TypeVar("R")


class Page(Screen):
    """One screen. ``answered`` leads on; an answer from the desk that comes after its visitor has gone is dropped."""

    home_after = 60  # seconds without a touch until the door is shown again; 0: never
    lingers = 1.0  # how many times longer than usual it stays by itself
    keeps: tuple[str, ...] = ()  # what outlives a change of language or look in the middle of a turn

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self.bridge = bridge
        self.answered = answered
        self.turn = 0
        self.given: object = None
        super().__init__(**kwargs)

    def begin(self, given: object) -> None:
        """A new turn: forget whoever stood here before, and show ``given``."""
        self.turn += 1
        self.given = given
        self.show(given)

    def show(self, given: object) -> None:
        """Fill the screen from the record it was given."""

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
        self.given = None

    def ask(self, job: Callable[..., R], *args: object, then: Callable[[R], None]) -> None:
        """Ask ``job(desk, *args)``; ``then`` gets the answer if the same visitor still stands here."""
        turn = self.turn

        def in_turn(answer: R) -> None:
            if turn == self.turn:
                then(answer)

        self.bridge.ask(job, *args, then=in_turn)

    def answer(self, answer: object) -> None:
        """This screen's question is answered: on to what comes next."""
        self.answered(self.name, answer)

    def stay(self) -> None:
        """Somebody is here."""

    def slip(self, slip: str) -> None:
        """A reader has read a slip's code; most pages have no use for it."""

    def go_home(self) -> None:
        """Back to the door."""
        self.answer(Wish.HOME)

    def speak(self) -> None:
        """In another language, please."""
        self.answer(Wish.LANGUAGE)

    def adapt(self) -> None:
        """Larger, clearer, lower, please."""
        self.answer(Wish.ACCESS)
