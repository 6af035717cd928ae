"""What comes after what: a screen's answer leads to the next destination. Pure, so a whole trip can be read here."""

from dataclasses import dataclass
from enum import Enum, auto
from uuid import UUID

from kiosk.services.records import host_records, visitor_records


class Intent(Enum):
    """What somebody at the door can want."""

    COME_IN = auto()
    LEAVE = auto()
    STEP_OUT = auto()
    HOST = auto()
    HOME = auto()
    CLOSE = auto()
    LANGUAGE = auto()
    ACCESS = auto()
    BACK = auto()


class CodeFor(Enum):
    """What a code is shown for."""

    LEAVING = auto()
    STEPPING_OUT = auto()


@dataclass(frozen=True)
class SessionChoice:
    """Which of several sessions a party wants to join."""

    session: UUID


@dataclass(frozen=True)
class PartyChosen:
    """How many stand at the door, and which session they join; None: the only one."""

    size: int
    session: UUID | None = None


@dataclass(frozen=True)
class Feeling:
    """Somebody has come in and may say how they feel."""

    welcomed: visitor_records.CheckedIn


@dataclass(frozen=True)
class HowLong:
    """Somebody has come in and wants to say how long they can stay."""

    welcomed: visitor_records.CheckedIn


@dataclass(frozen=True)
class WhatsOn:
    """Somebody wants to see what is on now and next."""

    door: visitor_records.DoorState


@dataclass(frozen=True)
class CodeLost:
    """A code is lost: the host can help."""

    purpose: CodeFor


@dataclass(frozen=True)
class HelpAsked:
    """A number is asked for: beside a ``code`` that two have, or by a ``host`` in place of a lost one."""

    purpose: CodeFor
    code: str | None = None
    host: UUID | None = None


@dataclass(frozen=True)
class Aside:
    """Something to look at in the middle of a page, which comes back as it was."""

    screen: str
    given: object


@dataclass(frozen=True)
class Failure:
    """The kiosk could not do what it was asked, and nothing was confirmed; ``disk``: it could not write."""

    disk: bool


@dataclass(frozen=True)
class Destination:
    """The next screen, and the record that it shows."""

    screen: str
    given: object = None


HOME = Destination("welcome")
FIRST_START = Destination("first_pin")

WISHES = {  # what leads to the same place wherever it is wished
    Intent.HOME: HOME,
    Intent.COME_IN: Destination("party"),
    Intent.LEAVE: Destination("code", CodeFor.LEAVING),
    Intent.STEP_OUT: Destination("code", CodeFor.STEPPING_OUT),
    Intent.HOST: Destination("host_pin"),
}
SHOWN = {  # what has a screen of its own, wherever it is answered
    visitor_records.SeveralSessions: "which",
    SessionChoice: "party",
    PartyChosen: "stow",
    visitor_records.CheckedIn: "confirmed",
    Feeling: "feeling",
    HowLong: "how_long",
    WhatsOn: "whats_on",
    visitor_records.CheckedOut: "thanks",
    visitor_records.SteppedOut: "stepped",
    visitor_records.CameBack: "stepped",
    CodeLost: "host_pin",
    HelpAsked: "number",
    host_records.HostSession: "board",
    visitor_records.SessionFull: "notice",
    visitor_records.NotOpen: "notice",
    visitor_records.NoSuchCode: "notice",
    visitor_records.Unconfirmed: "code",
}
SCANNED = (
    visitor_records.CheckedOut,
    visitor_records.CameBack,
    visitor_records.NoSuchCode,
    visitor_records.Unconfirmed,
)  # what a slip leads to
ANSWERS: dict[str, tuple[type, ...]] = {  # what a screen may answer beside a wish
    "welcome": (visitor_records.SeveralSessions, WhatsOn, *SCANNED),
    "whats_on": SCANNED,
    "thanks": SCANNED,
    "stepped": SCANNED,
    "notice": SCANNED,
    "which": (SessionChoice,),
    "party": (PartyChosen, visitor_records.SeveralSessions, visitor_records.SessionFull, visitor_records.NotOpen),
    "stow": (
        visitor_records.CheckedIn,
        visitor_records.SeveralSessions,
        visitor_records.SessionFull,
        visitor_records.NotOpen,
        SessionChoice,
    ),
    "confirmed": (Feeling,),
    "feeling": (HowLong,),
    "how_long": (Feeling,),
    "code": (*SCANNED, visitor_records.SteppedOut, CodeLost, HelpAsked),
    "number": (*SCANNED, visitor_records.SteppedOut),
    "host_pin": (host_records.HostSession, HelpAsked),
    "first_pin": (host_records.HostSession,),
}


def after(screen: str, answer: object) -> Destination:
    """Where ``answer``, given on ``screen``, leads. Raises LookupError for an answer that screen doesn't give."""
    if isinstance(answer, Intent) and answer in WISHES:
        return WISHES[answer]
    if type(answer) in ANSWERS.get(screen, ()):
        return Destination(SHOWN[type(answer)], answer)
    if isinstance(answer, Failure):
        return Destination("notice", answer)
    match screen, answer:
        case "board", (host_records.HostSession() as host, Intent.CLOSE):
            return Destination("close", host)
        case "close", (host_records.HostSession() as host, _):
            return Destination("board", host)
    raise LookupError(f"{screen} has no answer {answer!r}")
