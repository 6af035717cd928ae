"""The state of an evacuation: who was counted out, from the facts of all kiosks that took part."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from sync.domain import events
from sync.domain.fold import Fact, in_order


class Evacuation(Struct, frozen=True):
    """A row: times in ms since 1970 UTC; ``started`` is None while only later facts have arrived."""

    id: UUID
    journal: UUID | None = None  # in which the start was written; tells kiosk and venue
    zone: str | None = None  # of the kiosk that started it
    sessions: tuple[UUID, ...] = ()  # whose visits were on the roll then, as far as that kiosk knew
    started: int | None = None
    ended: int | None = None
    estimated: bool = False  # the clock was not known to be set at the start or at the end
    out: tuple[UUID, ...] = ()  # visits that were counted out, in the order of their ids
    staff_out: int = 0

    @property
    def is_running(self) -> bool:
        """Whether the roll call goes on."""
        return self.started is not None and self.ended is None


def fold_evacuation(subject: UUID, facts: Iterable[Fact]) -> Evacuation:
    """Fold an evacuation. The first start counts, the earliest end, and of each visit and of the staff the last count.

    A count after the end counts: its kiosk had not learnt of the end.
    """
    started: tuple[Fact, events.EvacuationStarted] | None = None
    end: Fact | None = None
    is_out: dict[UUID, bool] = {}
    staff_out = 0
    for fact in in_order(facts):
        match fact.event:
            case events.EvacuationStarted() as start:
                started = started or (fact, start)
            case events.EvacuationCounted(visit, visit_is_out):
                is_out[visit] = visit_is_out
            case events.EvacuationStaffCounted(staff):
                staff_out = staff
            case events.EvacuationEnded():
                end = fact if end is None or fact.when.at < end.when.at else end
    out = tuple(sorted(visit for visit, counted_out in is_out.items() if counted_out))
    row = Evacuation(subject, out=out, staff_out=staff_out, ended=end.when.at if end else None)
    if started is None:
        return row
    fact, start = started
    return Evacuation(
        subject,
        journal=fact.journal,
        zone=start.zone,
        sessions=start.sessions,
        started=fact.when.at,
        ended=row.ended,
        estimated=fact.when.estimated or (end is not None and end.when.estimated),
        out=out,
        staff_out=staff_out,
    )


def apply(evacuation: Evacuation, event: events.Event, at: int) -> Evacuation:
    """The state after one more fact of the time ``at`` (ms since 1970 UTC), without what a later fold may correct."""
    match event:
        case events.EvacuationStarted():
            return replace(evacuation, zone=event.zone, sessions=event.sessions, started=at)
        case events.EvacuationCounted(visit, is_out):
            out = {*evacuation.out, visit} if is_out else {*evacuation.out} - {visit}
            return replace(evacuation, out=tuple(sorted(out)))
        case events.EvacuationStaffCounted(staff):
            return replace(evacuation, staff_out=staff)
        case events.EvacuationEnded():
            return replace(evacuation, ended=at)
    return evacuation


def of_one_roll(evacuations: Sequence[Evacuation]) -> list[Evacuation]:
    """The running ones, and those that ended after the first of these had started; the earliest first.

    Kiosks that could not hear each other have started one each for the same alarm. None where none is running.
    """
    started = [evacuation for evacuation in evacuations if evacuation.started is not None]
    running = [evacuation.started for evacuation in started if evacuation.is_running and evacuation.started is not None]
    if not running:
        return []
    first = min(running)
    same_alarm = [evacuation for evacuation in started if evacuation.ended is None or evacuation.ended >= first]
    return sorted(same_alarm, key=lambda evacuation: (evacuation.started or 0, evacuation.id))
