"""What a roll call works with while the ledger can't be read or written; it ends with the process."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sync.domain.evacuation import Evacuation
from sync.domain.events import Event
from sync.domain.visit import Visit
from sync.ledger.evacuations import LastHeard, StoredRoll


@dataclass(frozen=True)
class UnsavedAct:
    """Facts (subject, event) that could not be written, with the time of the act (ms since 1970 UTC) and its actor."""

    facts: Sequence[tuple[UUID, Event]]
    at: int
    actor: UUID | None


@dataclass
class RollMemory:
    """The last visits, evacuations and other kiosks that were read, and the acts that were not saved.

    Only the thread that runs the services uses it.
    """

    visits: Sequence[Visit] = ()
    evacuations: Sequence[Evacuation] = ()
    others: Sequence[LastHeard] = ()
    read_at: int | None = None  # when ``visits`` were read (ms since 1970 UTC)
    is_stale: bool = False  # the last reading has failed
    needs_pin: bool = True  # to end a roll call
    unsaved: list[UnsavedAct] = field(default_factory=list)

    def remember_visits(self, outstanding: Sequence[Visit], at: int) -> None:
        """Store the visits that are in."""
        self.visits, self.read_at = [visit for visit in outstanding if visit.is_in], at

    def remember_roll(self, roll: StoredRoll, at: int) -> None:
        """Store all that was read for a roll call."""
        self.visits, self.evacuations, self.others, self.read_at = roll.visits, roll.evacuations, roll.others, at
        self.is_stale = False
