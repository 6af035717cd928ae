"""Which screen follows an answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from kiosk.navigation import (
    HOME,
    SIGN_IN,
    AllLockersAsked,
    CloseAsked,
    CloseoutAsked,
    CodeFor,
    CodeLost,
    CorrectAsked,
    CountAsked,
    Destination,
    EvacuateAsked,
    Failure,
    Feeling,
    FindAsked,
    HealthAsked,
    HelpAsked,
    HostsAsked,
    HowLong,
    Intent,
    KeyEntryAsked,
    LockersAsked,
    NumbersAsked,
    OpenAllAsked,
    OverCapacityAsked,
    PartyChosen,
    PinAsked,
    RollCallAsked,
    RollCallEndAsked,
    RollCallEnding,
    SessionAsked,
    SessionChoice,
    SettingAsked,
    SettingsAsked,
    SplitAsked,
    SureAsked,
    TimeAsked,
    TimetableAsked,
    VisitAsked,
    WeeklyAsked,
    WhatsOn,
    ZoneAsked,
    after,
    host_of,
    signed_in_again,
)
from kiosk.rules.slips import Slip
from kiosk.services.records import host_records, visitor_records
from kiosk.services.records.correction_records import CorrectableVisit, CorrectionOptions

CHECKED_IN = visitor_records.CheckedIn((14,), 1, 0, 1, "4827", "HS1:ABCDEFGHIJKLMNOP", "from the shelf", None)
CHECKED_OUT = visitor_records.CheckedOut(uuid4(), (14,), 1, timedelta(minutes=102))
NO_KEY = host_records.NoAccess("key")
HOST = host_records.HostSession(uuid4())
SETUP = host_records.Setup("Mill café", "Hall", 20, 0)
SESSION = uuid4()
SESSION_ASKED, OVER_CAPACITY = SessionAsked(HOST, SESSION), OverCapacityAsked(3, SESSION)
LET_IN = PartyChosen(3, SESSION, HOST)
WEEKLY = WeeklyAsked(HOST, host_records.Template("Chess", "club", 60, 16))
SEVERAL = visitor_records.SeveralSessions(())
DOOR = visitor_records.DoorState("The Reading Room", (), 0, has_host=True)
OVER = visitor_records.VisitOver(1)
UNCONFIRMED = visitor_records.Unconfirmed(Slip((CHECKED_IN.slip,)))
PASS_SEEN, PASS_CHOOSES = visitor_records.PassSeen("out", "5" * 32), visitor_records.PassChooses("5" * 32)
PASS_REFUSED = visitor_records.RefusedPass("revoked")
SHARED_CODE, LOST_CODE = HelpAsked(CodeFor.LEAVING, "4827"), CodeLost(CodeFor.STEPPING_OUT)
HELP_BY_HOST = HelpAsked(CodeFor.STEPPING_OUT, host=HOST)


OPTIONS = CorrectionOptions(CorrectableVisit(uuid4(), datetime(2026, 11, 24, 19, tzinfo=UTC), "pouch", (14,), 2, 1, 0))
CORRECT, CORRECT_VISIT = CorrectAsked(HOST), VisitAsked(HOST, OPTIONS.visit.id)
CORRECTION_PAGES = "correct_count", "correct_pouch", "correct_time", "correct_split"


@pytest.mark.parametrize(
    ("screen", "answer", "destination"),
    [
        ("welcome", Intent.COME_IN, Destination("party")),
        ("party", PartyChosen(3), Destination("stow", PartyChosen(3))),
        ("party", SEVERAL, Destination("which", SEVERAL)),
        ("thanks", CHECKED_OUT, Destination("thanks", CHECKED_OUT)),
        ("stepped", CHECKED_OUT, Destination("thanks", CHECKED_OUT)),
        ("notice", visitor_records.CameBack((14,)), Destination("stepped", visitor_records.CameBack((14,)))),
        ("welcome", UNCONFIRMED, Destination("code", UNCONFIRMED)),
        ("stow", CHECKED_IN, Destination("confirmed", CHECKED_IN)),
        ("confirmed", Intent.HOME, HOME),
        ("confirmed", Feeling(CHECKED_IN), Destination("feeling", Feeling(CHECKED_IN))),
        ("feeling", HowLong(CHECKED_IN), Destination("how_long", HowLong(CHECKED_IN))),
        ("how_long", Feeling(CHECKED_IN), Destination("feeling", Feeling(CHECKED_IN))),
        ("welcome", SEVERAL, Destination("which", SEVERAL)),
        ("board", SettingsAsked(HOST), Destination("settings", SettingsAsked(HOST))),
        ("settings", HealthAsked(HOST), Destination("settings_health", HealthAsked(HOST))),
        ("settings", HOST, Destination("board", HOST)),
        ("settings_screen", SettingAsked(HOST, "theme"), Destination("setting_choice", SettingAsked(HOST, "theme"))),
        ("settings_health", SureAsked(HOST, "restart"), Destination("sure", SureAsked(HOST, "restart"))),
        ("sure", HealthAsked(HOST), Destination("settings_health", HealthAsked(HOST))),
        ("idle", Intent.HOME, HOME),
        ("stow", SEVERAL, Destination("which", SEVERAL)),
        ("which", SessionChoice(SESSION), Destination("party", SessionChoice(SESSION))),
        ("stow", SessionChoice(SESSION), Destination("party", SessionChoice(SESSION))),
        ("welcome", WhatsOn(DOOR), Destination("whats_on", WhatsOn(DOOR))),
        ("welcome", CHECKED_OUT, Destination("thanks", CHECKED_OUT)),
        ("welcome", visitor_records.NoSuchCode(), Destination("notice", visitor_records.NoSuchCode())),
        ("code", LOST_CODE, Destination("host_pin", LOST_CODE)),
        ("code", SHARED_CODE, Destination("number", SHARED_CODE)),
        ("host_pin", HELP_BY_HOST, Destination("number", HELP_BY_HOST)),
        ("number", CHECKED_OUT, Destination("thanks", CHECKED_OUT)),
        ("welcome", Intent.LEAVE, Destination("code", CodeFor.LEAVING)),
        ("code", CHECKED_OUT, Destination("thanks", CHECKED_OUT)),
        ("thanks", Intent.HOME, HOME),
        ("welcome", Intent.STEP_OUT, Destination("code", CodeFor.STEPPING_OUT)),
        ("code", visitor_records.SteppedOut((14,)), Destination("stepped", visitor_records.SteppedOut((14,)))),
        ("code", visitor_records.CameBack((14,)), Destination("stepped", visitor_records.CameBack((14,)))),
        ("welcome", Intent.HOST, Destination("host_pin")),
        ("setup_pairing", HOST, Destination("board", HOST)),
        ("text_entry", ZoneAsked(SETUP), Destination("text_entry", ZoneAsked(SETUP))),
        ("new_pin", HostsAsked(HOST), Destination("hosts", HostsAsked(HOST))),
        ("host_pin", NO_KEY, Destination("notice", NO_KEY)),
        ("notice", KeyEntryAsked(), Destination("type_key", KeyEntryAsked())),
        ("notice", EvacuateAsked(None), Destination("evacuation", EvacuateAsked(None))),
        ("host_pin", host_records.NoAccess("lost"), Destination("notice", host_records.NoAccess("lost"))),
        ("host_pin", HOST, Destination("board", HOST)),
        ("board", CloseAsked(HOST, SESSION), Destination("close", CloseAsked(HOST, SESSION))),
        ("board", CloseoutAsked(HOST), Destination("closeout", CloseoutAsked(HOST))),
        ("closeout", HOST, Destination("board", HOST)),
        ("code", OVER, Destination("notice", OVER)),
        ("number", OVER, Destination("notice", OVER)),
        ("close", HOST, Destination("board", HOST)),
        ("notice", OVER_CAPACITY, Destination("host_pin", OVER_CAPACITY)),
        ("host_pin", LET_IN, Destination("stow", LET_IN)),
        ("board", SESSION_ASKED, Destination("session", SESSION_ASKED)),
        ("session", HOST, Destination("board", HOST)),
        ("session", CloseAsked(HOST, SESSION), Destination("close", CloseAsked(HOST, SESSION))),
        ("board", TimetableAsked(HOST), Destination("timetable", TimetableAsked(HOST))),
        ("timetable", HOST, Destination("board", HOST)),
        ("timetable", WEEKLY, Destination("weekly", WEEKLY)),
        ("weekly", TimetableAsked(HOST), Destination("timetable", TimetableAsked(HOST))),
        ("board", CORRECT, Destination("correct", CORRECT)),
        ("correct", HOST, Destination("board", HOST)),
        ("correct", FindAsked(HOST), Destination("correct_number", FindAsked(HOST))),
        ("correct", CORRECT_VISIT, Destination("correct_visit", CORRECT_VISIT)),
        ("correct_number", CORRECT, Destination("correct", CORRECT)),
        ("correct_number", CORRECT_VISIT, Destination("correct_visit", CORRECT_VISIT)),
        ("correct_visit", CORRECT, Destination("correct", CORRECT)),
        ("correct_visit", CountAsked(HOST, OPTIONS), Destination("correct_count", CountAsked(HOST, OPTIONS))),
        ("correct_visit", NumbersAsked(HOST, OPTIONS), Destination("correct_pouch", NumbersAsked(HOST, OPTIONS))),
        ("correct_visit", TimeAsked(HOST, OPTIONS), Destination("correct_time", TimeAsked(HOST, OPTIONS))),
        ("correct_visit", SplitAsked(HOST, OPTIONS), Destination("correct_split", SplitAsked(HOST, OPTIONS))),
        *((page, CORRECT, Destination("correct", CORRECT)) for page in CORRECTION_PAGES),
        *((page, CORRECT_VISIT, Destination("correct_visit", CORRECT_VISIT)) for page in CORRECTION_PAGES),
        ("host_pin", EvacuateAsked(None), Destination("evacuation", EvacuateAsked(None))),
        ("board", EvacuateAsked(HOST), Destination("evacuation", EvacuateAsked(HOST))),
        ("welcome", RollCallAsked(), Destination("evacuation", RollCallAsked())),
        ("evacuation", RollCallEndAsked(), Destination("host_pin", RollCallEndAsked())),
        ("evacuation", OpenAllAsked(), Destination("host_pin", OpenAllAsked())),
        ("evacuation", AllLockersAsked(None), Destination("open_all", AllLockersAsked(None))),
        ("host_pin", AllLockersAsked(HOST), Destination("open_all", AllLockersAsked(HOST))),
        ("open_all", RollCallAsked(), Destination("evacuation", RollCallAsked())),
        ("settings", LockersAsked(HOST), Destination("lockers", LockersAsked(HOST))),
        ("lockers", SettingsAsked(HOST), Destination("settings", SettingsAsked(HOST))),
        ("evacuation", RollCallEnding(None), Destination("evacuation_end", RollCallEnding(None))),
        ("host_pin", RollCallAsked(), Destination("evacuation", RollCallAsked())),
        ("host_pin", RollCallEnding(HOST), Destination("evacuation_end", RollCallEnding(HOST))),
        ("evacuation_end", RollCallAsked(), Destination("evacuation", RollCallAsked())),
        ("evacuation_end", HOST, Destination("board", HOST)),
        *((page, PASS_SEEN, Destination("my_pass", PASS_SEEN)) for page in ("welcome", "my_pass", "code", "idle")),
        ("welcome", PASS_CHOOSES, Destination("party", PASS_CHOOSES)),
        ("thanks", PASS_REFUSED, Destination("notice", PASS_REFUSED)),
        ("notice", CHECKED_IN, Destination("confirmed", CHECKED_IN)),
        ("which", CHECKED_IN, Destination("confirmed", CHECKED_IN)),
        ("which", PASS_CHOOSES, Destination("party", PASS_CHOOSES)),
        ("stow", Failure(disk=True), Destination("notice", Failure(disk=True))),
        ("new_pin", Failure(disk=False), Destination("notice", Failure(disk=False))),
    ],
)
def test_each_answer_leads_on(screen: str, answer: object, destination: Destination) -> None:
    assert after(screen, answer) == destination


@pytest.mark.parametrize(
    "outcome", [visitor_records.SessionFull(0, 0), visitor_records.SessionFull(2, 5), visitor_records.NotOpen()]
)
def test_a_party_that_cannot_check_in_sees_why(outcome: object) -> None:
    for screen in ("party", "stow"):
        assert after(screen, outcome) == Destination("notice", outcome)


def test_an_answer_that_a_screen_does_not_give_is_an_error() -> None:
    with pytest.raises(LookupError):
        after("party", CHECKED_IN)


BY_CARD = host_records.HostSession(uuid4(), role="lead", by_card=True)


@pytest.mark.parametrize("answer", [SettingsAsked(BY_CARD), HostsAsked(BY_CARD)])
def test_a_lead_who_has_signed_in_by_card_types_the_pin_before_a_page_for_leads(answer: object) -> None:
    destination = after("settings" if isinstance(answer, HostsAsked) else "board", answer)

    assert isinstance(destination.argument, PinAsked)
    assert (destination.screen, destination.argument.following.argument) == ("host_pin", answer)
    assert host_of(destination.argument) is None, "the page for the PIN is nobody's yet"
    lead = host_records.HostSession(BY_CARD.host_id, role="lead")
    assert signed_in_again(destination.argument.following, lead).argument == type(answer)(lead)  # type: ignore[call-arg]


@pytest.mark.parametrize("host", [replace(BY_CARD, role="host"), replace(BY_CARD, by_card=False)])
def test_nobody_else_is_asked_for_the_pin_again(host: host_records.HostSession) -> None:
    assert after("board", SettingsAsked(host)) == Destination("settings", SettingsAsked(host))


@pytest.mark.parametrize("screen", ["welcome", "whats_on", "idle", "thanks", "stepped", "notice", "host_pin"])
def test_a_card_opens_the_board_from_the_screens_at_the_door(screen: str) -> None:
    assert screen in SIGN_IN
    assert after(screen, BY_CARD) == Destination("board", BY_CARD)
