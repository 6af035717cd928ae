"""The welcome page: what is on, and the buttons to come in, leave, or step out."""

from collections.abc import Callable

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.bridge import Bridge
from kiosk.navigation import Intent, RollCallAsked, WhatsOn
from kiosk.services import occupancy
from kiosk.services.records.shared_records import Reminder
from kiosk.services.records.visitor_records import DoorState, LiveSession, SeveralSessions
from kiosk.ui import kv_rules, sound
from kiosk.ui.layout.strip import Strip
from kiosk.ui.screens.shared.page import Page, Question
from kiosk.ui.style.theme import theme
from kiosk.ui.text import phase_text, phrases, schedule_text
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import Sand

REFRESH_INTERVAL = 5.0  # seconds
KNOCK_INTERVAL = 0.4  # seconds


class WithProgram(Strip):
    """A row of buttons; in low reach the button for what is on is one of them, as the navigation has no room for it.

    Before them is one for people who left their phones here, if there are any (``fetching``).
    """

    page = ObjectProperty(None)
    program = StringProperty("nothing")
    fetching = StringProperty("nobody")

    def on_fetching(self, _: object, fetching: str) -> None:
        """Add or remove the button; it leads where the button for leaving leads."""
        for shown in [child for child in self.children if getattr(child, "key", "") == "leave"]:
            self.remove_widget(shown)
        if fetching == "somebody":
            icon = "" if theme.low else "cellphone"
            button = Sand(key="leave", text=say("Fetch my phone"), icon=icon, font_size=theme.body_text)
            button.bind(on_release=lambda _: self.page.leave())
            self.add_widget(button, index=len(self.children))

    def on_program(self, _: object, program: str) -> None:
        """Add or remove the button, which has only an icon."""
        for shown in [child for child in self.children if getattr(child, "key", "") == "whats_on"]:
            self.remove_widget(shown)
        if program == "something":
            button = Sand(key="whats_on", icon="calendar_blank", size_hint_x=None, width=theme.main)
            button.bind(on_release=lambda _: self.page.whats_on())
            self.add_widget(button)


class Welcome(Page):
    """Shows a DoorState and refreshes it every few seconds; ``view`` is open, full or closed.

    During an evacuation the roll call is shown instead, whichever kiosk of the venue has started it.
    """

    home_after = 0
    accepts_slips = True
    accepts_cards = True
    persistent_fields = ("announced_reminders",)

    view = StringProperty("")
    venue = StringProperty("")
    title = StringProperty("")
    promise = StringProperty("")
    people = StringProperty("")
    room = StringProperty("")
    heading = StringProperty("")
    text = StringProperty("")
    step_out = StringProperty("")
    sign = StringProperty("")
    phase = StringProperty("")
    side_view = StringProperty("room")  # or phase, for one session that has one; or sign, for reminders
    side_share = NumericProperty(2)  # lines of its height
    program_low = StringProperty("nothing")
    program = StringProperty("nothing")
    alone = BooleanProperty(False)  # the corner is alone in its row
    host_icon = StringProperty("key")
    fetching = StringProperty("nobody")  # or somebody: phones of ended visits are still here
    moving = BooleanProperty(False)

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self._refreshes = Clock.create_trigger(self._refresh, REFRESH_INTERVAL, interval=True)
        self.refresh_count = 0
        self.announced_reminders: frozenset[Reminder] = frozenset()
        super().__init__(bridge, answered, **kwargs)

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The door's state, unless it is the argument."""
        return None if isinstance(argument, DoorState) else (occupancy.read_door, ())

    def show(self, argument: object) -> None:
        """Show the door's state and start refreshing it."""
        if isinstance(door := argument or self.record, DoorState):
            self._fill(door)
            if door.is_evacuated:
                self.deactivate()  # it is not shown
                return
        else:
            self._refresh()
        self.moving = theme.motion
        self._refreshes()

    def deactivate(self) -> None:
        """Stop refreshing and the ember's animation."""
        super().deactivate()
        self._refreshes.cancel()
        self.moving = False

    def come_in(self) -> None:
        """Start a check-in; with several sessions the visitor chooses one first."""
        self.answer(SeveralSessions(self.door.live) if len(self.door.live) > 1 else Intent.COME_IN)

    def whats_on(self) -> None:
        """Show current and coming sessions."""
        self.answer(WhatsOn(self.door))

    def leave(self) -> None:
        """Start a check-out."""
        self.answer(Intent.LEAVE)

    def step(self) -> None:
        """Start or end a break."""
        self.answer(Intent.STEP_OUT)

    def host(self) -> None:
        """Show the host's PIN page."""
        self.answer(Intent.HOST)

    def _refresh(self, _: float = 0) -> None:
        self.poll(occupancy.read_door, then=self._fill)

    def _fill(self, door: DoorState) -> None:
        if door.is_evacuated:
            self.answer(RollCallAsked())
            return
        self.door = door
        theme.is_practice = bool(door.live) and all(live.session.is_practice for live in door.live)
        self.venue = door.venue
        self.step_out = say("Out or back") if door.on_break else say("Step out")
        has_program = "something" if door.coming or len(door.live) > 1 else "nothing"
        self.program, self.program_low = ("nothing", has_program) if theme.low else (has_program, "nothing")
        self.alone = self.program == "nothing"
        self._announce(door.reminders)
        signs = schedule_text.reminder_texts(door.reminders)
        self.refresh_count += 1
        self.sign = signs[self.refresh_count % len(signs)] if signs else ""  # in rotation
        self.phase = phase_text.phase_until(door.live[0].session.phase) if len(door.live) == 1 else ""
        self.side_view = "sign" if self.sign else "phase" if self.phase else "room"
        self.side_share = 3 if self.side_view == "phase" else 2
        if door.live:
            self._fill_open(door.live, door)
        else:
            self._fill_closed(door)

    def _announce(self, signs: tuple[Reminder, ...]) -> None:
        """Knock twice if there is a new reminder. Each is announced once, also if it was hidden meanwhile."""
        if set(signs) - self.announced_reminders:
            sound.play_tick(self)
            Clock.schedule_once(sound.play_tick, KNOCK_INTERVAL)
        self.announced_reminders = self.announced_reminders.union(signs)

    def _fill_closed(self, door: DoorState) -> None:
        self.announced_reminders = frozenset()  # all visits have ended
        self.fetching = "somebody" if door.has_left_behind else "nobody"
        is_tight = door.has_left_behind and theme.low
        if is_tight:  # no room for a third button, nor for icons
            self.program_low = "nothing"
        self.host_icon = "" if is_tight else "key"
        first = next(iter(door.coming), None)
        self.title, self.promise, self.people, self.room = "", say("Closed\nfor now"), "", ""
        self.heading, self.text, self.view = schedule_text.opens(first), schedule_text.opens_with(first), "closed"

    def _fill_open(self, live: tuple[LiveSession, ...], door: DoorState) -> None:
        ends = [live_session.session.until for live_session in live if live_session.session.until]
        places = [live_session.places_left for live_session in live if live_session.places_left is not None]
        self.title = (
            schedule_text.opened_title(live[0].session) if len(live) == 1 else schedule_text.sessions_on(len(live))
        )
        self.promise = phrases.phone_free_until(max(ends) if len(ends) == len(live) else None)
        self.people = phrases.people_here(sum(live_session.people for live_session in live), door.on_break)
        left = [live_session.venue_places_left for live_session in live if live_session.venue_places_left is not None]
        self.room = phrases.room_for(sum(places), sum(left)) if len(places) == len(live) else ""
        is_full = all(live_session.places_left == 0 for live_session in live)
        full = say("Nearly full.") if sum(left) else say("Full for now.")
        is_practice = all(live_session.session.is_practice for live_session in live)
        usual = say("Practice.\nNothing is counted.") if is_practice else say("Rest your phone.\nMeet the room.")
        self.heading = full if is_full else usual
        self.text = schedule_text.full(door.free_at, sum(left))
        self.view = "full" if is_full else "open"


kv_rules.load(__file__)
