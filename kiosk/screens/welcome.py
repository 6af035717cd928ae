"""The door: what is going on inside, and the ways in and out."""

from collections.abc import Callable

from kivy.clock import Clock
from kivy.properties import BooleanProperty, StringProperty

from kiosk.bridge import Bridge
from kiosk.desk import board
from kiosk.desk.records import Door
from kiosk.flow import Wish
from kiosk.screens.page import Page
from kiosk.widgets import buttons, corner, flame, kv, labels, panes, rail, theme, wording  # noqa: F401 - their rules stand in ours
from kiosk.widgets.i18n import say

LOOK_AGAIN = 5.0  # seconds


class Welcome(Page):
    """Shows a Door and looks for a newer one every few seconds; ``way`` is open, full or closed."""

    home_after = 0

    way = StringProperty("")
    venue = StringProperty("")
    title = StringProperty("")
    promise = StringProperty("")
    people = StringProperty("")
    room = StringProperty("")
    heading = StringProperty("")
    step_out = StringProperty("")
    moving = BooleanProperty(False)

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self._look = Clock.create_trigger(self._look_again, LOOK_AGAIN, interval=True)
        super().__init__(bridge, answered, **kwargs)

    def show(self, given: object) -> None:
        """The Door that was given, if any, and then what the desk knows."""
        if isinstance(given, Door):
            self._fill(given)
        self.moving = theme.motion
        self._look_again()
        self._look()

    def end(self) -> None:
        """Nobody looks: the ember rests, and so does the desk."""
        super().end()
        self._look.cancel()
        self.moving = False

    def come_in(self) -> None:
        """A party wants in."""
        self.answer(Wish.COME_IN)

    def leave(self) -> None:
        """A party wants out."""
        self.answer(Wish.LEAVE)

    def step(self) -> None:
        """A party wants its phones for a while, or is back."""
        self.answer(Wish.STEP_OUT)

    def host(self) -> None:
        """The small flame, or the button of a closed door."""
        self.answer(Wish.HOST)

    def _look_again(self, _: float = 0) -> None:
        self.ask(board.door, then=self._fill)

    def _fill(self, door: Door) -> None:
        self.venue = door.venue
        self.step_out = say("Out or back") if door.stepped_out else say("Step out")
        if door.session is None:
            self.title, self.promise, self.people, self.room = "", say("Closed\nfor now"), "", ""
            self.heading, self.way = say("We open soon."), "closed"
            return
        self.title = door.session.title
        self.promise = wording.phone_free_until(door.session.until)
        self.people = wording.people_here(door.people)
        self.room = wording.room_for(door.places_left)
        full = door.places_left == 0
        self.heading = say("Full for now.") if full else say("Rest your phone.\nMeet the room.")
        self.way = "full" if full else "open"


kv.load(__file__)
