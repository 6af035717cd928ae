"""Navigation: which screen follows an answer. Pure data, so that every path can be read here."""

from dataclasses import dataclass
from enum import Enum, auto
from uuid import UUID

from kiosk.services.records.host_records import HostSession
from kiosk.services.records.visitor_records import (
    CameBack,
    CheckedIn,
    CheckedOut,
    DoorState,
    NoSuchCode,
    NotOpen,
    SessionFull,
    SeveralSessions,
    SteppedOut,
    Unconfirmed,
)


class Intent(Enum):
    """What a visitor or host can want on more than one screen."""

    COME_IN = auto()
    LEAVE = auto()
    STEP_OUT = auto()
    HOST = auto()
    HOME = auto()
    LANGUAGE = auto()
    ACCESS = auto()
    BACK = auto()


class CodeFor(Enum):
    """Why a code is asked for."""

    LEAVING = auto()
    STEPPING_OUT = auto()


@dataclass(frozen=True)
class SessionChoice:
    """Which of several sessions a party wants to join."""

    session: UUID


@dataclass(frozen=True)
class PartyChosen:
    """The party's size, and the session that it joins; None: the only one."""

    size: int
    session: UUID | None = None


@dataclass(frozen=True)
class Feeling:
    """A party has checked in and may say how it feels."""

    welcomed: CheckedIn


@dataclass(frozen=True)
class HowLong:
    """A party has checked in and wants to say how long it can stay."""

    welcomed: CheckedIn


@dataclass(frozen=True)
class WhatsOn:
    """A visitor wants to see what is on now and next."""

    door: DoorState


@dataclass(frozen=True)
class CodeLost:
    """A code is lost: the host can help."""

    purpose: CodeFor


@dataclass(frozen=True)
class HelpAsked:
    """A number is needed: because two visits have this ``code``, or for a ``host`` in place of a lost code."""

    purpose: CodeFor
    code: str | None = None
    host: HostSession | None = None


@dataclass(frozen=True)
class CloseAsked:
    """A host wants to close the session that the board shows."""

    host: HostSession
    session: UUID | None


@dataclass(frozen=True)
class CorrectAsked:
    """A host wants to correct a visit."""

    host: HostSession


@dataclass(frozen=True)
class SessionAsked:
    """A host wants to extend the session that the board shows, or change its capacity."""

    host: HostSession
    session: UUID


@dataclass(frozen=True)
class CloseoutAsked:
    """A host wants to see which phones and pouches of closed sessions are still out."""

    host: HostSession


@dataclass(frozen=True)
class EvacuateAsked:
    """Everybody has to leave; ``host`` is None where no PIN was asked for."""

    host: HostSession | None


@dataclass(frozen=True)
class TimetableAsked:
    """A host wants to see the week's timetable."""

    host: HostSession


@dataclass(frozen=True)
class SettingsAsked:
    """A host wants to see the settings."""

    host: HostSession


@dataclass(frozen=True)
class Detour:
    """A screen to show in the middle of another, which is restored afterwards."""

    screen: str
    argument: object


@dataclass(frozen=True)
class Failure:
    """A request failed and nothing was confirmed; ``disk``: the ledger could not be written."""

    disk: bool


@dataclass(frozen=True)
class Destination:
    """A screen, and the record that it shows."""

    screen: str
    argument: object = None


HOME = Destination("welcome")
FIRST_START = Destination("first_pin")

INTENTS = {  # lead to the same destination from every screen
    Intent.HOME: HOME,
    Intent.COME_IN: Destination("party"),
    Intent.LEAVE: Destination("code", CodeFor.LEAVING),
    Intent.STEP_OUT: Destination("code", CodeFor.STEPPING_OUT),
    Intent.HOST: Destination("host_pin"),
}
AFTER_SCAN = {CheckedOut: "thanks", CameBack: "stepped", NoSuchCode: "notice", Unconfirmed: "code"}
NO_ENTRY = {SeveralSessions: "which", SessionFull: "notice", NotOpen: "notice"}
ANSWERS: dict[str, dict[type, str]] = {  # by screen: the screen that each type of answer leads to
    "welcome": {SeveralSessions: "which", WhatsOn: "whats_on", **AFTER_SCAN},
    "whats_on": AFTER_SCAN,
    "thanks": AFTER_SCAN,
    "stepped": AFTER_SCAN,
    "notice": AFTER_SCAN,
    "which": {SessionChoice: "party"},
    "party": {PartyChosen: "stow", **NO_ENTRY},
    "stow": {CheckedIn: "confirmed", SessionChoice: "party", **NO_ENTRY},
    "confirmed": {Feeling: "feeling"},
    "feeling": {HowLong: "how_long"},
    "how_long": {Feeling: "feeling"},
    "code": {SteppedOut: "stepped", CodeLost: "host_pin", HelpAsked: "number", **AFTER_SCAN},
    "number": {SteppedOut: "stepped", **AFTER_SCAN},
    "host_pin": {HostSession: "board", HelpAsked: "number"},
    "first_pin": {HostSession: "board"},
    "board": {
        CloseAsked: "close",
        CloseoutAsked: "closeout",
        CorrectAsked: "correct",
        EvacuateAsked: "evacuation",
        HelpAsked: "number",
        SessionAsked: "session",
        SettingsAsked: "settings",
        TimetableAsked: "timetable",
    },
    "close": {HostSession: "board"},
}
SCREENS = {(screen, answer): after for screen, answers in ANSWERS.items() for answer, after in answers.items()}


def after(screen: str, answer: object) -> Destination:
    """Where ``answer``, given on ``screen``, leads. Raises LookupError for an answer that screen doesn't give."""
    if isinstance(answer, Intent) and answer in INTENTS:
        return INTENTS[answer]
    if isinstance(answer, Failure):
        return Destination("notice", answer)
    if destination := SCREENS.get((screen, type(answer))):
        return Destination(destination, answer)
    raise LookupError(f"{screen} has no answer {answer!r}")
