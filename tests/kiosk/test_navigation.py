"""Which screen follows an answer."""

from datetime import timedelta
from uuid import uuid4

import pytest

from kiosk.navigation import (
    HOME,
    CloseAsked,
    CloseoutAsked,
    CodeFor,
    CodeLost,
    Destination,
    Failure,
    Feeling,
    HelpAsked,
    HostsAsked,
    HowLong,
    Intent,
    KeyEntryAsked,
    PartyChosen,
    SessionChoice,
    WhatsOn,
    ZoneAsked,
    after,
)
from kiosk.rules.slips import Slip
from kiosk.services.records import host_records, visitor_records

CHECKED_IN = visitor_records.CheckedIn((14,), 1, 0, 1, "4827", "HS1:ABCDEFGHIJKLMNOP", "from the shelf", None)
CHECKED_OUT = visitor_records.CheckedOut(uuid4(), (14,), 1, timedelta(minutes=102))
HOST = host_records.HostSession(uuid4())
SETUP = host_records.Setup("Mill café", "Hall", 20, 0)
SESSION = uuid4()
SEVERAL = visitor_records.SeveralSessions(())
DOOR = visitor_records.DoorState("The Reading Room", (), 0, has_host=True)
OVER = visitor_records.VisitOver(1)
UNCONFIRMED = visitor_records.Unconfirmed(Slip((CHECKED_IN.slip,)))
SHARED_CODE, LOST_CODE = HelpAsked(CodeFor.LEAVING, "4827"), CodeLost(CodeFor.STEPPING_OUT)
HELP_BY_HOST = HelpAsked(CodeFor.STEPPING_OUT, host=HOST)


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
        ("host_pin", KeyEntryAsked(), Destination("type_key", KeyEntryAsked())),
        ("host_pin", host_records.NoAccess("lost"), Destination("notice", host_records.NoAccess("lost"))),
        ("host_pin", HOST, Destination("board", HOST)),
        ("board", CloseAsked(HOST, SESSION), Destination("close", CloseAsked(HOST, SESSION))),
        ("board", CloseoutAsked(HOST), Destination("closeout", CloseoutAsked(HOST))),
        ("closeout", HOST, Destination("board", HOST)),
        ("code", OVER, Destination("notice", OVER)),
        ("number", OVER, Destination("notice", OVER)),
        ("close", HOST, Destination("board", HOST)),
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
