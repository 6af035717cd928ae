"""What comes after what: a screen's answer leads to the next destination. Pure, so a whole trip can be read here."""

from dataclasses import dataclass
from enum import Enum, auto
from uuid import UUID

from kiosk.services import records


class Wish(Enum):
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
class Joining:
    """Which of several sessions a party wants to join."""

    session: UUID


@dataclass(frozen=True)
class Party:
    """How many stand at the door, and which session they join; None: the only one."""

    size: int
    session: UUID | None = None


@dataclass(frozen=True)
class Feeling:
    """Somebody has come in and may say how they feel."""

    welcomed: records.Welcomed


@dataclass(frozen=True)
class HowLong:
    """Somebody has come in and wants to say how long they can stay."""

    welcomed: records.Welcomed


@dataclass(frozen=True)
class WhatsOn:
    """Somebody wants to see what is on now and next."""

    door: records.Door


@dataclass(frozen=True)
class Lost:
    """A code is lost: the host can help."""

    purpose: CodeFor


@dataclass(frozen=True)
class Asked:
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
class Trouble:
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
    Wish.HOME: HOME,
    Wish.COME_IN: Destination("party"),
    Wish.LEAVE: Destination("code", CodeFor.LEAVING),
    Wish.STEP_OUT: Destination("code", CodeFor.STEPPING_OUT),
    Wish.HOST: Destination("host_pin"),
}
SHOWN = {  # what has a screen of its own, wherever it is answered
    records.Several: "which",
    Joining: "party",
    Party: "stow",
    records.Welcomed: "confirmed",
    Feeling: "feeling",
    HowLong: "how_long",
    WhatsOn: "whats_on",
    records.Farewell: "thanks",
    records.SteppedOut: "stepped",
    records.CameBack: "stepped",
    Lost: "host_pin",
    Asked: "number",
    records.HostIn: "board",
    records.Full: "notice",
    records.NotOpen: "notice",
    records.NoSuchCode: "notice",
    records.Unconfirmed: "code",
}
SCANNED = (records.Farewell, records.CameBack, records.NoSuchCode, records.Unconfirmed)  # what a slip leads to
ANSWERS: dict[str, tuple[type, ...]] = {  # what a screen may answer beside a wish
    "welcome": (records.Several, WhatsOn, *SCANNED),
    "whats_on": SCANNED,
    "thanks": SCANNED,
    "stepped": SCANNED,
    "notice": SCANNED,
    "which": (Joining,),
    "party": (Party, records.Several, records.Full, records.NotOpen),
    "stow": (records.Welcomed, records.Several, records.Full, records.NotOpen, Joining),
    "confirmed": (Feeling,),
    "feeling": (HowLong,),
    "how_long": (Feeling,),
    "code": (*SCANNED, records.SteppedOut, Lost, Asked),
    "number": (*SCANNED, records.SteppedOut),
    "host_pin": (records.HostIn, Asked),
    "first_pin": (records.HostIn,),
}


def after(screen: str, answer: object) -> Destination:
    """Where ``answer``, given on ``screen``, leads. Raises LookupError for an answer that screen doesn't give."""
    if isinstance(answer, Wish) and answer in WISHES:
        return WISHES[answer]
    if type(answer) in ANSWERS.get(screen, ()):
        return Destination(SHOWN[type(answer)], answer)
    if isinstance(answer, Trouble):
        return Destination("notice", answer)
    match screen, answer:
        case "board", (records.HostIn() as host, Wish.CLOSE):
            return Destination("close", host)
        case "close", (records.HostIn() as host, _):
            return Destination("board", host)
    raise LookupError(f"{screen} has no answer {answer!r}")
