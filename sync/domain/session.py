"""The state of a session: one phone-free period in a zone."""

from uuid import UUID

from msgspec import Struct

from sync.domain.events import Phase, SessionKind


class Closing(Struct, frozen=True, gc=False):
    """When a session closed (ms since 1970 UTC); ``closeout``: the numbers of its visits are cleared one by one."""

    at: int
    closeout: bool


class Session(Struct, frozen=True):
    """A row: times in ms since 1970 UTC; ``opened`` is None while it is a plan, or only later facts have arrived."""

    id: UUID
    journal: UUID | None = None  # in which the opening was written; tells kiosk and venue
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
    cancelled: bool = False  # the plan was; a kiosk without the cancellation may have opened it
    stow_ways: tuple[str, ...] | None = None  # that visitors may choose; None: any
    firm_limit: int | None = None  # people at once, which even a host can't exceed; None: no limit
    closes_itself: bool | None = None  # some time after its planned end; None: as its series says
    practice: bool = False  # for trying: no report counts it, nor its visits
    closeout: bool = False  # its closing says that numbers are cleared one by one
    turned_away: int = 0  # people who could not come in, as far as hosts have noted them

    @property
    def is_open(self) -> bool:
        """Whether people can come in."""
        return self.opened is not None and self.closed is None

    def offers(self, stow: str) -> bool:
        """Whether visitors may put their phones into a ``pouch`` or a ``locker``."""
        return self.stow_ways is None or stow in self.stow_ways
