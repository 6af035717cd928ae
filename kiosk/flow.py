"""What comes after what: a screen's answer leads to the next destination. Pure, so a whole trip can be read here."""

from dataclasses import dataclass
from enum import Enum, auto

from kiosk.desk import records


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
    """What the four digits are typed for."""

    LEAVING = auto()
    STEPPING_OUT = auto()


@dataclass(frozen=True)
class Party:
    """How many stand at the door."""

    size: int


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


def after(screen: str, answer: object) -> Destination:
    """Where ``answer``, given on ``screen``, leads. Raises LookupError for an answer no screen gives."""
    match screen, answer:
        case _, Wish.HOME:
            return HOME
        case _, Wish.COME_IN:
            return Destination("party")
        case _, Wish.LEAVE:
            return Destination("code", CodeFor.LEAVING)
        case _, Wish.STEP_OUT:
            return Destination("code", CodeFor.STEPPING_OUT)
        case "welcome", Wish.HOST:
            return Destination("host_pin")
        case "party", Party():
            return Destination("stow", answer)
        case "stow", records.Welcomed():
            return Destination("confirmed", answer)
        case "code", records.Farewell():
            return Destination("thanks", answer)
        case "code", records.SteppedOut() | records.CameBack():
            return Destination("stepped", answer)
        case (("host_pin" | "first_pin"), records.HostIn()):
            return Destination("board", answer)
        case "board", (records.HostIn(), Wish.CLOSE):
            return Destination("close", answer[0])
        case "close", (records.HostIn(), _):
            return Destination("board", answer[0])
        case _, records.Full() | records.NotOpen():
            return Destination("notice", answer)
    raise LookupError(f"{screen} has no answer {answer!r}")
