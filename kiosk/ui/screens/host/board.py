"""The host's one glance: who is in, what rests, what needs a hand; and the sessions that one tap opens."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from kivy.clock import Clock
from kivy.properties import NumericProperty, StringProperty

from kiosk.bridge import Bridge
from kiosk.navigation import CloseAsked
from kiosk.services import occupancy, sessions
from kiosk.services.records.host_records import BoardState as Glance
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.records.shared_records import OpenedSession, PlannedSession
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.style.theme import theme
from kiosk.ui.text import phrases, schedule_text
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import CardOffer, EmberOffer, Offer

LOOK_AGAIN = 2.0  # seconds


class Board(BusyPage):
    """Shows a Board and looks for a newer one; ``way`` is open or shut."""

    way = StringProperty("")
    title = StringProperty("")
    until = StringProperty("")
    people = StringProperty("")
    at_rest = StringProperty("")
    kept = StringProperty("")
    away = StringProperty("")
    places = StringProperty("")
    share_taken = NumericProperty(0.0)
    pouches_free = StringProperty("")
    pouches_out = StringProperty("")
    shelf = StringProperty("")
    connection = StringProperty("")
    connection_icon = StringProperty("")
    columns = NumericProperty(2)
    offer_height = NumericProperty(theme.main)
    sign = StringProperty("")
    next_word = StringProperty("")
    next_icon = StringProperty("")
    lock = StringProperty("")

    which: UUID | None  # which of several to look at
    shown: UUID | None

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self._offered: tuple[tuple[PlannedSession, ...], tuple[Template, ...], bool] = (), (), False
        self._look = Clock.create_trigger(self._refresh, LOOK_AGAIN, interval=True)
        super().__init__(bridge, answered, **kwargs)

    @classmethod
    def question(cls, given: object) -> Question | None:
        """What is open."""
        return occupancy.read_board, (None,)

    def show(self, given: object) -> None:
        """For this host."""
        assert isinstance(given, HostSession)
        self.host_in = given
        self.which = self.shown = None
        self.is_opening = False
        self.lock = say("Lock") if theme.text_scale == 1 and not theme.low else ""  # else its sign alone has room
        # two rows in half a small panel
        self.offer_height = theme.size(19 * theme.text_scale) if theme.low else theme.main
        if isinstance(self.record, Glance):
            self._fill(self.record)
        else:
            self._look_again()
        self._look()

    def end(self) -> None:
        """Nobody looks."""
        super().end()
        self._look.cancel()
        self.way = ""

    def on_width(self, _: object, width: float) -> None:
        """One offer below the other where there is no room beside it."""
        self.columns = 1 if width < theme.narrow else 2

    def open(self, template: Template, pressed: Offer) -> None:
        """Open a session from its template."""
        self._open(pressed, sessions.open_session, template)

    def open_planned(self, planned: PlannedSession, pressed: Offer) -> None:
        """Open a session that the coordinator has planned."""
        self._open(pressed, sessions.open_planned, planned.id)

    def go_on(self) -> None:
        """To the next session that is open; after the last, to what else could be opened."""
        if (place := self._place() + 1) < len(self.live):
            self.which = self.live[place].id
        else:
            self.is_opening = True
        self._look_again()

    def keep_to_it(self, _: object = None) -> None:
        """No other one after all: back to the first."""
        self.is_opening, self.which = False, None
        self._look_again()

    def close(self) -> None:
        """First see what is still open."""
        self.answer(CloseAsked(self.host_in, self.shown))

    def _open(self, pressed: Offer, job: Callable[..., OpenedSession | None], what: object) -> None:
        self.ask_once(pressed, job, what, self.host_in, self.is_opening, then=self._opened)

    def _opened(self, opened: OpenedSession | None) -> None:
        self.is_opening = False
        self.which = opened.id if opened else self.which
        self._look_again()

    def _refresh(self, _: float) -> None:
        self.poll(occupancy.read_board, self.which, then=self._fill)

    def _look_again(self) -> None:
        self.ask(occupancy.read_board, self.which, then=self._fill)

    def _fill(self, glance: Glance) -> None:
        attendance, capacity, health = glance.attendance, glance.capacity, glance.health
        session, pouches, lockers = attendance.session, capacity.pouches, capacity.lockers
        self.pouches_out = phrases.taken(pouches.in_use, lockers.in_use)
        self.shelf = phrases.still_out(pouches.in_use, lockers.in_use)
        self.connection = phrases.connection(health.is_paired, health.entries_waiting, health.trouble)
        is_well = health.is_paired and not health.entries_waiting and not health.trouble
        self.connection_icon = "cloud_check_outline" if is_well else "cloud_off_outline"
        self._offer(glance.timetable.planned, glance.timetable.templates, session is not None)
        self.live = attendance.live
        if session is None or self.is_opening:
            self.shown = None
            self.title, self.until, self.way = say("What shall we open?"), "", "shut"
            return
        self.shown = session.id
        is_last = self._place() + 1 == max(1, len(self.live))
        self.next_icon = "plus" if is_last else "chevron_right"
        self.next_word = say("Open another") if is_last else say("The next session")
        self.title = schedule_text.title(session)
        self.until = phrases.open_until(session.until)
        signs = schedule_text.whose_time(attendance.reminders)
        self.sign = signs[0] if signs else say("Pouches out")
        self.people, self.at_rest = str(attendance.people), str(attendance.phones_stowed)
        self.kept, self.away = str(attendance.phones_kept), str(attendance.on_break)
        self.places = phrases.places(capacity.venue_places_left, capacity.capacity, capacity.places_left)
        self.share_taken = 1 - (capacity.venue_places_left or 0) / capacity.capacity if capacity.capacity else 0.0
        self.pouches_free = (
            phrases.pouches_free(pouches.free)
            if pouches.total or not lockers.total
            else phrases.lockers_free(lockers.free)
        )
        self.way = "open"

    def _place(self) -> int:
        return next((at for at, one in enumerate(self.live) if one.id == self.shown), 0)

    def _offer(self, planned: tuple[PlannedSession, ...], templates: tuple[Template, ...], beside: bool) -> None:
        if (planned, templates, beside) == self._offered:
            return
        self._offered = planned, templates, beside
        self.ids.offers.clear_widgets()
        for place, plan in enumerate(planned):
            detail = phrases.planned(plan.start, plan.end, plan.capacity)
            self._add(f"planned_{place}", schedule_text.title(plan), detail, partial(self.open_planned, plan))
        for place, template in enumerate(templates):
            detail = phrases.template(template.minutes, template.capacity)
            self._add(f"template_{place}", schedule_text.title(template), detail, partial(self.open, template))
        if beside:
            self._add("back", say("Nothing more"), say("Back to the board"), self.keep_to_it)

    def _add(self, key: str, title: str, detail: str, chosen: Callable[[Offer], None]) -> None:
        """The first is what is planned next, or else the venue's usual one."""
        offers = self.ids.offers
        offer = (CardOffer if offers.children else EmberOffer)(key=key, text=title)
        offer.detail = detail
        offer.bind(on_release=chosen)
        offers.add_widget(offer)


kv_rules.load(__file__)
