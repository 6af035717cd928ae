"""The pictures of the gallery: a page, its records, and what is done before the picture is taken."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import correction_samples
from board_states import changed
from kivy.base import EventLoop
from kivy.core.window import Window
from kivy.uix.screenmanager import NoTransition, ScreenManager
from kivy.uix.widget import Widget
from samples import (
    BOARD,
    CLOSED,
    COORDINATED,
    DETAILS,
    DOOR,
    EVERYBODY_OUT,
    EVERYTHING_BROKEN,
    FAREWELL,
    HEALTH,
    HOSTS,
    ID,
    ILL,
    KEY,
    LATE,
    LEAD,
    LIVE,
    LOCKER_ITEM,
    LOCKER_ROLL,
    LOCKERS,
    LONG_TITLES,
    MANY,
    NOW,
    OPEN,
    OPEN_ITEMS,
    PLANNED,
    QUIET,
    REMINDERS,
    REPORT,
    ROLL,
    SCATTERED,
    SETTINGS,
    SETUP,
    SEVERAL,
    SHELF,
    SHUT,
    TEMPLATES,
    THIRTY_ITEMS,
    WEEK,
    WEEKLY,
    WELCOMED,
)

from kiosk import navigation
from kiosk.navigation import CodeFor
from kiosk.rules.device_events import PaperNotPrinted, PaperPrinted
from kiosk.rules.locker_wall import Door
from kiosk.rules.slips import Slip
from kiosk.services.cards import UnknownCard
from kiosk.services.evacuation import read as roll_question
from kiosk.services.evacuation import start as start_evacuation
from kiosk.services.hosts import propose_pin, read_hosts
from kiosk.services.lockers import read_all, read_doors, read_lockers
from kiosk.services.machine import HealthReport, read_health
from kiosk.services.occupancy import read_board as board_question
from kiosk.services.occupancy import read_door as door_question
from kiosk.services.occupancy import read_shelf as shelf_question
from kiosk.services.records import closeout_records, evacuation_records, host_records, visitor_records
from kiosk.services.records.closeout_records import CloseoutState, OpenItems
from kiosk.services.records.correction_records import NumberElsewhere, VisitList
from kiosk.services.records.locker_records import LockerList, LockerState, LockerTrouble
from kiosk.services.records.session_records import SessionDetails, Timetable
from kiosk.services.sessions import read_session as session_question
from kiosk.services.settings import EffectiveSettings, read_effective
from kiosk.services.timetable import read_timetable as week_question
from kiosk.services.venue_keys import propose_change, read_key
from kiosk.services.visit_list import read_options, read_visits
from kiosk.services.visits import check_in, check_out
from kiosk.ui.screens import catalogue
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.style.preferences import DisplayPreferences
from kiosk.ui.style.theme import theme
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.letter_keyboard import LetterKeyboard
from kiosk.ui.widgets.message import Message
from kiosk.ui.widgets.still_here import StillHere


@dataclass(frozen=True)
class Picture:
    """A page with its argument, the results of jobs, and the steps (``prepare``) before the picture."""

    name: str
    screen: str
    argument: object = None
    door: visitor_records.DoorState = DOOR
    board: host_records.BoardState = BOARD
    shelf: visitor_records.ShelfState = SHELF
    roll: evacuation_records.RollCall = ROLL
    session: SessionDetails = DETAILS
    week: Timetable = WEEK
    hosts: host_records.HostList = HOSTS
    settings: EffectiveSettings = SETTINGS
    health: HealthReport = HEALTH
    outcome: object = None  # of check-in or check-out
    answers: dict[Callable[..., object], object] = field(default_factory=dict)  # of other jobs
    prepare: Callable[[Page], None] = lambda _: None


class CannedBridge:
    """A bridge that returns canned results at once."""

    def __init__(self) -> None:
        self.picture: Picture

    def ask(self, job: Callable[..., object], *_: object, then: Callable[[object], None], **_failed: object) -> None:
        """Pass on the picture's result for a job, if any."""
        answers = {
            door_question: self.picture.door,
            board_question: self.picture.board,
            shelf_question: self.picture.shelf,
            roll_question: self.picture.roll,
            start_evacuation: self.picture.roll,
            session_question: self.picture.session,
            week_question: self.picture.week,
            read_hosts: self.picture.hosts,
            read_effective: self.picture.settings,
            read_health: self.picture.health,
            read_key: KEY,
            propose_pin: host_records.NewPin(HOSTS.hosts[2], "735124"),
            propose_change: tuple(host_records.NewPin(host, "735124") for host in HOSTS.hosts),
            read_lockers: LockerList(()),
            check_in: self.picture.outcome,
            check_out: self.picture.outcome,
            **self.picture.answers,
        }
        if (answer := answers.get(job)) is not None:
            then(answer)


def type_digits(digits: str) -> Callable[[Page], None]:
    """Type digits on the page."""

    def touch(page: Page) -> None:
        for digit in digits:
            page.digit(digit)

    return touch


def type_letters(text: str) -> Callable[[Page], None]:
    """Type letters on the page."""

    def touch(page: Page) -> None:
        for letter in text:
            page.letter(letter)

    return touch


def show_more_letters(page: Page) -> None:
    """Show the keyboard's second page."""
    keyboard = next(widget for widget in page.walk() if isinstance(widget, LetterKeyboard))
    keyboard.show_next_page()


def check_in_record(**changes: object) -> visitor_records.CheckedIn:
    """The sample check-in with changes."""
    return replace(WELCOMED, **changes)


SESSION_FIELDS = "people", "places_left", "venue_places_left", "session"


def door(**changes: object) -> visitor_records.DoorState:
    """The sample door state with changes, those of a session in its session."""
    session_fields = {name: changes.pop(name) for name in SESSION_FIELDS if name in changes}
    return replace(DOOR, **{"live": (replace(LIVE, **session_fields),), **changes})


def focus_on(key: str) -> Callable[[Page], None]:
    """Give a button the keyboard focus."""

    def touch(page: Page) -> None:
        button = next(widget for widget in page.walk() if getattr(widget, "key", "") == key)
        button.focused = True
        page.deactivate = lambda: setattr(button, "focused", False)

    return touch


def show_idle_prompt(page: Page) -> None:
    """Show the idle prompt over the page."""
    prompt = StillHere()
    page.add_widget(prompt)
    prompt.show_time_left(0.8)
    page.deactivate = lambda: page.remove_widget(prompt)


WITH_CARD = navigation.HostChosen(LEAD, replace(HOSTS.hosts[2], has_card=True))
BEYOND_CARD = navigation.PinAsked(navigation.Destination("settings", navigation.SettingsAsked(LEAD)))


def teach_card(page: Page) -> None:
    """Show that a card was taught."""
    page.ask_card()
    page._handle_card_outcome(replace(HOSTS.hosts[1], has_card=True))


def show_card_taken(page: Page) -> None:
    """Show that the card is another host's."""
    page.ask_card()
    page._handle_card_outcome(host_records.CardTaken(HOSTS.hosts[1]))


def show_not_printed(page: Page) -> None:
    """Show that the slip has not come out."""
    page.print_job = UUID(int=1)
    page.device_event(PaperNotPrinted(page.print_job))


def show_printed(page: Page) -> None:
    """Show that the slip has come out."""
    page.print_job = UUID(int=1)
    page.device_event(PaperPrinted(page.print_job))


def show_unreadable(page: Page) -> None:
    """Show the message for an unreadable scan."""
    page.show_message(say("That couldn’t be read. Hold your slip up once more, or type your four numbers."))


def correction(name: str, screen: str, argument: object, **changes: Any) -> Picture:  # noqa: ANN401 - a picture's fields
    """A picture of a correction page."""
    answers = {read_visits: correction_samples.LIST, read_options: correction_samples.OPTIONS}
    return Picture(name, screen, argument, answers={**answers, **changes.pop("answers", {})}, **changes)


def of_party(asked: type, options: object = correction_samples.OPTIONS) -> object:
    """The argument of a page about a visit."""
    return asked(correction_samples.HOST, options)


ASKED = navigation.CorrectAsked(correction_samples.HOST)
CHOSEN = navigation.VisitAsked(correction_samples.HOST, ID)
CORRECTIONS = (
    correction("correct", "correct", ASKED),
    correction(
        "correct-undone",
        "correct",
        ASKED,
        prepare=lambda page: page._undone(correction_samples.REFUSED),
        answers={read_visits: correction_samples.LONG_LIST},
    ),
    correction(
        "correct-found",
        "correct",
        navigation.CorrectAsked(correction_samples.HOST, "14", correction_samples.EXCHANGED),
        answers={read_visits: VisitList(correction_samples.VISITS[2:4], "14", last_act=correction_samples.CLOSING)},
    ),
    correction("correct-none", "correct", ASKED, answers={read_visits: VisitList(())}),
    correction(
        "correct-number", "correct_number", navigation.FindAsked(correction_samples.HOST), prepare=type_digits("191")
    ),
    correction(
        "correct-number-unknown",
        "correct_number",
        navigation.FindAsked(correction_samples.HOST),
        prepare=lambda page: page._handle_visits(VisitList(())),
    ),
    correction("correct-visit", "correct_visit", CHOSEN),
    correction("correct-visit-done", "correct_visit", replace(CHOSEN, outcome=correction_samples.EXCHANGED)),
    correction("correct-visit-ended", "correct_visit", CHOSEN, answers={read_options: correction_samples.ENDED}),
    correction("correct-count", "correct_count", of_party(navigation.CountAsked)),
    correction(
        "correct-count-full",
        "correct_count",
        of_party(navigation.CountAsked),
        prepare=lambda page: page._saved(visitor_records.SessionFull(0, 4)),
    ),
    correction("correct-pouch-which", "correct_pouch", of_party(navigation.NumbersAsked)),
    correction("correct-pouch-many", "correct_pouch", of_party(navigation.NumbersAsked, correction_samples.LARGE)),
    correction("correct-pouch-how", "correct_pouch", of_party(navigation.NumbersAsked, correction_samples.LOCKER)),
    correction(
        "correct-pouch",
        "correct_pouch",
        of_party(navigation.NumbersAsked),
        prepare=lambda page: (page.type_number(), page._exchanged(NumberElsewhere(21)), page.digit("1")),
    ),
    correction("correct-time", "correct_time", of_party(navigation.TimeAsked), prepare=lambda page: page.earlier()),
    correction(
        "correct-time-back",
        "correct_time",
        of_party(navigation.TimeAsked),
        prepare=lambda page: (setattr(page, "view", "back"), page.turn_stow()),
    ),
    correction("correct-split", "correct_split", of_party(navigation.SplitAsked)),
    correction(
        "correct-split-which",
        "correct_split",
        of_party(navigation.SplitAsked, correction_samples.LARGE),
        prepare=lambda page: page.go_on(page.ids.numbers),
    ),
)
SESSION_ASKED = navigation.SessionAsked(host_records.HostSession(ID), ID)
TIMETABLE_ASKED = navigation.TimetableAsked(host_records.HostSession(ID))


def show_open_items(items: OpenItems) -> Callable[[Page], None]:
    """Show the list after closing."""

    def show(page: Page) -> None:
        page._closed(CLOSED)
        page.show_items(items)

    return show


def show_open_item(item: closeout_records.OpenItem, *, notes: bool = False) -> Callable[[Page], None]:
    """Show what can be done with an item, or where its phone may be."""

    def show(page: Page) -> None:
        show_open_items(OPEN_ITEMS)(page)
        page.open(item)
        if notes:
            page._show_notes()

    return show


def show_result(figures: closeout_records.CloseoutFigures) -> Callable[[Page], None]:
    """Show the result of a close-out."""

    def show(page: Page) -> None:
        page._closed(CLOSED)
        page._show_result(figures)

    return show


CLOSE = navigation.CloseAsked(host_records.HostSession(ID), None)
CLOSEOUT = navigation.CloseoutAsked(host_records.HostSession(ID))
LOCKED_IN = check_in_record(stow="locker", numbers=(7,), phones=1, doors=(7,))
LOCKED_OUT = replace(FAREWELL, stow="locker", numbers=(7, 8), phones=5, doors=(7, 8))
DOORS: tuple[Door, ...] = ("closed", "open", "left_open", "stuck", "silent", "opening", "unsteady")
LOCKER_LIST = LockerList(
    tuple(LockerState(number, DOORS[number % len(DOORS)], number % 2 == 0) for number in range(1, 25)),
    "in the kitchen, on the left",
)
SILENT_LOCKERS = LockerList((LockerState(1, "silent", is_held=True),), "in the kitchen, on the left")
PRACTICE = replace(OPEN, is_practice=True)
SETTLED_FRAMES = 4  # frames until a layout is stable
ANY_PASS = visitor_records.PassWays(prints=True, teaches=True)
PICTURES = (
    Picture("welcome", "welcome"),
    Picture("welcome-practice", "welcome", door=door(session=PRACTICE)),
    Picture("welcome-one", "welcome", door=door(people=1, places_left=1, on_break=1)),
    Picture("welcome-full", "welcome", door=door(people=30, places_left=0, free_at=OPEN.until)),
    Picture("welcome-phase", "welcome", door=door(session=QUIET)),
    Picture("welcome-phase-break", "welcome", door=door(session=QUIET, people=9, on_break=3, places_left=8)),
    Picture("welcome-break", "welcome", door=door(people=9, on_break=3, places_left=8, venue_places_left=18)),
    Picture("welcome-empty-break", "welcome", door=door(people=0, on_break=2, places_left=8, venue_places_left=8)),
    Picture("welcome-full-here", "welcome", door=door(people=9, places_left=0, venue_places_left=11)),
    Picture("party-unknown-card", "party", prepare=lambda page: page._handle_card("", UnknownCard())),
    Picture("party-staff-card", "party", prepare=lambda page: page._handle_card("", LEAD)),
    Picture("board-by-card", "board", replace(LEAD, by_card=True, name="Maximiliana-Josephin")),
    Picture("welcome-unreadable", "welcome", prepare=show_unreadable),
    Picture("welcome-sign", "welcome", door=door(reminders=REMINDERS)),
    Picture("welcome-closed", "welcome", door=door(live=())),
    Picture("welcome-closed-long", "welcome", door=door(live=(), coming=PLANNED[3:])),
    Picture("welcome-closed-unplanned", "welcome", door=door(live=(), coming=())),
    Picture("welcome-closed-fetch", "welcome", door=door(live=(), coming=PLANNED[3:], has_left_behind=True)),
    Picture("welcome-closed-fetch-unplanned", "welcome", door=door(live=(), coming=(), has_left_behind=True)),
    Picture(
        "welcome-endless",
        "welcome",
        door=door(venue="The Old Lighthouse Library", session=replace(OPEN, until=None), places_left=None, coming=()),
    ),
    Picture("welcome-several", "welcome", door=door(live=SEVERAL.live)),
    Picture("which", "which", SEVERAL),
    Picture("which-long", "which", LONG_TITLES),
    Picture("whats-on", "whats_on", navigation.WhatsOn(DOOR)),
    *(
        Picture(
            f"board-locker-{what}",
            "board",
            LEAD,
            board=replace(BOARD, health=replace(BOARD.health, locker_troubles=(LockerTrouble(12, what),))),
        )
        for what in ("stuck", "left_open", "unknown", "unsteady")
    ),
    Picture(
        "board-lockers",
        "board",
        host_records.HostSession(ID),
        board=changed(BOARD, lockers=host_records.StowCount(6, 4, (1, 2)), pouches=host_records.StowCount(0, 21)),
    ),
    Picture("party", "party"),
    Picture("party-unreadable", "party", prepare=show_unreadable),
    Picture("party-many", "party", prepare=lambda page: page.more()),
    Picture("stow", "stow", navigation.PartyChosen(1)),
    Picture("stow-lockers", "stow", navigation.PartyChosen(1), shelf=LOCKERS),
    Picture(
        "stow-lockers-alone", "stow", navigation.PartyChosen(1), shelf=replace(LOCKERS, has_pouches=False, reach=None)
    ),
    Picture("stow-party", "stow", navigation.PartyChosen(4), prepare=lambda page: page.set_kept_phones(1)),
    Picture(
        "stow-party-lockers",
        "stow",
        navigation.PartyChosen(4),
        shelf=LOCKERS,
        prepare=lambda page: page.set_kept_phones(1),
    ),
    Picture("stow-none", "stow", navigation.PartyChosen(2), prepare=lambda page: page.set_kept_phones(2)),
    Picture(
        "stow-no-pouch",
        "stow",
        navigation.PartyChosen(1),
        outcome=visitor_records.NoPouch(0),
        prepare=lambda page: page._check_in_with("pouch", page.ids.large.children[0]),
    ),
    Picture("reach", "reach", "+31 20 555 0123"),
    Picture("confirmed", "confirmed", WELCOMED),
    Picture("confirmed-printed", "confirmed", WELCOMED, prepare=show_printed),
    Picture("confirmed-unprinted", "confirmed", WELCOMED, prepare=show_not_printed),
    Picture("confirmed-locker", "confirmed", check_in_record(stow="locker", numbers=(7,), phones=2, party_size=2)),
    Picture("feeling-sign", "feeling", navigation.Feeling(check_in_record(remind_at=OPEN.until))),
    Picture("how-long", "how_long", navigation.HowLong(check_in_record(now=NOW, until=OPEN.until))),
    Picture("how-long-endless", "how_long", navigation.HowLong(check_in_record(now=NOW))),
    Picture("feeling", "feeling", navigation.Feeling(WELCOMED)),
    Picture(
        "feeling-said", "feeling", navigation.Feeling(WELCOMED), prepare=lambda page: setattr(page, "view", "thank")
    ),
    *(
        Picture(f"confirmed-door-{door}", "confirmed", LOCKED_IN, answers={read_doors: {7: door}})
        for door in ("opening", "open", "closed", "stuck")
    ),
    Picture(
        "confirmed-door-none-free",
        "confirmed",
        LOCKED_IN,
        answers={read_doors: {7: "stuck"}},
        prepare=lambda page: page._stuck_replaced(visitor_records.NoPouch(0, "locker")),
    ),
    Picture("confirmed-three", "confirmed", check_in_record(numbers=(14, 15, 21), phones=3, kept=1, party_size=4)),
    Picture("confirmed-many", "confirmed", check_in_record(numbers=MANY, phones=len(MANY), party_size=len(MANY))),
    Picture("confirmed-scattered", "confirmed", check_in_record(numbers=SCATTERED, phones=34, party_size=34)),
    Picture("confirmed-practice", "confirmed", check_in_record(is_practice=True)),
    Picture("confirmed-kept", "confirmed", check_in_record(numbers=(), phones=0, kept=1, reach=None)),
    Picture("confirmed-no-phone", "confirmed", check_in_record(numbers=(), phones=0)),
    Picture("confirmed-host", "confirmed", check_in_record(numbers=(), phones=2, party_size=2)),
    Picture("code", "code", CodeFor.LEAVING, prepare=type_digits("48")),
    Picture("code-slip", "code", visitor_records.Unconfirmed(Slip(("HS1:ABCDEFGHIJKLMNOP",)))),
    Picture("code-stepping", "code", CodeFor.STEPPING_OUT),
    Picture("code-wrong", "code", CodeFor.LEAVING, outcome=visitor_records.NoSuchCode(5), prepare=type_digits("1111")),
    Picture("number", "number", navigation.HelpAsked(CodeFor.LEAVING, code="4827"), prepare=type_digits("14")),
    Picture("number-host", "number", navigation.HelpAsked(CodeFor.LEAVING, host=host_records.HostSession(ID))),
    Picture(
        "number-which",
        "number",
        navigation.HelpAsked(CodeFor.LEAVING, host=host_records.HostSession(ID)),
        prepare=lambda page: setattr(page, "view", "which"),
    ),
    Picture("host-pin-lost", "host_pin", navigation.CodeLost(CodeFor.LEAVING)),
    Picture("thanks", "thanks", FAREWELL),
    Picture("thanks-elsewhere", "thanks", replace(LOCKED_OUT, doors=(), elsewhere=(7, 8))),
    Picture("notice-elsewhere", "notice", visitor_records.LockersElsewhere((7,))),
    Picture("thanks-locker", "thanks", replace(FAREWELL, stow="locker", numbers=(7,), phones=2)),
    Picture("thanks-door-closed", "thanks", LOCKED_OUT, answers={read_doors: {7: "closed", 8: "closed"}}),
    Picture("thanks-door-stuck", "thanks", LOCKED_OUT, answers={read_doors: {7: "stuck", 8: "open"}}),
    Picture("thanks-unknown", "thanks", replace(FAREWELL, numbers=(), phones=0, phone_free=timedelta(), known=False)),
    Picture("thanks-unasked", "thanks", replace(FAREWELL, asks_after=False)),
    Picture("thanks-chosen", "thanks", FAREWELL, prepare=lambda page: setattr(page, "score", 4)),
    Picture("thanks-said", "thanks", FAREWELL, prepare=lambda page: setattr(page, "view", "thank")),
    Picture("thanks-short", "thanks", replace(FAREWELL, numbers=(14, 15), phones=2, phone_free=timedelta(seconds=40))),
    Picture("thanks-kept", "thanks", replace(FAREWELL, numbers=(), phones=0, phone_free=timedelta())),
    Picture("thanks-late", "thanks", LATE),
    Picture("thanks-late-pouch", "thanks", replace(LATE, phones=0)),
    Picture(
        "stepped-out-stuck",
        "stepped",
        visitor_records.SteppedOut((7,), "locker", (7,)),
        answers={read_doors: {7: "stuck"}},
    ),
    Picture("stepped-out", "stepped", visitor_records.SteppedOut((14,))),
    Picture("stepped-back", "stepped", visitor_records.CameBack((14, 15))),
    Picture("stepped-locker", "stepped", visitor_records.SteppedOut((7,), "locker")),
    Picture("stepped-locker-back", "stepped", visitor_records.CameBack((7,), "locker")),
    Picture("stepped-none", "stepped", visitor_records.SteppedOut(())),
    Picture("pass-in", "my_pass", visitor_records.PassSeen("in", "", (14, 15), "pouch")),
    Picture("pass-out", "my_pass", visitor_records.PassSeen("out", "")),
    Picture("pass-closed", "my_pass", visitor_records.PassSeen("closed", "")),
    Picture(
        "pass-forget",
        "my_pass",
        visitor_records.PassSeen("in", "", (14,), "pouch"),
        prepare=lambda page: page.ask_whether(),
    ),
    Picture(
        "pass-forgotten",
        "my_pass",
        visitor_records.PassSeen("in", "", (14,), "pouch"),
        prepare=lambda page: page._show_gone(None),
    ),
    *(
        Picture(f"pass-{why}", "notice", visitor_records.RefusedPass(why))
        for why in ("foreign", "damaged", "revoked", "forgotten", "in_twice", "blank_card")
    ),
    Picture("confirmed-offering", "confirmed", check_in_record(pass_ways=visitor_records.PassWays(prints=True))),
    Picture("get-pass", "get_pass", navigation.PassAsked(check_in_record(pass_ways=ANY_PASS))),
    Picture(
        "get-pass-card",
        "get_pass",
        navigation.PassAsked(check_in_record(pass_ways=visitor_records.PassWays(teaches=True))),
    ),
    *(
        Picture(
            f"get-pass-{name}",
            "get_pass",
            navigation.PassAsked(check_in_record(pass_ways=ANY_PASS)),
            prepare=lambda page, outcome=outcome: page._show_outcome(outcome),
        )
        for name, outcome in (
            ("printed", visitor_records.PassMade("printed")),
            ("taught", visitor_records.PassMade("taught")),
            ("taken", visitor_records.PassNotMade("taken")),
            ("none", visitor_records.PassNotMade("none_left")),
        )
    ),
    Picture("setup-language", "setup_language", navigation.SetupAsked()),
    Picture("setup-venue", "text_entry", navigation.VenueAsked(SETUP)),
    Picture("setup-zone", "text_entry", navigation.ZoneAsked(SETUP)),
    Picture("setup-counts", "setup_counts", navigation.CountsAsked(SETUP)),
    Picture("setup-host", "text_entry", navigation.FirstHostAsked(SETUP)),
    Picture("setup-pin", "new_pin", navigation.FirstPinAsked(SETUP)),
    Picture("setup-pairing", "setup_pairing", navigation.PairingAsked(LEAD)),
    Picture("setup-server", "text_entry", navigation.ServerAsked(LEAD), prepare=type_letters("hearth.example.org")),
    Picture(
        "setup-server-unreachable",
        "text_entry",
        navigation.PairingCodeAsked(LEAD, "https://hearth.example.org"),
        prepare=lambda page: page._handle_outcome(host_records.NotPaired("server")),
    ),
    Picture(
        "setup-code",
        "text_entry",
        navigation.PairingCodeAsked(LEAD, "https://hearth.example.org"),
        prepare=type_letters("7KQM2WXA"),
    ),
    Picture(
        "setup-code-scanned",
        "text_entry",
        navigation.PairingCodeAsked(LEAD, "https://hearth.a-rather-long-name.example.org:8443", "7KQM2WXA"),
    ),
    Picture(
        "setup-code-wrong",
        "text_entry",
        navigation.PairingCodeAsked(LEAD, "https://hearth.example.org"),
        prepare=lambda page: page._handle_outcome(host_records.NotPaired("code")),
    ),
    Picture("hosts", "hosts", navigation.HostsAsked(LEAD), hosts=HOSTS),
    Picture("hosts-unknown", "hosts", navigation.HostsAsked(LEAD), hosts=replace(HOSTS, unknown=2)),
    Picture("hosts-revoked", "hosts", navigation.HostsAsked(LEAD), hosts=replace(HOSTS, must_change_key=True)),
    Picture("hosts-no-lead", "hosts", navigation.HostsAsked(replace(LEAD, role="host"))),
    Picture("host", "host", navigation.HostChosen(LEAD, HOSTS.hosts[1])),
    Picture("host-lead", "host", navigation.HostChosen(LEAD, HOSTS.hosts[0])),
    Picture(
        "host-last-lead",
        "host",
        navigation.HostChosen(LEAD, HOSTS.hosts[0]),
        prepare=lambda page: page._handle_outcome(host_records.LastLead(HOSTS.hosts[0])),
    ),
    Picture(
        "host-remove", "host", navigation.HostChosen(LEAD, HOSTS.hosts[1]), prepare=lambda page: page.ask_removal()
    ),
    Picture("host-card", "host", navigation.HostChosen(LEAD, HOSTS.hosts[1]), prepare=lambda page: page.ask_card()),
    Picture("host-card-taught", "host", navigation.HostChosen(LEAD, HOSTS.hosts[1]), prepare=teach_card),
    Picture("host-card-taken", "host", navigation.HostChosen(LEAD, HOSTS.hosts[0]), prepare=show_card_taken),
    Picture("host-card-change", "host", WITH_CARD, prepare=lambda page: page.ask_card()),
    Picture("host-name", "text_entry", navigation.HostNameAsked(LEAD), prepare=type_letters("jo")),
    Picture(
        "host-name-long", "text_entry", navigation.HostNameAsked(LEAD), prepare=type_letters("maximiliana-josephin")
    ),
    Picture("host-rename", "text_entry", navigation.HostRenameAsked(LEAD, HOSTS.hosts[1])),
    Picture("host-name-accents", "text_entry", navigation.HostNameAsked(LEAD), prepare=show_more_letters),
    Picture("host-role", "host_role", navigation.HostNamed(LEAD, "Josephine")),
    Picture("new-pin", "new_pin", navigation.PinsAsked(LEAD, host_records.NewHost("Josephine", "host"))),
    Picture("new-pin-again", "new_pin", navigation.PinsAsked(LEAD, HOSTS.hosts[2])),
    Picture("new-pins", "new_pin", navigation.PinsAsked(LEAD, None)),
    Picture("venue-key", "venue_key", navigation.KeyAsked(LEAD)),
    Picture("type-key", "type_key", navigation.KeyEntryAsked(), prepare=type_digits("00858")),
    Picture("type-key-misread", "type_key", navigation.KeyEntryAsked(LEAD), prepare=type_digits("00851")),
    Picture(
        "type-key-wrong",
        "type_key",
        navigation.KeyEntryAsked(),
        prepare=lambda page: page._handle_outcome(host_records.WrongKey()),
    ),
    Picture("settings", "settings", navigation.SettingsAsked(LEAD)),
    Picture("settings-coordinated", "settings", navigation.SettingsAsked(LEAD), settings=COORDINATED),
    Picture("settings-no-lead", "settings", navigation.SettingsAsked(replace(LEAD, role="host"))),
    Picture("settings-screen", "settings_screen", navigation.ScreenSettingsAsked(LEAD)),
    *(
        Picture(f"setting-{name}", "setting_choice", navigation.SettingAsked(LEAD, name))
        for name in ("language", "theme", "sounds", "brightness", "night_dimming", "idle_minutes")
    ),
    Picture("settings-stow", "settings_stow", navigation.StowSettingsAsked(LEAD)),
    Picture("settings-stow-coordinated", "settings_stow", navigation.StowSettingsAsked(LEAD), settings=COORDINATED),
    Picture("settings-phone", "text_entry", navigation.PhoneAsked(LEAD, "+31 20 555 0123")),
    Picture("settings-templates", "settings_templates", navigation.TemplatesAsked(LEAD)),
    Picture("settings-template", "settings_template", navigation.TemplateAsked(LEAD, 1)),
    *(
        Picture(
            f"settings-template-{name}",
            "setting_choice",
            navigation.TemplatePartAsked(LEAD, 1, name, SETTINGS.values.templates[1]),
        )
        for name in ("session_kind", "minutes", "capacity")
    ),
    Picture(
        "settings-template-title",
        "text_entry",
        navigation.TemplateTitleAsked(LEAD, 1, SETTINGS.values.templates[1]),
    ),
    Picture("settings-server", "settings_server", navigation.ServerSettingsAsked(LEAD)),
    Picture("settings-server-alone", "settings_server", navigation.ServerSettingsAsked(LEAD), health=ILL),
    Picture("lockers", "lockers", navigation.LockersAsked(LEAD), answers={read_lockers: LOCKER_LIST}),
    Picture(
        "settings-lockers",
        "settings",
        navigation.SettingsAsked(replace(LEAD, role="host")),
        answers={read_lockers: LOCKER_LIST},
    ),
    Picture("settings-health", "settings_health", navigation.HealthAsked(LEAD)),
    Picture("settings-health-ill", "settings_health", navigation.HealthAsked(LEAD), health=ILL),
    Picture(
        "settings-health-exported",
        "settings_health",
        navigation.HealthAsked(LEAD),
        prepare=lambda page: page._exported(Path("/var/lib/hearth/export/hearth-log-2026-11-24-1912.txt")),
    ),
    Picture(
        "settings-health-full",
        "settings_health",
        navigation.HealthAsked(LEAD),
        prepare=lambda page: page._exported(None),
    ),
    Picture("sure-unpair", "sure", navigation.SureAsked(LEAD, "unpair")),
    Picture("sure-restart", "sure", navigation.SureAsked(LEAD, "restart")),
    Picture("sure-power-off", "sure", navigation.SureAsked(LEAD, "power_off")),
    Picture(
        "sure-power-off-failed",
        "sure",
        navigation.SureAsked(LEAD, "power_off"),
        prepare=lambda page: page._powered_off(False),
    ),
    Picture("idle", "idle", navigation.Idle("The Reading Room")),
    Picture("notice-hosts-lost", "notice", host_records.NoAccess("lost")),
    Picture("host-pin", "host_pin", prepare=type_digits("1234")),
    Picture("host-pin-long", "host_pin", prepare=type_digits("12345678")),
    Picture("host-pin-beyond-card", "host_pin", BEYOND_CARD),
    Picture("host-pin-held", "host_pin", prepare=lambda page: page._handle_outcome(host_records.WrongPin(30))),
    Picture("board", "board", host_records.HostSession(ID)),
    Picture(
        "board-limitless",
        "board",
        host_records.HostSession(ID),
        board=changed(
            BOARD,
            capacity=None,
            places_left=None,
            pouches=host_records.StowCount(30, 21, SCATTERED),
            is_paired=False,
            people=112,
        ),
    ),
    Picture(
        "board-break",
        "board",
        host_records.HostSession(ID),
        board=changed(BOARD, places_left=8, on_break=12, people=100),
    ),
    Picture(
        "board-unpaired",
        "board",
        host_records.HostSession(ID),
        board=changed(BOARD, is_paired=False, trouble="pairing lost"),
    ),
    Picture(
        "board-practice",
        "board",
        host_records.HostSession(ID),
        board=changed(BOARD, session=PRACTICE, live=(PRACTICE,)),
    ),
    Picture("board-copied", "board", host_records.HostSession(ID), board=changed(BOARD, trouble="copied")),
    Picture("board-damaged", "board", host_records.HostSession(ID), board=changed(SHUT, trouble="damaged")),
    Picture(
        "board-several",
        "board",
        host_records.HostSession(ID),
        board=changed(BOARD, live=(OPEN, replace(OPEN, id=UUID(int=2))), reminders=REMINDERS),
    ),
    Picture("board-undo", "board", host_records.HostSession(ID), board=changed(BOARD, last_act=correction_samples.ACT)),
    Picture(
        "board-undo-sure",
        "board",
        host_records.HostSession(ID),
        board=changed(BOARD, last_act=correction_samples.SPLIT_ACT),
        prepare=lambda page: page.undo(),
    ),
    Picture(
        "board-undo-shut",
        "board",
        host_records.HostSession(ID),
        board=changed(SHUT, last_act=correction_samples.CLOSING),
        prepare=lambda page: page.undo(),
    ),
    Picture("board-another", "board", host_records.HostSession(ID), prepare=lambda page: page.show_next_session()),
    Picture("board-shut", "board", host_records.HostSession(ID), board=SHUT),
    Picture("board-planned", "board", host_records.HostSession(ID), board=changed(SHUT, planned=PLANNED)),
    Picture(
        "board-shut-out",
        "board",
        host_records.HostSession(ID),
        board=changed(SHUT, pouches=host_records.StowCount(30, 21, (3, 14)), entries_waiting=0),
    ),
    Picture("close", "close", CLOSE),
    Picture("close-list", "close", CLOSE, prepare=show_open_items(OPEN_ITEMS)),
    Picture("close-list-thirty", "close", CLOSE, prepare=show_open_items(THIRTY_ITEMS)),
    Picture("close-item", "close", CLOSE, prepare=show_open_item(OPEN_ITEMS.to_clear[0])),
    Picture("close-item-locker", "close", CLOSE, prepare=show_open_item(LOCKER_ITEM)),
    Picture("close-item-lost", "close", CLOSE, prepare=show_open_item(OPEN_ITEMS.lost[0])),
    Picture("close-note", "close", CLOSE, prepare=show_open_item(OPEN_ITEMS.to_clear[0], notes=True)),
    Picture(
        "close-after", "close", CLOSE, prepare=show_result(closeout_records.CloseoutFigures(2, (3, 14, 15, 16), (7,)))
    ),
    *CORRECTIONS,
    Picture("host-pin-ending", "host_pin", navigation.RollCallEndAsked()),
    Picture("evacuation", "evacuation", navigation.EvacuateAsked(None)),
    Picture("evacuation-broken", "evacuation", navigation.RollCallAsked(), roll=EVERYTHING_BROKEN),
    Picture("evacuation-lockers", "evacuation", navigation.RollCallAsked(), roll=LOCKER_ROLL),
    Picture("evacuation-board", "evacuation", navigation.RollCallAsked(), roll=replace(LOCKER_ROLL, has_board=True)),
    Picture("open-all-pin", "host_pin", navigation.OpenAllAsked()),
    Picture("open-all", "open_all", navigation.AllLockersAsked(LEAD), answers={read_all: LOCKER_LIST}),
    Picture("open-all-silent", "open_all", navigation.AllLockersAsked(LEAD), answers={read_all: SILENT_LOCKERS}),
    Picture("evacuation-out", "evacuation", navigation.RollCallAsked(), roll=EVERYBODY_OUT),
    Picture("evacuation-nobody", "evacuation", navigation.RollCallAsked(), roll=replace(ROLL, entries=())),
    Picture("evacuation-end", "evacuation_end", navigation.RollCallEnding(None)),
    Picture("evacuation-end-out", "evacuation_end", navigation.RollCallEnding(None), roll=EVERYBODY_OUT),
    Picture("session", "session", SESSION_ASKED),
    Picture("session-dealt", "session", SESSION_ASKED, session=replace(DETAILS, places_left=7, phases=())),
    Picture("session-turned-away", "session", SESSION_ASKED, prepare=lambda page: page.show_turned_away()),
    Picture("session-extend", "session", SESSION_ASKED, prepare=lambda page: page.show_extend()),
    Picture("session-places", "session", SESSION_ASKED, prepare=lambda page: page.show_places()),
    Picture(
        "session-places-free",
        "session",
        SESSION_ASKED,
        session=replace(DETAILS, firm_limit=None),
        prepare=lambda page: page.show_places(),
    ),
    Picture("timetable", "timetable", TIMETABLE_ASKED),
    Picture("timetable-empty", "timetable", TIMETABLE_ASKED, week=replace(WEEK, weekly=(), closed=())),
    Picture("timetable-add", "timetable", TIMETABLE_ASKED, prepare=lambda page: page.add()),
    Picture("weekly", "weekly", navigation.WeeklyAsked(TIMETABLE_ASKED.host, WEEKLY[0])),
    Picture("weekly-long", "weekly", navigation.WeeklyAsked(TIMETABLE_ASKED.host, WEEKLY[1])),
    Picture(
        "weekly-days",
        "weekly",
        navigation.WeeklyAsked(TIMETABLE_ASKED.host, WEEKLY[0]),
        prepare=lambda page: page.ask_days(),
    ),
    Picture(
        "weekly-time",
        "weekly",
        navigation.WeeklyAsked(TIMETABLE_ASKED.host, WEEKLY[0]),
        prepare=lambda page: page.ask_time(),
    ),
    Picture("weekly-new", "weekly", navigation.WeeklyAsked(TIMETABLE_ASKED.host, TEMPLATES[0])),
    Picture(
        "weekly-itself",
        "weekly",
        navigation.WeeklyAsked(TIMETABLE_ASKED.host, WEEKLY[0]),
        prepare=lambda page: page.ask_itself(),
    ),
    Picture(
        "weekly-end",
        "weekly",
        navigation.WeeklyAsked(TIMETABLE_ASKED.host, WEEKLY[0]),
        prepare=lambda page: page.ask_end(),
    ),
    Picture("close-after-clear", "close", CLOSE, prepare=show_result(closeout_records.CloseoutFigures())),
    Picture("closeout", "closeout", CLOSEOUT, prepare=lambda page: page._fill(CloseoutState(OPEN_ITEMS, REPORT))),
    Picture("closeout-thirty", "closeout", CLOSEOUT, prepare=lambda page: page._fill(CloseoutState(THIRTY_ITEMS))),
    Picture("closeout-clear", "closeout", CLOSEOUT, prepare=lambda page: page._fill(CloseoutState(OpenItems()))),
    Picture("language", "language", DisplayPreferences()),
    Picture("access", "access", DisplayPreferences(aloud=False)),
    Picture("access-voiceless", "access", DisplayPreferences()),
    Picture("welcome-focused", "welcome", prepare=focus_on("come_in")),
    Picture("party-focused", "party", prepare=focus_on("size_2")),
    Picture("still-here", "party", prepare=show_idle_prompt),
    Picture("notice", "notice", visitor_records.SessionFull(0, 0)),
    Picture("notice-nearly", "notice", visitor_records.SessionFull(2, 2)),
    Picture("notice-here", "notice", visitor_records.SessionFull(2, 15)),
    Picture("notice-not-here", "notice", visitor_records.SessionFull(0, 15)),
    Picture("notice-firm", "notice", visitor_records.SessionFull(0, 0, 4, ID, 0)),
    Picture("notice-firm-some", "notice", visitor_records.SessionFull(0, 0, 4, ID, 2)),
    Picture("host-pin-over", "host_pin", navigation.OverCapacityAsked(3, ID)),
    Picture("notice-over", "notice", visitor_records.VisitOver(1)),
    Picture("notice-over-pouch", "notice", visitor_records.VisitOver(0)),
    Picture("notice-slip", "notice", visitor_records.NoSuchCode()),
    Picture("notice-key", "notice", host_records.NoAccess("key")),
    Picture("notice-disk", "notice", navigation.Failure(disk=True)),
)


class Gallery:
    """Shows the pages one by one in a real window."""

    def __init__(self, only: str = "") -> None:
        self.bridge = CannedBridge()
        self.manager = ScreenManager(transition=NoTransition())
        self._only = only
        Window.add_widget(self.manager)
        EventLoop.start()

    def each(self, share: slice = slice(None)) -> Iterator[Picture]:
        """Yield each picture of a share while it is shown, built with the current display preferences."""
        self.manager.clear_widgets()
        Window.clearcolor = theme.paper
        for picture in PICTURES[share]:
            if picture.name.startswith(self._only):
                page = self._page(picture)
                self.manager.current = page.name
                page.activate(picture.argument)
                picture.prepare(page)
                for _ in range(SETTLED_FRAMES):
                    EventLoop.idle()
                yield picture
                page.deactivate()

    def front_widget(self) -> Widget:
        """The overlay, if any, else the page."""
        page = self.manager.current_screen
        return next((child for child in page.children if isinstance(child, StillHere | Message)), page)

    def draw(self, outdir: Path) -> None:
        """Save all pictures."""
        for picture in self.each():
            target = outdir / f"{picture.name}.png"
            Path(Window.screenshot(name=str(target))).rename(target)

    def draw_one(self, name: str, file: Path) -> None:
        """Save one picture as ``file``."""
        self._only = name
        for picture in self.each():
            if picture.name == name:
                Path(Window.screenshot(name=str(file))).rename(file)

    def _page(self, picture: Picture) -> Page:
        self.bridge.picture = picture
        if not self.manager.has_screen(picture.screen):
            kind = catalogue.find(picture.screen)
            self.manager.add_widget(kind(self.bridge, lambda *_: None, name=picture.screen))
        page: Page = self.manager.get_screen(picture.screen)
        return page
