"""Folds a subject's facts into its state, independently of the order and the number of times in which they arrived.

Facts count in the order (tick, id), each id once. So every batch, repetition and route gives the same row.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cmp_to_key
from typing import Any, TypeVar
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from sync.domain import events, stow_returns
from sync.domain.clock import Moment, elapsed_ms, signed_ms
from sync.domain.events import SERVER_KINDS, Event, ZoneName
from sync.domain.host import Seal, SealedHost
from sync.domain.pass_state import PassState
from sync.domain.series import Series
from sync.domain.session import Closing, Session
from sync.domain.stow_returns import SlotState, Stowed
from sync.domain.venue import Configuration
from sync.domain.visit import Visit, code_of

E = TypeVar("E", bound=Event)
NO_CLOSINGS: Mapping[UUID, Closing] = {}
HOUR = 3_600_000  # ms after its session's end within which a check-out that was seen replaces an estimate
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
    """Group once, because each rule below needs one or two kinds; without the facts that were undone."""
    facts_by_kind: FactsByKind = {}
    for fact in in_order(facts):
        facts_by_kind.setdefault(type(fact.event), []).append((fact, fact.event))
    if undoings := facts_by_kind.get(events.ActUndone):
        undone = {entry for _, event in undoings for entry in event.entries}
        for kind, of_kind in facts_by_kind.items():
            if kind.kind not in SERVER_KINDS:
                facts_by_kind[kind] = [pair for pair in of_kind if pair[0].id not in undone]
    return {kind: of_kind for kind, of_kind in facts_by_kind.items() if of_kind}


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
    """Fold a session. Of two openings the first counts; of two closings one that was seen, else the earlier.

    Of several plans the last counts, until the session is opened: then the opening says what it is. A closing by the
    timetable before the planned end is of a kiosk that had not learnt of an extension, and has no effect. The title is
    without spaces at its ends or two in a row, by which nobody could tell two titles apart.
    """
    facts_by_kind = _group_by_kind(facts)
    fields: dict[str, Any] = {"cancelled": events.SessionCancelled in facts_by_kind}
    estimated = False
    for _, planned in _of_kind(facts_by_kind, events.SessionPlanned)[-1:]:
        fields |= _set_fields(planned)
    for fact, opened in _of_kind(facts_by_kind, events.SessionOpened)[:1]:
        fields |= _set_fields(opened) | {"journal": fact.journal, "opened": fact.when.at}
        fields["practice"] = opened.practice is True  # whatever was planned: guests may have come in
        estimated = fact.when.estimated
    for change in _of_kinds(facts_by_kind, events.SessionAmended, events.SessionExtended):
        fields |= _set_fields(change.event)
    if title := fields.get("title"):
        fields["title"] = " ".join(title.split())
    fields["turned_away"] = sum(event.people for _, event in _of_kind(facts_by_kind, events.SessionTurnedAway))
    closings = [
        closing
        for closing in _of_kind(facts_by_kind, events.SessionClosed)
        if _is_in_effect(closing, fields.get("planned_end"))
    ]
    if closings:
        fact, closed = min(closings, key=_closing_order)
        fields["closed"] = _closing_time(fact, closed)
        fields["closeout"] = any(closing.closeout is True for _, closing in closings)
        estimated = estimated or fact.when.estimated or closed.estimated
    return Session(subject, estimated=estimated, **fields)


def _is_in_effect(closing: tuple[Fact, events.SessionClosed], planned_end: int | None) -> bool:
    """Whether a closing counts: each but one by the timetable before the end that a host has set meanwhile."""
    fact, closed = closing
    if closed.reason != "timetable" or planned_end is None:
        return closed.reason != "timetable"
    return _closing_time(fact, closed) >= planned_end


def _closing_order(closing: tuple[Fact, events.SessionClosed]) -> tuple[bool, int]:
    fact, closed = closing
    return closed.estimated, _closing_time(fact, closed)


def _closing_time(fact: Fact, closed: events.SessionClosed) -> int:
    return fact.when.at if isinstance(closed.ended_at, UnsetType) else closed.ended_at


def fold_venue(subject: UUID, facts: Iterable[Fact]) -> Configuration:
    """Fold a venue's configuration; of each field, and of each zone's name, the last value counts."""
    fields: dict[str, Any] = {}
    zones: dict[str, ZoneName] = {}
    for _, configured in _of_kind(_group_by_kind(facts), events.VenueConfigured):
        fields |= _set_fields(configured)
        zones |= {named.zone: named for named in fields.pop("zones", ())}
    return Configuration(subject, **fields, zones=tuple(zones[zone] for zone in sorted(zones)) or None)


def fold_series(subject: UUID, facts: Iterable[Fact]) -> Series:
    """Fold a weekly series: the last setting counts; its end wins over everything."""
    facts_by_kind = _group_by_kind(facts)
    fields: dict[str, Any] = {}
    for fact, series in _of_kind(facts_by_kind, events.SeriesSet)[-1:]:
        fields = _set_fields(series) | {"journal": fact.journal}
    return Series(subject, ended=events.SeriesEnded in facts_by_kind, **fields)


def fold_host(subject: UUID, facts: Iterable[Fact]) -> SealedHost:
    """Fold a host. Of each key the last record counts; a removal wins, so that no late record undoes it.

    A record under an earlier key is kept beside the latest: a kiosk that has not got the new key goes by it.
    """
    facts_by_kind = _group_by_kind(facts)
    number: int | None = None  # the first one: no later record changes what is on paper already
    seals: dict[str, Seal] = {}
    for fact, event in _of_kind(facts_by_kind, events.HostSealed):
        earlier = seals.pop(event.key, None)
        seals[event.key] = Seal(event.key, event.sealed, earlier.since if earlier else fact.tick)
        number = event.number if number is None else number
    return SealedHost(subject, number, tuple(seals.values()), events.HostRemoved in facts_by_kind)


def fold_pass(subject: UUID, facts: Iterable[Fact]) -> PassState:
    """Fold a pass. Whatever was said of it once stays so, in any order, and nothing undoes it."""
    facts = in_order(facts)
    kinds = {type(fact.event) for fact in facts}
    forgotten_at = [fact.when.at for fact in facts if isinstance(fact.event, events.PassForgotten)]
    return PassState(
        subject,
        issued=events.PassIssued in kinds,
        revoked=events.PassRevoked in kinds,
        forgotten=bool(forgotten_at),
        forgotten_at=min(forgotten_at, default=None),
    )


def host_records(facts: Iterable[Fact]) -> list[events.HostSealed]:
    """A host's records in order, without those that were undone: each says which of its fields it changes."""
    return [event for _, event in _of_kind(_group_by_kind(facts), events.HostSealed)]


def sessions_of(facts: Iterable[Fact]) -> set[UUID]:
    """The sessions that a visit's facts name."""
    sessions = (getattr(fact.event, "session", UNSET) for fact in facts)
    return {session for session in sessions if isinstance(session, UUID)}


def fold_visit(subject: UUID, facts: Iterable[Fact], closings: Mapping[UUID, Closing] = NO_CLOSINGS) -> Visit:
    """Fold a visit. A check-out without its check-in is kept in the row; a void wins.

    ``closings``: of sessions, as far as they are known. A party without a check-out leaves with its session, as an
    estimate. Of two check-outs that were seen the earlier counts; one that was seen replaces an estimate until an hour
    after the session's end, and later it only hands the phones back. A stay between two clocks that can't be compared
    has no length.
    """
    return _fold_visit(subject, _group_by_kind(facts), closings)[0]


def fold_slots(
    subject: UUID, facts: Iterable[Fact], closings: Mapping[UUID, Closing] = NO_CLOSINGS
) -> tuple[SlotState, ...]:
    """Where the phones and the pouch of each number of a visit are; as :func:`fold_visit` folds them."""
    facts_by_kind = _group_by_kind(facts)
    return stow_returns.fold_slots(_return_facts(facts_by_kind), _fold_visit(subject, facts_by_kind, closings)[1])


def _fold_visit(subject: UUID, facts_by_kind: FactsByKind, closings: Mapping[UUID, Closing]) -> tuple[Visit, Stowed]:
    pulses = _of_kind(facts_by_kind, events.PulseGiven)
    fields: dict[str, Any] = {pulse.when: pulse.score for _, pulse in pulses}
    arrival, earlier_breaks = None, 0
    for fact, check_in in _of_kind(facts_by_kind, events.VisitCheckedIn)[:1]:
        arrival = _arrival(fact, check_in)
        fields |= _set_fields(check_in)
        fields |= {"journal": fact.journal, "checked_in": arrival.at, "estimated": arrival.estimated}
        fields.pop("practice", None)  # its session says so
        arrived = fields.pop("arrived", None)
        earlier_breaks = arrived.away if arrived else 0
    for _, given in _of_kind(facts_by_kind, events.VisitPassGiven):
        fields["pass_"] = given.pass_
    for change in _of_kinds(facts_by_kind, events.VisitAmended, events.VisitSplit):
        fields |= (
            _split(fields, change.event) if isinstance(change.event, events.VisitSplit) else _set_fields(change.event)
        )
    closing = _closing_of(fields.get("session"), arrival, closings)
    departure = _departure(facts_by_kind, arrival, closing)
    breaks = _fold_breaks(facts_by_kind, departure, earlier_breaks)
    if departure is not None:
        fields |= _times(arrival, departure, breaks)
    stowed = _stowed(facts_by_kind, fields, departure, breaks, closing)
    returns = stow_returns.fold_returns(_return_facts(facts_by_kind), stowed)
    voided = events.VisitVoided in facts_by_kind
    is_in = arrival is not None and departure is None and not voided
    phones_out = fields.get("phones", 0) - returns.phones_back - returns.phones_lost
    visit = Visit(
        subject,
        code_of(subject),
        voided=voided,
        on_break=breaks.on_break,
        taken_early=breaks.taken_early,
        lost=returns.lost,
        phones_back=0 if voided else returns.phones_back,
        phones_lost=0 if voided else returns.phones_lost,
        held=returns.lost if voided else returns.held,
        outstanding=bool(is_in or returns.lost or (not voided and (returns.held or (arrival and phones_out > 0)))),
        **fields,
    )
    return visit, stowed


def breaks_until(facts: Iterable[Fact], now: Moment) -> int:
    """Breaks of a party that is in (ms), one that goes on included; 0 where its clocks can't be compared."""
    facts_by_kind = _group_by_kind(facts)
    for fact, check_in in _of_kind(facts_by_kind, events.VisitCheckedIn)[:1]:
        arrived = check_in.arrived
        breaks = _fold_breaks(facts_by_kind, None, 0 if isinstance(arrived, UnsetType) else arrived.away)
        times = _times(_arrival(fact, check_in), _Departure(now, guessed=False), breaks)
        return (times["stay"] or 0) - (times["phone_free"] or 0) if times["phone_free"] is not None else 0
    return 0


def _arrival(fact: Fact, check_in: events.VisitCheckedIn) -> Moment:
    """When the party came in; of a part of a party, when the whole did.

    Within one boot it follows from the entry's own time, which an anchor corrects.
    """
    arrived = check_in.arrived
    if isinstance(arrived, UnsetType):
        return fact.when
    if arrived.clock.boot == fact.when.boot:
        at = fact.when.at - (fact.when.up - arrived.clock.up)
        return Moment(at, fact.when.boot, arrived.clock.up, estimated=fact.when.estimated)
    return Moment(arrived.at, arrived.clock.boot, arrived.clock.up, estimated=not arrived.clock.sure)


def _split(fields: Mapping[str, Any], split: events.VisitSplit) -> dict[str, Any]:
    """What is left of a party when a part of it has gone."""
    remaining = {name: max(0, fields.get(name, 0) - getattr(split, name)) for name in ("party_size", "phones", "kept")}
    return remaining | {"numbers": tuple(n for n in fields.get("numbers", ()) if n not in split.numbers)}


def _return_facts(facts_by_kind: FactsByKind) -> list[Event]:
    return [fact.event for fact in _of_kinds(facts_by_kind, *stow_returns.KINDS)]


def _stowed(
    facts_by_kind: FactsByKind,
    fields: Mapping[str, Any],
    departure: "_Departure | None",
    breaks: "_Breaks",
    closing: Closing | None,
) -> Stowed:
    has_check_out = events.VisitCheckedOut in facts_by_kind
    return Stowed(
        fields.get("stow", "none"),
        fields.get("numbers", ()),
        fields.get("phones", 0),
        returned=closing is not None and not closing.closeout and not has_check_out,
        out_with_owner=departure is not None and breaks.is_out,
    )


class _Departure(Struct, frozen=True):
    """When the party left; ``guessed``: derived from other facts than a check-out at that time."""

    when: Moment
    guessed: bool


class _Breaks(Struct, frozen=True):
    """``away``: ms of breaks that have ended. ``taken``: when the phone was taken and not returned after that.

    ``is_out``: whether the last move took the phone, also one after the departure, by a kiosk that did not know of it.
    """

    away: int
    taken: Moment | None
    is_out: bool
    on_break: bool
    taken_early: bool


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


def _closing_of(session: UUID | None, arrival: Moment | None, closings: Mapping[UUID, Closing]) -> Closing | None:
    """The closing that ends the visit; None for a party that checked in after it, at another kiosk: it is still in."""
    closing = closings.get(session) if session else None
    return None if closing is None or arrival is None or arrival.at > closing.at else closing


def _departure(facts_by_kind: FactsByKind, arrival: Moment | None, closing: Closing | None) -> _Departure | None:
    """When the party left: seen in time, else by the earliest estimate, else with its session."""
    seen, estimates = [], []
    for fact, check_out in _of_kind(facts_by_kind, events.VisitCheckedOut):
        if check_out.estimated:
            estimates.append(fact.when if isinstance(check_out.left_at, UnsetType) else _moment(check_out.left_at))
        elif arrival is None or closing is None or _time_after(arrival, fact.when) <= closing.at + HOUR:
            seen.append(fact.when)
    if seen:
        return _Departure(_earliest(seen), guessed=False)
    if estimates:
        return _Departure(_earliest(estimates), guessed=True)
    return None if closing is None else _Departure(_moment(closing.at), guessed=True)


def _moment(at: int) -> Moment:
    """A time that no clock has measured (ms since 1970 UTC)."""
    return Moment(at, NO_BOOT, at, estimated=False)


def _time_after(arrival: Moment, moment: Moment) -> int:
    """The time of ``moment`` (ms since 1970 UTC), whatever the wall clock was set to since the arrival."""
    return arrival.at + signed_ms(arrival, moment)


def _earliest(moments: Sequence[Moment]) -> Moment:
    earliest = moments[0]
    for moment in moments[1:]:
        if signed_ms(earliest, moment) < 0:
            earliest = moment
    return earliest


def _fold_breaks(facts_by_kind: FactsByKind, departure: _Departure | None, away: int) -> _Breaks:
    """``away``: ms of breaks before the facts of this visit."""
    moves = sorted(_of_kinds(facts_by_kind, events.PhoneTaken, events.PhoneReturned), key=cmp_to_key(_compare_times))
    is_out = bool(moves) and isinstance(moves[-1].event, events.PhoneTaken)
    taken, early = None, False
    for fact in moves:
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
    return _Breaks(away, taken, is_out, on_break=on_break, taken_early=early)


def _compare_times(first: Fact, second: Fact) -> int:
    """By time, then by tick: a phone may be returned at a kiosk that has not received the taking."""
    return -signed_ms(first.when, second.when) or first.tick - second.tick
