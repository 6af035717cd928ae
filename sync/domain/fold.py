"""A subject's facts -> its state, whatever their order of arrival, however often they arrived.

Facts are taken in the order (tick, id), each id once. So every batch, repetition and detour gives the same row.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET

from sync.domain import events
from sync.domain.clock import Moment, between, elapsed
from sync.domain.events import Event
from sync.domain.session import Session
from sync.domain.venue import Configuration
from sync.domain.visit import Visit, code_of

E = TypeVar("E", bound=Event)
NO_CLOSINGS: Mapping[UUID, int] = {}
NO_BOOT = UUID(int=0)  # a moment that no clock of a kiosk has seen


@dataclass(frozen=True)
class Fact:
    """An entry that could be read, with its time as well as it is known."""

    id: UUID
    tick: int
    journal: UUID
    when: Moment
    event: Event


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """Each fact once, in the one order that counts; a fact carried into a later journal stays with its first."""
    once: dict[UUID, Fact] = {}
    for fact in sorted(facts, key=lambda fact: (fact.tick, fact.id, fact.journal)):
        once.setdefault(fact.id, fact)
    return list(once.values())


def _of(facts: list[Fact], kind: type[E]) -> list[tuple[Fact, E]]:
    return [(fact, fact.event) for fact in facts if isinstance(fact.event, kind)]


def _given(amendment: Event) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(amendment).items() if value is not UNSET}


def fold_session(subject: UUID, facts: Iterable[Fact]) -> Session:
    """The session that these facts add up to. Of two openings the first counts, of two closings the earlier.

    Of several plans the last counts, until it is opened: then the opening says what the session is.
    """
    facts = in_order(facts)
    state = _opened(_planned(Session(subject), facts), facts)
    for fact in facts:
        if isinstance(fact.event, events.SessionAmended | events.SessionExtended):
            state = msgspec.structs.replace(state, **_given(fact.event))
    closings = _of(facts, events.SessionClosed)
    if closings:
        fact, closed = min(closings, key=lambda pair: pair[0].when.at)
        state = msgspec.structs.replace(
            state,
            closed=fact.when.at,
            estimated=state.estimated or fact.when.estimated or closed.estimated,
        )
    return state


def _planned(state: Session, facts: list[Fact]) -> Session:
    cancelled = bool(_of(facts, events.SessionCancelled))
    plan = [_given(planned) for _, planned in _of(facts, events.SessionPlanned)][-1:]
    return msgspec.structs.replace(state, cancelled=cancelled, **(plan[0] if plan else {}))


def _opened(state: Session, facts: list[Fact]) -> Session:
    openings = _of(facts, events.SessionOpened)
    if not openings:
        return state
    fact, opened = openings[0]
    return msgspec.structs.replace(
        state,
        **msgspec.structs.asdict(opened),
        journal=fact.journal,
        opened=fact.when.at,
        estimated=fact.when.estimated,
    )


def fold_venue(subject: UUID, facts: Iterable[Fact]) -> Configuration:
    """What these facts say of a venue; of each field the last."""
    state = Configuration(subject)
    for _, said in _of(in_order(facts), events.VenueConfigured):
        state = msgspec.structs.replace(state, **_given(said))
    return state


def sessions_of(facts: Iterable[Fact]) -> set[UUID]:
    """The sessions that a visit's facts speak of."""
    spoken = (getattr(fact.event, "session", UNSET) for fact in facts)
    return {session for session in spoken if isinstance(session, UUID)}


def fold_visit(subject: UUID, facts: Iterable[Fact], closings: Mapping[UUID, int] = NO_CLOSINGS) -> Visit:
    """The visit that these facts of one subject add up to.

    A check-out without its check-in waits in the row; of two check-outs the earlier time counts; a void wins.
    ``closings`` says when sessions closed (ms since 1970 UTC), where that time is known: whom nobody checked out
    leaves with the session, as an estimate. A stay between two clocks that can't be compared has no length.
    """
    facts = in_order(facts)
    state = msgspec.structs.replace(
        _at_the_door(subject, facts),
        voided=bool(_of(facts, events.VisitVoided)),
        lost=_lost(facts),
        **{pulse.when: pulse.score for _, pulse in _of(facts, events.PulseGiven)},
    )
    for _, amendment in _of(facts, events.VisitAmended):
        state = msgspec.structs.replace(state, **_given(amendment))
    return _with_times(state, facts, closings)


def _at_the_door(subject: UUID, facts: list[Fact]) -> Visit:
    check_ins = _of(facts, events.VisitCheckedIn)
    if not check_ins:
        return Visit(subject, code_of(subject))
    fact, arrived = check_ins[0]
    return Visit(
        subject,
        code_of(subject),
        journal=fact.journal,
        checked_in=fact.when.at,
        estimated=fact.when.estimated,
        **_given(arrived),
    )


def _with_times(state: Visit, facts: list[Fact], closings: Mapping[UUID, int]) -> Visit:
    arrival = next((fact.when for fact, _ in _of(facts, events.VisitCheckedIn)), None)
    left = _left(facts) or _left_with_session(state, closings)
    rest = _rest(facts, left)
    state = msgspec.structs.replace(state, on_break=rest.on_break, taken_early=rest.taken_early)
    if left is None:
        return state
    estimated = state.estimated or left.guessed or left.when.estimated
    state = msgspec.structs.replace(state, checked_out=left.when.at, estimated=estimated)
    if arrival is None:
        return state
    until = elapsed(arrival, rest.ends or left.when)
    phone_free = None if until is None else max(0, until - rest.away)
    return msgspec.structs.replace(state, stay=elapsed(arrival, left.when), phone_free=phone_free)


@dataclass(frozen=True)
class _Left:
    """When they left; ``guessed``: nobody saw it."""

    when: Moment
    guessed: bool


def _left(facts: list[Fact]) -> _Left | None:
    """When they were checked out: of two, the earlier time."""
    first: _Left | None = None
    for fact, departed in _of(facts, events.VisitCheckedOut):
        if first is None or between(first.when, fact.when) < 0:
            first = _Left(fact.when, departed.estimated)
    return first


def _left_with_session(state: Visit, closings: Mapping[UUID, int]) -> _Left | None:
    """When the session closed around them; a party that came in at another kiosk after that is still in."""
    closed = closings.get(state.session) if state.session else None
    if closed is None or state.checked_in is None or state.checked_in > closed:
        return None
    return _Left(Moment(closed, NO_BOOT, 0, estimated=False), guessed=True)


@dataclass(frozen=True)
class _Rest:
    """How the phones rested: ``away`` ms of ended breaks; ``ends``: taken then, and not brought back."""

    away: int
    ends: Moment | None
    on_break: bool
    taken_early: bool


def _rest(facts: list[Fact], left: _Left | None) -> _Rest:
    away, out, early = 0, None, False
    for fact in sorted(facts, key=cmp_to_key(_by_time)):
        if left is not None and between(left.when, fact.when) > 0:
            continue
        match fact.event:
            case events.PhoneTaken() if not early:
                out = out or fact.when
                early = fact.event.early
            case events.PhoneReturned() if out is not None and not early:
                away += elapsed(out, fact.when) or 0
                out = None
    return _Rest(away, out, on_break=out is not None and not early and left is None, taken_early=early)


def _by_time(one: Fact, other: Fact) -> int:
    """A phone may be taken at one kiosk and come back at another that has not heard of it: time, then the tick."""
    return -between(one.when, other.when) or one.tick - other.tick


def _lost(facts: list[Fact]) -> tuple[int, ...]:
    lost: set[int] = set()
    for fact in facts:
        match fact.event:
            case events.StowLost(numbers=numbers):
                lost.update(numbers)
            case events.StowFound(numbers=numbers):
                lost.difference_update(numbers)
    return tuple(sorted(lost))
