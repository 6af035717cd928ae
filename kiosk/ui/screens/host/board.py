"""The host's board: people, phones, places and connection of a session, and sessions to open with one tap."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.bridge import Bridge
from kiosk.navigation import (
    CloseAsked,
    CloseoutAsked,
    CodeFor,
    CorrectAsked,
    EvacuateAsked,
    HelpAsked,
    SessionAsked,
    SettingsAsked,
    TimetableAsked,
)
from kiosk.services import occupancy, sessions, undo
from kiosk.services.records.correction_records import ActIsUndone, LastAct, UndoRefused
from kiosk.services.records.host_records import BoardState, HostSession, Template
from kiosk.services.records.shared_records import OpenedSession, PlannedSession
from kiosk.ui import kv_rules
from kiosk.ui.layout.spread import is_flat_panel
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.style.theme import theme
from kiosk.ui.text import closeout_text, correction_text, device_texts, locker_texts, phase_text, phrases, schedule_text
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets import message
from kiosk.ui.widgets.buttons import CardOffer, EmberOffer, Offer, Pill

REFRESH_INTERVAL = 2.0  # seconds
UNDO_NOTE_S = 8.0  # seconds that the board shows what would be undone, or was


class UndoPill(Pill):
    """Undoes the last act at the second touch, once it ``is_sure``."""

    is_sure = BooleanProperty(False)


class Board(BusyPage):
    """Shows a BoardState and refreshes it; ``view`` is open (a session) or shut (sessions to open)."""

    view = StringProperty("")
    title = StringProperty("")
    until = StringProperty("")
    people = StringProperty("")
    at_rest = StringProperty("")
    phones_kept = StringProperty("")
    people_on_break = StringProperty("")
    places = StringProperty("")
    share_taken = NumericProperty(0.0)
    pouches_free = StringProperty("")
    health = StringProperty("")
    health_icon = StringProperty("")
    connection_icon = StringProperty("")
    columns = NumericProperty(2)
    offer_height = NumericProperty(theme.main)
    next_text = StringProperty("")
    card_height = NumericProperty(1.12)  # of a touch target; less in low reach, where half the panel has it all
    lock = StringProperty("")

    last_act: LastAct | None  # that can be undone
    undo_note: str  # shown in place of what needs a hand
    selected_session: UUID | None  # None: the first
    shown_session: UUID | None

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self._shown_offers: tuple[tuple[PlannedSession, ...], tuple[Template, ...], bool] = (), (), False
        self._refreshes = Clock.create_trigger(self._poll, REFRESH_INTERVAL, interval=True)
        self._end_undo_note = Clock.create_trigger(lambda _: self._note_undo(""), UNDO_NOTE_S)
        self._undo_pill = UndoPill(key="undo", icon="undo")
        self._undo_pill.bind(on_release=lambda _: self.undo())
        self._board: BoardState | None = None
        self._greeted: HostSession | None = None
        super().__init__(bridge, answered, **kwargs)

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The board of the first session."""
        return occupancy.read_board, (None,)

    def show(self, argument: object) -> None:
        """Show the board for this host and start refreshing it."""
        assert isinstance(argument, HostSession)
        self.host_session = argument
        self.selected_session = self.shown_session = None
        self.is_opening = False
        self.last_act, self.undo_note = None, ""
        self.card_height = 0.86 if theme.low and not self.height > self.width else 1.12
        # two rows in half a small panel
        self.offer_height = theme.size(19 * theme.text_scale) if theme.low else theme.main
        if isinstance(self.record, BoardState):
            self._fill(self.record)
        else:
            self._reload()
        self._refreshes()
        if argument.by_card and argument is not self._greeted:
            self.show_message(phrases.signed_in_by_card(argument.number, argument.name), message.CARD)
        self._greeted = argument

    def deactivate(self) -> None:
        """Stop refreshing."""
        super().deactivate()
        self._refreshes.cancel()
        self._end_undo_note.cancel()
        self.view, self._board = "", None

    def on_width(self, _: object, width: float) -> None:
        """One column of offers on a narrow page."""
        self.columns = 1 if width < theme.narrow else 2

    def open(self, template: Template, pressed: Offer) -> None:
        """Open a session from its template."""
        self._open(pressed, sessions.open_session, template)

    def open_planned(self, planned: PlannedSession, pressed: Offer) -> None:
        """Open a session that the coordinator has planned."""
        self._open(pressed, sessions.open_planned, planned.id)

    def open_practice(self, pressed: Offer) -> None:
        """Open a session for trying."""
        self.ask_unless_busy(pressed, sessions.open_practice, self.host_session, then=self._opened)

    def show_next_session(self) -> None:
        """Show the next open session; after the last, the sessions to open."""
        if (place := self._shown_index() + 1) < len(self.live):
            self.selected_session = self.live[place].id
        else:
            self.is_opening = True
        self._reload()

    def cancel_opening(self, _: object = None) -> None:
        """Return to the first open session."""
        self.is_opening, self.selected_session = False, None
        self._reload()

    def close(self) -> None:
        """Show the close-out page."""
        self.answer(CloseAsked(self.host_session, self.shown_session))

    def correct(self) -> None:
        """Find a visit to correct."""
        self.answer(CorrectAsked(self.host_session))

    def hand_back(self) -> None:
        """Hand a phone back by the number of its pouch."""
        self.answer(HelpAsked(CodeFor.LEAVING, host=self.host_session))

    def show_session(self) -> None:
        """Extend the session, or change its capacity."""
        if self.shown_session:
            self.answer(SessionAsked(self.host_session, self.shown_session))

    def show_closeout(self) -> None:
        """Show what is still out of closed sessions."""
        self.answer(CloseoutAsked(self.host_session))

    def show_timetable(self) -> None:
        """Show the week's timetable."""
        self.answer(TimetableAsked(self.host_session))

    def show_settings(self) -> None:
        """Show the settings."""
        self.answer(SettingsAsked(self.host_session))

    def undo(self) -> None:
        """Say what would be undone; at a second touch undo it."""
        if self.last_act is None:
            return
        if self._undo_pill.is_sure:
            self.ask_unless_busy(self._undo_pill, undo.undo, self.last_act, self.host_session, then=self._undone)
        else:
            self._note_undo(correction_text.undo(self.last_act), is_question=True)

    def evacuate(self) -> None:
        """Show the roll call."""
        self.answer(EvacuateAsked(self.host_session))

    def _open(self, pressed: Offer, job: Callable[..., OpenedSession | None], session: object) -> None:
        self.ask_unless_busy(pressed, job, session, self.host_session, self.is_opening, then=self._opened)

    def _opened(self, opened: OpenedSession | None) -> None:
        self.is_opening = False
        self.selected_session = opened.id if opened else self.selected_session
        self._reload()

    def _undone(self, outcome: ActIsUndone | UndoRefused) -> None:
        """Say that it is undone; where it can't be, go where a visit is corrected, which says why and what to do."""
        if isinstance(outcome, UndoRefused):
            self.answer(CorrectAsked(self.host_session, outcome=outcome))
            return
        self._note_undo(correction_text.undone())
        self._reload()

    def _note_undo(self, text: str, *, is_question: bool = False) -> None:
        """Show a sentence about undoing in place of what needs a hand, for a while."""
        self._end_undo_note.cancel()
        self.undo_note, self._undo_pill.is_sure = text, is_question
        if text:
            self._end_undo_note.timeout = UNDO_NOTE_S * self.time_factor
            self._end_undo_note()
        if self._board:
            self._show_health(self._board)

    def _offer_undo(self, act: LastAct | None) -> None:
        """Offer to undo the last act; a question about another one is withdrawn.

        In low reach a flat panel has no room for it: there the page where visits are corrected offers it alone.
        """
        if theme.low and is_flat_panel():
            return
        if self._undo_pill.is_sure and (act is None or self.last_act is None or act.id != self.last_act.id):
            self._note_undo("")
        self.last_act = act
        self._undo_pill.spoken = correction_text.undo(act) if act else ""
        rail = self.ids.rail
        if act and self._undo_pill.parent is None:
            rail.add_widget(self._undo_pill, index=len(rail.children) - 1)  # after the gap, which comes first
        elif act is None and self._undo_pill.parent:
            rail.remove_widget(self._undo_pill)
        has_room = theme.text_scale == 1 and not theme.low and not (act and self.height > self.width)
        self.lock = say("Lock") if has_room else ""  # otherwise only its icon has room

    def _poll(self, _: float) -> None:
        self.poll(occupancy.read_board, self.selected_session, then=self._fill)

    def _reload(self) -> None:
        self.ask(occupancy.read_board, self.selected_session, then=self._fill)

    def _fill(self, board: BoardState) -> None:
        attendance, capacity = board.attendance, board.capacity
        session, pouches, lockers = attendance.session, capacity.pouches, capacity.lockers
        self._board = board
        self._offer_undo(attendance.last_act)
        self._show_health(board)
        self._update_offers(board.timetable.planned, board.timetable.templates, session is not None)
        self.live = attendance.live
        theme.is_practice = bool(self.live) and all(live.is_practice for live in self.live)
        if session is None or self.is_opening:
            self.shown_session = None
            self.title, self.until, self.view = say("What shall we open?"), "", "shut"
            return
        self.shown_session = session.id
        is_last = self._shown_index() + 1 == max(1, len(self.live))
        self.next_text = say("Open another") if is_last else say("The next session")
        self.title = schedule_text.opened_title(session)
        self.until = " · ".join(
            filter(None, (phrases.open_until(session.until), phase_text.phase_until(session.phase)))
        )
        self.people, self.at_rest = str(attendance.people), str(attendance.phones_stowed)
        self.phones_kept, self.people_on_break = str(attendance.phones_kept), str(attendance.on_break)
        self.places = phrases.places(capacity.venue_places_left, capacity.capacity, capacity.places_left)
        self.share_taken = 1 - (capacity.venue_places_left or 0) / capacity.capacity if capacity.capacity else 0.0
        self.pouches_free = (
            phrases.pouches_free(pouches.free)
            if pouches.total or not lockers.total
            else phrases.lockers_free(lockers.free)
        )
        self.view = "open"

    def _show_health(self, board: BoardState) -> None:
        """The most urgent of: undoing, trouble, a device, a due reminder, closed at night, not back, the connection."""
        health, capacity = board.health, board.capacity
        signs = schedule_text.reminder_texts(board.attendance.reminders)
        in_use = capacity.pouches.in_use, capacity.lockers.in_use
        connection = phrases.connection(health.is_paired, health.entries_waiting, health.trouble)
        is_well = health.is_paired and not health.entries_waiting and not health.trouble
        icon = "cloud_check_outline" if is_well else "cloud_off_outline"
        self.connection_icon = icon
        if self.undo_note:
            self.health, self.health_icon, self.connection_icon = self.undo_note, "", ""  # it needs all the width
        elif health.trouble:
            self.health, self.health_icon, self.connection_icon = connection, icon, ""
        elif health.devices:
            device = health.devices[0]
            self.health, self.health_icon = device_texts.device_trouble(device), device_texts.ICONS[device.kind]
        elif health.locker_troubles:
            self.health, self.health_icon = locker_texts.trouble(health.locker_troubles[0]), "locker_multiple"
        elif signs:
            self.health, self.health_icon = signs[0].replace("\n", " "), "clock_outline"
        elif health.closed_at_night:
            self.health = closeout_text.closed_at_night(health.closed_at_night)
            self.health_icon = "weather_night"
        elif board.attendance.session is None and any(in_use):
            self.health, self.health_icon = phrases.still_out(*in_use), "bag_personal"
        else:
            self.health, self.health_icon, self.connection_icon = connection, icon, ""

    def _shown_index(self) -> int:
        return next((at for at, session in enumerate(self.live) if session.id == self.shown_session), 0)

    def _update_offers(
        self, planned: tuple[PlannedSession, ...], templates: tuple[Template, ...], has_session: bool
    ) -> None:
        if (planned, templates, has_session) == self._shown_offers:
            return
        self._shown_offers = planned, templates, has_session
        self.ids.offers.clear_widgets()
        for place, plan in enumerate(planned):
            detail = phrases.planned(plan.start, plan.end, plan.capacity)
            self._add(f"planned_{place}", schedule_text.opened_title(plan), detail, partial(self.open_planned, plan))
        for place, template in enumerate(templates):
            detail = phrases.template(template.minutes, template.capacity)
            self._add(f"template_{place}", schedule_text.title(template), detail, partial(self.open, template))
        if templates and not has_session:
            detail = say("nothing is counted")
            self._add("practice", say("Practice"), detail, self.open_practice)
        if has_session:
            self._add("back", say("Nothing more"), say("Back to the board"), self.cancel_opening)

    def _add(self, key: str, title: str, detail: str, chosen: Callable[[Offer], None]) -> None:
        """Add an offer; the first (the next planned session, or the venue's usual one) is an Ember."""
        offers = self.ids.offers
        offer = (CardOffer if offers.children else EmberOffer)(key=key, text=title)
        offer.detail = detail
        offer.bind(on_release=chosen)
        offers.add_widget(offer)


kv_rules.load(__file__)
