"""Records that visitor screens and host screens both show."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sync.domain.events import SessionKind, Stow


@dataclass(frozen=True)
class CurrentPhase:
    """The phase that a session is in, and when it ends, in the venue's time zone."""

    phase: str
    until: datetime


@dataclass(frozen=True)
class OpenedSession:
    """A session that people can join now; ``until`` is in the venue's time zone."""

    id: UUID
    title: str
    until: datetime | None
    session_kind: SessionKind = "open_hours"
    phase: CurrentPhase | None = None
    is_practice: bool = False  # for trying, counted nowhere


@dataclass(frozen=True)
class PlannedSession:
    """A session that is expected in this zone, by a plan or a series; times are in the venue's time zone."""

    id: UUID
    title: str
    start: datetime
    end: datetime
    capacity: int | None
    in_days: int = 0  # 0: it begins today, or has begun
    session_kind: SessionKind = "open_hours"
    opens_itself: bool = False
    is_practice: bool = False


@dataclass(frozen=True)
class Reminder:
    """A reminder that is due for a visit; only the pouch or locker numbers identify the visitor.

    ``visit`` and ``chosen`` identify the reminder. Both are stored: a time that is computed at each poll differs by a
    millisecond from one poll to the next.
    """

    visit: UUID
    chosen: int  # the stored choice that it follows from; another choice is another reminder
    at: datetime = field(compare=False)
    stow: Stow = field(compare=False)
    numbers: tuple[int, ...] = field(compare=False)
