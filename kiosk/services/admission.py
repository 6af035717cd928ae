"""Whether a party can come in: as long as there are places, or over the capacity where a host lets it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kiosk.services import occupancy
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.visitor_records import NotOpen, SessionFull, SeveralSessions
from sync.domain.session import Session
from sync.domain.visit import Visit

Refusal = SessionFull | NotOpen | SeveralSessions


@dataclass(frozen=True)
class Admission:
    """The session that a party joins; ``over_capacity``: it takes none of the places."""

    session: Session
    over_capacity: bool = False


def admit(
    context: KioskContext,
    snapshot: occupancy.Occupancy,
    session_id: UUID | None,
    party_size: int,
    host: HostSession | None = None,
) -> Admission | Refusal:
    """The session for a party of this size, or why it can't come in. ``session_id`` None: the only one that is open.

    ``host``: lets it in over the capacity, if there is no place; never over the zone's firm limit.
    """
    if session_id is None and len(snapshot.sessions) > 1:
        return SeveralSessions(occupancy.live_sessions(context, snapshot))
    session = snapshot.find_session(session_id)
    if session is None or session_id not in (None, session.id):
        return NotOpen()
    room = snapshot.room_in_zone(session)
    visits = snapshot.visits_in(session)
    figures = occupancy.count_figures(context, session, visits, room)
    if figures.places_left is None or party_size <= figures.places_left:
        return Admission(session)
    refusal = SessionFull(
        figures.places_left,
        figures.venue_places_left or 0,
        party_size,
        session.id,
        _room_over_capacity(context, session, visits, room),
    )
    if host is None or not refusal.host_can_admit:
        return refusal
    return Admission(session, over_capacity=True)


def _room_over_capacity(
    context: KioskContext, session: Session, visits: Sequence[Visit], room: int | None
) -> int | None:
    """How many people a host may let in here over the capacity; None: no limit. ``room``: in the zone.

    Each kiosk has its part of the session's headroom, so that all together stay within the firm limit.
    """
    headroom = context.allocation.headroom_left(session, visits)
    return min((limit for limit in (room, headroom) if limit is not None), default=None)
