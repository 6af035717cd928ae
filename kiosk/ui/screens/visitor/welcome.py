"""The door: what is going on inside, and the ways in and out."""

from collections.abc import Callable

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from kiosk.bridge import Bridge
from kiosk.navigation import Intent, WhatsOn
from kiosk.services import occupancy
from kiosk.services.records.shared_records import Reminder
from kiosk.services.records.visitor_records import DoorState, LiveSession, SeveralSessions
from kiosk.ui import kv_rules, sound
from kiosk.ui.layout.strip import Strip
from kiosk.ui.screens.shared.page import Page, Question
from kiosk.ui.style.theme import theme
from kiosk.ui.text import phrases, schedule_text
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import Sand

LOOK_AGAIN = 5.0  # seconds
KNOCKS_APART = 0.4  # seconds


class WithProgram(Strip):
    """A row of buttons; in low reach, where the helps have no room for it, what is on is one of them."""

    page = ObjectProperty(None)
    program = StringProperty("nothing")

    def on_program(self, _: object, program: str) -> None:
        """Its sign alone has room."""
        for shown in [child for child in self.children if getattr(child, "key", "") == "whats_on"]:
            self.remove_widget(shown)
        if program == "something":
            button = Sand(key="whats_on", icon="calendar_blank", size_hint_x=None, width=theme.main)
            button.bind(on_release=lambda _: self.page.whats_on())
            self.add_widget(button)


class Welcome(Page):
    """Shows a Door and looks for a newer one every few seconds; ``way`` is open, full or closed."""

    home_after = 0
    takes_slips = True
    remembers = ("given_signs",)

    way = StringProperty("")
    venue = StringProperty("")
    title = StringProperty("")
    promise = StringProperty("")
    people = StringProperty("")
    room = StringProperty("")
    heading = StringProperty("")
    text = StringProperty("")
    step_out = StringProperty("")
    sign = StringProperty("")
    told = StringProperty("room")  # or sign, when it is time for somebody
    program_low = StringProperty("nothing")
    program = StringProperty("nothing")
    alone = BooleanProperty(False)  # the corner has the row for itself
    moving = BooleanProperty(False)

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self._look = Clock.create_trigger(self._look_again, LOOK_AGAIN, interval=True)
        self.looks = 0
        self.given_signs: frozenset[Reminder] = frozenset()
        super().__init__(bridge, answered, **kwargs)

    @classmethod
    def question(cls, given: object) -> Question | None:
        """What is on, unless that was given."""
        return None if isinstance(given, DoorState) else (occupancy.read_door, ())

    def show(self, given: object) -> None:
        """The Door that was given or asked for, and then every few seconds what the desk knows."""
        if isinstance(door := given or self.record, DoorState):
            self._fill(door)
        else:
            self._look_again()
        self.moving = theme.motion
        self._look()

    def end(self) -> None:
        """Nobody looks: the ember rests, and so does the desk."""
        super().end()
        self._look.cancel()
        self.moving = False

    def come_in(self) -> None:
        """A party wants in; into which session is asked only where there are several."""
        self.answer(SeveralSessions(self.door.live) if len(self.door.live) > 1 else Intent.COME_IN)

    def whats_on(self) -> None:
        """Somebody wants to know what is on, now and next."""
        self.answer(WhatsOn(self.door))

    def leave(self) -> None:
        """A party wants out."""
        self.answer(Intent.LEAVE)

    def step(self) -> None:
        """A party wants its phones for a while, or is back."""
        self.answer(Intent.STEP_OUT)

    def host(self) -> None:
        """The small flame, or the button of a closed door."""
        self.answer(Intent.HOST)

    def _look_again(self, _: float = 0) -> None:
        self.poll(occupancy.read_door, then=self._fill)

    def _fill(self, door: DoorState) -> None:
        self.door = door
        self.venue = door.venue
        self.step_out = say("Out or back") if door.on_break else say("Step out")
        has_program = "something" if door.coming or len(door.live) > 1 else "nothing"
        self.program, self.program_low = ("nothing", has_program) if theme.low else (has_program, "nothing")
        self.alone = self.program == "nothing"
        self._give(door.reminders)
        signs = schedule_text.whose_time(door.reminders)
        self.looks += 1
        self.sign = signs[self.looks % len(signs)] if signs else ""  # one after the other
        self.told = "sign" if self.sign else "room"
        if door.live:
            self._fill_open(door.live, door)
        else:
            self._fill_closed(door)

    def _give(self, signs: tuple[Reminder, ...]) -> None:
        """Knock twice for a sign that is new. One that was given stays given, also where it was hidden meanwhile."""
        if set(signs) - self.given_signs:
            sound.play_knock(self)
            Clock.schedule_once(sound.play_knock, KNOCKS_APART)
        self.given_signs = self.given_signs.union(signs)

    def _fill_closed(self, door: DoorState) -> None:
        self.given_signs = frozenset()  # nobody is in any more
        first = next(iter(door.coming), None)
        self.title, self.promise, self.people, self.room = "", say("Closed\nfor now"), "", ""
        self.heading, self.text, self.way = schedule_text.opens(first), schedule_text.opens_with(first), "closed"

    def _fill_open(self, live: tuple[LiveSession, ...], door: DoorState) -> None:
        ends = [one.session.until for one in live if one.session.until]
        places = [one.places_left for one in live if one.places_left is not None]
        self.title = schedule_text.title(live[0].session) if len(live) == 1 else schedule_text.sessions_on(len(live))
        self.promise = phrases.phone_free_until(max(ends) if len(ends) == len(live) else None)
        self.people = phrases.people_here(sum(one.people for one in live), door.on_break)
        left = [one.venue_places_left for one in live if one.venue_places_left is not None]
        self.room = phrases.room_for(sum(places), sum(left)) if len(places) == len(live) else ""
        is_full = all(one.places_left == 0 for one in live)
        full = say("Nearly full.") if sum(left) else say("Full for now.")
        self.heading = full if is_full else say("Rest your phone.\nMeet the room.")
        self.text = schedule_text.full(door.free_at, sum(left))
        self.way = "full" if is_full else "open"


kv_rules.load(__file__)
