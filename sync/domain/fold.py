"""A subject's facts -> its state, whatever their order of arrival, however often they arrived.

Facts are taken in the order (tick, id), each id once. So every batch, repetition and detour gives the same row.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cmp_to_key
from typing import Any, TypeVar
from uuid import UUID

from msgspec import UNSET, Struct

from sync.domain import events
from sync.domain.clock import Moment, between, elapsed
from sync.domain.events import Event
from sync.domain.session import Session
from sync.domain.venue import Configuration
from sync.domain.visit import Visit, code_of

E = TypeVar("E", bound=Event)
NO_CLOSINGS: Mapping[UUID, int] = {}
NO_BOOT = UUID(int=0)  # a moment that no clock of a kiosk has seen


class Fact(Struct, frozen=True, gc=False):
    """An entry that could be read, with its time as well as it is known."""

    id: UUID
    tick: int
    journal: UUID
    when: Moment
    event: Event


Told = dict[type[Event], list[tuple[Fact, Any]]]  # facts by kind, each kind in order


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """Each fact once, in the one order that counts; a fact carried into a later journal stays with its first.

    What has the id of another kind's fact is a fact of its own: nobody can take the place of what others stated.
    """
    facts = list(facts)
    if len(facts) == 1:
        return facts
    once: dict[UUID, Fact] = {}
    others: dict[tuple[UUID, type[Event]], Fact] = {}
    for fact in _sorted(facts):
        first = once.setdefault(fact.id, fact)
        if first is not fact and type(first.event) is not type(fact.event):
            others.setdefault((fact.id, type(fact.event)), fact)
    return _sorted([*once.values(), *others.values()]) if others else list(once.values())


def _sorted(facts: list[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: (fact.tick, fact.id, fact.journal))


def _by_kind(facts: Iterable[Fact]) -> Told:
    """Sorted out once, because each rule below asks for a kind or two."""
    told: Told = {}
    for fact in in_order(facts):
        told.setdefault(type(fact.event), []).append((fact, fact.event))
    return told


def _of(told: Told, kind: type[E]) -> Sequence[tuple[Fact, E]]:
    return told.get(kind, ())


def _together(told: Told, *kinds: type[Event]) -> list[Fact]:
    """The facts of several kinds, in order."""
    found = [fact for kind in kinds for fact, _ in _of(told, kind)]
    return sorted(found, key=lambda fact: (fact.tick, fact.id))


def _given(event: Event) -> dict[str, Any]:
    return {name: value for name in event.__struct_fields__ if (value := getattr(event, name)) is not UNSET}


def fold_session(subject: UUID, facts: Iterable[Fact]) -> Session:
    """The session that these facts add up to. Of two openings the first counts, of two closings the earlier.

    Of several plans the last counts, until it is opened: then the opening says what the session is.
    """
    told = _by_kind(facts)
    said: dict[str, Any] = {"cancelled": events.SessionCancelled in told}
    estimated = False
    for _, planned in _of(told, events.SessionPlanned)[-1:]:
        said |= _given(planned)
    for fact, opened in _of(told, events.SessionOpened)[:1]:
        said |= _given(opened) | {"journal": fact.journal, "opened": fact.when.at}
        estimated = fact.when.estimated
    for change in _together(told, events.SessionAmended, events.SessionExtended):
        said |= _given(change.event)
    closings = _of(told, events.SessionClosed)
    if closings:
        fact, closed = min(closings, key=lambda pair: pair[0].when.at)
        said["closed"] = fact.when.at
        estimated = estimated or fact.when.estimated or closed.estimated
    return Session(subject, estimated=estimated, **said)


def fold_venue(subject: UUID, facts: Iterable[Fact]) -> Configuration:
    """What these facts say of a venue; of each field the last."""
    said: dict[str, Any] = {}
    for _, configured in _of(_by_kind(facts), events.VenueConfigured):
        said |= _given(configured)
    return Configuration(subject, **said)


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
    told = _by_kind(facts)
    said: dict[str, Any] = {pulse.when: pulse.score for _, pulse in _of(told, events.PulseGiven)}
    arrival = None
    for fact, arrived in _of(told, events.VisitCheckedIn)[:1]:
        arrival = fact.when
        said |= _given(arrived) | {"journal": fact.journal, "checked_in": arrival.at, "estimated": arrival.estimated}
    for _, amendment in _of(told, events.VisitAmended):
        said |= _given(amendment)
    left = _left(told) or _left_with_session(said.get("session"), arrival, closings)
    rest = _rest(told, left)
    if left is not None:
        said |= _departure(arrival, left, rest)
    return Visit(
        subject,
        code_of(subject),
        voided=events.VisitVoided in told,
        on_break=rest.on_break,
        taken_early=rest.taken_early,
        lost=_lost(told),
        **said,
    )


class _Left(Struct, frozen=True):
    """When they left; ``guessed``: nobody saw it."""

    when: Moment
    guessed: bool


class _Rest(Struct, frozen=True):
    """How the phones rested: ``away`` ms of ended breaks; ``ends``: taken then, and not brought back."""

    away: int
    ends: Moment | None
    on_break: bool
    taken_early: bool


UNDISTURBED = _Rest(0, None, on_break=False, taken_early=False)


def _departure(arrival: Moment | None, left: _Left, rest: _Rest) -> dict[str, Any]:
    """What only a visit that has ended says."""
    guessed = left.guessed or left.when.estimated
    if arrival is None:
        return {"checked_out": left.when.at, "estimated": guessed}
    until = elapsed(arrival, rest.ends or left.when)
    return {
        "checked_out": left.when.at,
        "estimated": guessed or arrival.estimated,
        "stay": elapsed(arrival, left.when),
        "phone_free": None if until is None else max(0, until - rest.away),
    }


def _left(told: Told) -> _Left | None:
    """When they were checked out: of two, the earlier time."""
    first: _Left | None = None
    for fact, departed in _of(told, events.VisitCheckedOut):
        if first is None or between(first.when, fact.when) < 0:
            first = _Left(fact.when, departed.estimated)
    return first


def _left_with_session(session: UUID | None, arrival: Moment | None, closings: Mapping[UUID, int]) -> _Left | None:
    """When the session closed around them; a party that came in at another kiosk after that is still in."""
    closed = closings.get(session) if session else None
    if closed is None or arrival is None or arrival.at > closed:
        return None
    return _Left(Moment(closed, NO_BOOT, 0, estimated=False), guessed=True)


def _rest(told: Told, left: _Left | None) -> _Rest:
    moves = _together(told, events.PhoneTaken, events.PhoneReturned)
    if not moves:
        return UNDISTURBED
    away, out, early = 0, None, False
    for fact in sorted(moves, key=cmp_to_key(_by_time)):
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


def _lost(told: Told) -> tuple[int, ...]:
    if events.StowLost not in told:
        return ()
    lost: set[int] = set()
    for fact in _together(told, events.StowLost, events.StowFound):
        match fact.event:
            case events.StowLost(numbers=numbers):
                lost.update(numbers)
            case events.StowFound(numbers=numbers):
                lost.difference_update(numbers)
    return tuple(sorted(lost))
