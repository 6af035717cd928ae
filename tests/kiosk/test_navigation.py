"""What comes after what."""

from datetime import timedelta
from uuid import uuid4

import pytest

from kiosk.navigation import (
    HOME,
    CodeFor,
    CodeLost,
    Destination,
    Failure,
    Feeling,
    HelpAsked,
    HowLong,
    Intent,
    PartyChosen,
    SessionChoice,
    WhatsOn,
    after,
)
from kiosk.rules.slips import Slip
from kiosk.services.records import host_records, visitor_records

WELCOMED = visitor_records.CheckedIn((14,), 1, 0, 1, "4827", "HS1:ABCDEFGHIJKLMNOP", "from the shelf", None)
FAREWELL = visitor_records.CheckedOut(uuid4(), (14,), 1, timedelta(minutes=102))
HOST = host_records.HostSession(uuid4())
SESSION = uuid4()
SEVERAL = visitor_records.SeveralSessions(())
DOOR = visitor_records.DoorState("The Reading Room", (), 0, has_host=True)
UNCONFIRMED = visitor_records.Unconfirmed(Slip((WELCOMED.slip,)))
SHARED, LOST = HelpAsked(CodeFor.LEAVING, "4827"), CodeLost(CodeFor.STEPPING_OUT)
HELPED = HelpAsked(CodeFor.STEPPING_OUT, host=HOST.host)


@pytest.mark.parametrize(
    ("screen", "answer", "destination"),
    [
        ("welcome", Intent.COME_IN, Destination("party")),
        ("party", PartyChosen(3), Destination("stow", PartyChosen(3))),
        ("party", SEVERAL, Destination("which", SEVERAL)),
        ("thanks", FAREWELL, Destination("thanks", FAREWELL)),
        ("stepped", FAREWELL, Destination("thanks", FAREWELL)),
        ("notice", visitor_records.CameBack((14,)), Destination("stepped", visitor_records.CameBack((14,)))),
        ("welcome", UNCONFIRMED, Destination("code", UNCONFIRMED)),
        ("stow", WELCOMED, Destination("confirmed", WELCOMED)),
        ("confirmed", Intent.HOME, HOME),
        ("confirmed", Feeling(WELCOMED), Destination("feeling", Feeling(WELCOMED))),
        ("feeling", HowLong(WELCOMED), Destination("how_long", HowLong(WELCOMED))),
        ("how_long", Feeling(WELCOMED), Destination("feeling", Feeling(WELCOMED))),
        ("welcome", SEVERAL, Destination("which", SEVERAL)),
        ("stow", SEVERAL, Destination("which", SEVERAL)),
        ("which", SessionChoice(SESSION), Destination("party", SessionChoice(SESSION))),
        ("stow", SessionChoice(SESSION), Destination("party", SessionChoice(SESSION))),
        ("welcome", WhatsOn(DOOR), Destination("whats_on", WhatsOn(DOOR))),
        ("welcome", FAREWELL, Destination("thanks", FAREWELL)),
        ("welcome", visitor_records.NoSuchCode(), Destination("notice", visitor_records.NoSuchCode())),
        ("code", LOST, Destination("host_pin", LOST)),
        ("code", SHARED, Destination("number", SHARED)),
        ("host_pin", HELPED, Destination("number", HELPED)),
        ("number", FAREWELL, Destination("thanks", FAREWELL)),
        ("welcome", Intent.LEAVE, Destination("code", CodeFor.LEAVING)),
        ("code", FAREWELL, Destination("thanks", FAREWELL)),
        ("thanks", Intent.HOME, HOME),
        ("welcome", Intent.STEP_OUT, Destination("code", CodeFor.STEPPING_OUT)),
        ("code", visitor_records.SteppedOut((14,)), Destination("stepped", visitor_records.SteppedOut((14,)))),
        ("code", visitor_records.CameBack((14,)), Destination("stepped", visitor_records.CameBack((14,)))),
        ("welcome", Intent.HOST, Destination("host_pin")),
        ("first_pin", HOST, Destination("board", HOST)),
        ("host_pin", HOST, Destination("board", HOST)),
        ("board", (HOST, Intent.CLOSE), Destination("close", HOST)),
        ("close", (HOST, None), Destination("board", HOST)),
        ("stow", Failure(disk=True), Destination("notice", Failure(disk=True))),
        ("first_pin", Failure(disk=False), Destination("notice", Failure(disk=False))),
    ],
)
def test_each_answer_leads_on(screen: str, answer: object, destination: Destination) -> None:
    assert after(screen, answer) == destination


@pytest.mark.parametrize(
    "outcome", [visitor_records.SessionFull(0, 0), visitor_records.SessionFull(2, 5), visitor_records.NotOpen()]
)
def test_who_cant_come_in_is_told_why(outcome: object) -> None:
    for screen in ("party", "stow"):
        assert after(screen, outcome) == Destination("notice", outcome)


def test_a_screen_gives_no_answer_that_is_not_its_own() -> None:
    with pytest.raises(LookupError):
        after("party", WELCOMED)
