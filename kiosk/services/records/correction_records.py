"""Records of the pages on which a host corrects a visit: by numbers and times, never by names or codes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sync.domain.events import Stow

VisitState = Literal["in", "on_break", "left", "left_estimated", "did_not_stay"]
ActKind = Literal[
    "arrived",
    "left",
    "stepped_out",
    "came_back",
    "split",
    "corrected",
    "did_not_stay",
    "noted",
    "opened",
    "session_changed",
    "turned_away",
    "closed",
]


@dataclass(frozen=True)
class CorrectableVisit:
    """A visit as the correction pages show it; times are in the venue's time zone."""

    id: UUID
    arrived: datetime
    stow: Stow
    numbers: tuple[int, ...]
    party_size: int
    phones: int
    kept: int
    state: VisitState = "in"
    left: datetime | None = None


@dataclass(frozen=True)
class LastAct:
    """The last act of this kiosk, while it can be undone; of one visit, or of a session, whose ``title`` it has."""

    id: UUID  # of its last entry
    what: ActKind
    entries: tuple[UUID, ...]  # all that the undoing names
    subjects: tuple[UUID, ...]
    visit: CorrectableVisit | None = None
    title: str = ""


@dataclass(frozen=True)
class VisitList:
    """Visits to choose from: those that are in, then those that have left today, each with the latest arrival first."""

    visits: tuple[CorrectableVisit, ...]
    sought: str = ""  # the digits that they were found by; "": all
    hidden: int = 0  # how many more there are
    last_act: LastAct | None = None


@dataclass(frozen=True)
class CorrectionOptions:
    """A visit, and what can be corrected of it."""

    visit: CorrectableVisit
    least_phones: int = 0  # so many are accounted for already
    most_phones: int = 99
    movable: tuple[int, ...] = ()  # numbers that can be exchanged for another one
    came_in_elsewhere: bool = False  # at another kiosk, which alone changes its phones and numbers
    part_phones: int = 0  # phones that a part of the party can take along
    departures: tuple[datetime, ...] = ()  # times at which it may have left, the latest first; empty: it has left
    can_split: bool = False
    can_void: bool = False


@dataclass(frozen=True)
class PartyCounts:
    """What a party is counted by."""

    party_size: int
    phones: int
    kept: int


@dataclass(frozen=True)
class PartOfParty:
    """The part of a party that leaves earlier; ``numbers``: the pouches, or emptied lockers, that it leaves behind."""

    party_size: int
    phones: int
    kept: int
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Departure:
    """When a party is believed to have left, and whether its phones and its pouches or lockers are accounted for."""

    left: datetime
    phones_back: bool
    stow_back: bool


@dataclass(frozen=True)
class Corrected:
    """The correction is durable. ``added``: numbers that the party gets now; ``freed``: that are free again."""

    visit: CorrectableVisit
    stow: Stow
    added: tuple[int, ...] = ()
    freed: tuple[int, ...] = ()


@dataclass(frozen=True)
class VisitChanged:
    """The visit is no longer as it was shown: it has left or was corrected meanwhile."""


@dataclass(frozen=True)
class NumberTaken:
    """Another visit has this number."""

    number: int


@dataclass(frozen=True)
class NumberElsewhere:
    """The venue has no such number, or another kiosk may promise it at any moment."""

    number: int


@dataclass(frozen=True)
class ActIsUndone:
    """The act has no effect any more."""

    act: LastAct


@dataclass(frozen=True)
class UndoRefused:
    """Why an act can't be undone.

    ``late``: two minutes are over, or something else has happened since. ``promised``: one of its numbers may be with
    another visit by now. ``full``: there is no place any more. ``in_use``: a party has joined the session.
    """

    why: Literal["late", "promised", "full", "in_use"]


CorrectionOutcome = Corrected | VisitChanged | NumberTaken | NumberElsewhere
