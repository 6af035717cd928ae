"""Folds a subject's facts into its state, independently of the order and the number of times in which they arrived.

Facts count in the order (tick, id), each id once. So every batch, repetition and route gives the same row.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cmp_to_key
from typing import Any, TypeVar
from uuid import UUID

from msgspec import UNSET, Struct

from sync.domain import events
from sync.domain.clock import Moment, elapsed_ms, signed_ms
from sync.domain.events import Event
from sync.domain.host import Seal, SealedHost
from sync.domain.session import Session
from sync.domain.venue import Configuration
from sync.domain.visit import Visit, code_of

E = TypeVar("E", bound=Event)
NO_CLOSINGS: Mapping[UUID, int] = {}
NO_BOOT = UUID(int=0)  # of a moment that no kiosk's clock has measured


class Fact(Struct, frozen=True, gc=False):
    """A readable entry, with the best known time of it."""

    id: UUID
    tick: int
    journal: UUID
    when: Moment
    event: Event


FactsByKind = dict[type[Event], list[tuple[Fact, Any]]]  # each with its event; those of a kind are in order


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """Each fact once, in the order (tick, id); of a fact that was copied into a later journal the first.

    Facts of different kinds with the same id are different facts, so no writer can suppress another one's fact.
    """
    facts = list(facts)
    if len(facts) == 1:
        return facts
    firsts: dict[UUID, Fact] = {}
    other_kinds: dict[tuple[UUID, type[Event]], Fact] = {}
    for fact in _sorted(facts):
        first = firsts.setdefault(fact.id, fact)
        if first is not fact and type(first.event) is not type(fact.event):
            other_kinds.setdefault((fact.id, type(fact.event)), fact)
    return _sorted([*firsts.values(), *other_kinds.values()]) if other_kinds else list(firsts.values())


def _sorted(facts: list[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: (fact.tick, fact.id, fact.journal))


def _group_by_kind(facts: Iterable[Fact]) -> FactsByKind:
    """Group once, because each rule below needs one or two kinds."""
    facts_by_kind: FactsByKind = {}
    for fact in in_order(facts):
        facts_by_kind.setdefault(type(fact.event), []).append((fact, fact.event))
    return facts_by_kind


def _of_kind(facts_by_kind: FactsByKind, kind: type[E]) -> Sequence[tuple[Fact, E]]:
    return facts_by_kind.get(kind, ())


def _of_kinds(facts_by_kind: FactsByKind, *kinds: type[Event]) -> list[Fact]:
    """The facts of several kinds, in order."""
    facts = [fact for kind in kinds for fact, _ in _of_kind(facts_by_kind, kind)]
    return sorted(facts, key=lambda fact: (fact.tick, fact.id))


def _set_fields(event: Event) -> dict[str, Any]:
    """The fields of an event that are not UNSET."""
    return {name: value for name in event.__struct_fields__ if (value := getattr(event, name)) is not UNSET}


def fold_session(subject: UUID, facts: Iterable[Fact]) -> Session:
    """Fold a session. Of two openings the first counts, of two closings the earlier.

    Of several plans the last counts, until the session is opened: then the opening says what it is.
    """
    facts_by_kind = _group_by_kind(facts)
    fields: dict[str, Any] = {"cancelled": events.SessionCancelled in facts_by_kind}
    estimated = False
    for _, planned in _of_kind(facts_by_kind, events.SessionPlanned)[-1:]:
        fields |= _set_fields(planned)
    for fact, opened in _of_kind(facts_by_kind, events.SessionOpened)[:1]:
        fields |= _set_fields(opened) | {"journal": fact.journal, "opened": fact.when.at}
        estimated = fact.when.estimated
    for change in _of_kinds(facts_by_kind, events.SessionAmended, events.SessionExtended):
        fields |= _set_fields(change.event)
    closings = _of_kind(facts_by_kind, events.SessionClosed)
    if closings:
        fact, closed = min(closings, key=lambda pair: pair[0].when.at)
        fields["closed"] = fact.when.at
        estimated = estimated or fact.when.estimated or closed.estimated
    return Session(subject, estimated=estimated, **fields)


def fold_venue(subject: UUID, facts: Iterable[Fact]) -> Configuration:
    """Fold a venue's configuration; of each field the last value counts."""
    fields: dict[str, Any] = {}
    for _, configured in _of_kind(_group_by_kind(facts), events.VenueConfigured):
        fields |= _set_fields(configured)
    return Configuration(subject, **fields)


def fold_host(subject: UUID, facts: Iterable[Fact]) -> SealedHost:
    """Fold a host. Of each key the last record counts; a removal wins, so that no late record undoes it.

    A record under an earlier key is kept beside the latest: a kiosk that has not got the new key goes by it.
    """
    facts_by_kind = _group_by_kind(facts)
    number: int | None = None
    seals: dict[str, Seal] = {}
    for fact, event in _of_kind(facts_by_kind, events.HostSealed):
        earlier = seals.pop(event.key, None)
        seals[event.key] = Seal(event.key, event.sealed, earlier.since if earlier else fact.tick)
        number = event.number
    return SealedHost(subject, number, tuple(seals.values()), events.HostRemoved in facts_by_kind)


def sessions_of(facts: Iterable[Fact]) -> set[UUID]:
    """The sessions that a visit's facts name."""
    sessions = (getattr(fact.event, "session", UNSET) for fact in facts)
    return {session for session in sessions if isinstance(session, UUID)}


def fold_visit(subject: UUID, facts: Iterable[Fact], closings: Mapping[UUID, int] = NO_CLOSINGS) -> Visit:
    """Fold a visit.

    A check-out without its check-in is kept in the row; of two check-outs the earlier counts; a void wins.
    ``closings``: when sessions closed (ms since 1970 UTC), as far as that is known. A party without a check-out leaves
    with its session, as an estimate. A stay between two clocks that can't be compared has no length.
    """
    facts_by_kind = _group_by_kind(facts)
    pulses = _of_kind(facts_by_kind, events.PulseGiven)
    fields: dict[str, Any] = {pulse.when: pulse.score for _, pulse in pulses}
    arrival = None
    for fact, check_in in _of_kind(facts_by_kind, events.VisitCheckedIn)[:1]:
        arrival = fact.when
        fields |= _set_fields(check_in)
        fields |= {"journal": fact.journal, "checked_in": arrival.at, "estimated": arrival.estimated}
    for _, amendment in _of_kind(facts_by_kind, events.VisitAmended):
        fields |= _set_fields(amendment)
    departure = _check_out(facts_by_kind) or _end_of_session(fields.get("session"), arrival, closings)
    breaks = _fold_breaks(facts_by_kind, departure)
    if departure is not None:
        fields |= _times(arrival, departure, breaks)
    return Visit(
        subject,
        code_of(subject),
        voided=events.VisitVoided in facts_by_kind,
        on_break=breaks.on_break,
        taken_early=breaks.taken_early,
        lost=_lost_numbers(facts_by_kind),
        **fields,
    )


class _Departure(Struct, frozen=True):
    """When the party left; ``guessed``: derived from other facts than a check-out at that time."""

    when: Moment
    guessed: bool


class _Breaks(Struct, frozen=True):
    """``away``: ms of breaks that have ended. ``taken``: when the phone was taken and not returned after that."""

    away: int
    taken: Moment | None
    on_break: bool
    taken_early: bool


NO_BREAKS = _Breaks(0, None, on_break=False, taken_early=False)


def _times(arrival: Moment | None, departure: _Departure, breaks: _Breaks) -> dict[str, Any]:
    """The fields that only a visit that has ended has."""
    guessed = departure.guessed or departure.when.estimated
    if arrival is None:
        return {"checked_out": departure.when.at, "estimated": guessed}
    until_taken = elapsed_ms(arrival, breaks.taken or departure.when)
    return {
        "checked_out": departure.when.at,
        "estimated": guessed or arrival.estimated,
        "stay": elapsed_ms(arrival, departure.when),
        "phone_free": None if until_taken is None else max(0, until_taken - breaks.away),
    }


def _check_out(facts_by_kind: FactsByKind) -> _Departure | None:
    """The earliest check-out."""
    earliest: _Departure | None = None
    for fact, check_out in _of_kind(facts_by_kind, events.VisitCheckedOut):
        if earliest is None or signed_ms(earliest.when, fact.when) < 0:
            earliest = _Departure(fact.when, check_out.estimated)
    return earliest


def _end_of_session(session: UUID | None, arrival: Moment | None, closings: Mapping[UUID, int]) -> _Departure | None:
    """The closing of the session; None for a party that checked in after it, at another kiosk: it is still in."""
    closed = closings.get(session) if session else None
    if closed is None or arrival is None or arrival.at > closed:
        return None
    return _Departure(Moment(closed, NO_BOOT, 0, estimated=False), guessed=True)


def _fold_breaks(facts_by_kind: FactsByKind, departure: _Departure | None) -> _Breaks:
    moves = _of_kinds(facts_by_kind, events.PhoneTaken, events.PhoneReturned)
    if not moves:
        return NO_BREAKS
    away, taken, early = 0, None, False
    for fact in sorted(moves, key=cmp_to_key(_compare_times)):
        if departure is not None and signed_ms(departure.when, fact.when) > 0:
            continue
        match fact.event:
            case events.PhoneTaken() if not early:
                taken = taken or fact.when
                early = fact.event.early
            case events.PhoneReturned() if taken is not None and not early:
                away += elapsed_ms(taken, fact.when) or 0
                taken = None
    on_break = taken is not None and not early and departure is None
    return _Breaks(away, taken, on_break=on_break, taken_early=early)


def _compare_times(first: Fact, second: Fact) -> int:
    """By time, then by tick: a phone may be returned at a kiosk that has not learnt where it was taken."""
    return -signed_ms(first.when, second.when) or first.tick - second.tick


def _lost_numbers(facts_by_kind: FactsByKind) -> tuple[int, ...]:
    if events.StowLost not in facts_by_kind:
        return ()
    lost: set[int] = set()
    for fact in _of_kinds(facts_by_kind, events.StowLost, events.StowFound):
        match fact.event:
            case events.StowLost(numbers=numbers):
                lost.update(numbers)
            case events.StowFound(numbers=numbers):
                lost.difference_update(numbers)
    return tuple(sorted(lost))
