"""The state that a session's facts add up to: one phone-free period in a zone."""

from uuid import UUID

from msgspec import Struct

from sync.domain.events import Phase, SessionKind


class Session(Struct, frozen=True):
    """A row: times in ms since 1970 UTC; ``opened`` is None while it is a plan, or only later facts have arrived."""

    id: UUID
    journal: UUID | None = None  # where the opening was written, and so which kiosk and venue
    zone: str | None = None
    title: str = ""
    session_kind: SessionKind = "open_hours"
    capacity: int | None = None
    planned_start: int | None = None
    planned_end: int | None = None
    rhythm: tuple[Phase, ...] = ()
    opened_by: str | None = None
    opened: int | None = None
    closed: int | None = None
    estimated: bool = False
    cancelled: bool = False  # the plan was; whoever opened it before they heard of it has held it

    @property
    def is_open(self) -> bool:
        """Whether people can come in."""
        return self.opened is not None and self.closed is None
