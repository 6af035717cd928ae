"""A pass at the door: one scan comes in as last time, one within a minute says so, a later one leaves."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from kiosk.rules.passes import PassKey, SeenCard
from kiosk.services import occupancy, pass_issuing, visit_lookup, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.visitor_records import (
    ByPass,
    CheckInRequest,
    NoPouch,
    NotOpen,
    PassChooses,
    PassSeen,
    RefusedPass,
    SeveralSessions,
)
from sync import pass_tokens
from sync.domain.clock import Clock
from sync.domain.events import (
    Event,
    PassForgotten,
    PassRefused,
    PhoneReturned,
    VisitCheckedIn,
    VisitCheckedOut,
    VisitPassGiven,
)
from sync.domain.fold import Fact
from sync.domain.ids import pass_subject
from sync.domain.visit import Visit
from sync.ledger import pass_stock
from sync.ledger import passes as ledger_passes
from sync.ledger.pass_stock import KioskPassKeys
from sync.pass_tokens import NotGenuine

AGAIN_MS = 60_000  # within which people scan again to be sure
NOTED_MS = 60 * 60_000  # within which the same refusal is not recorded again
CAME = (VisitCheckedIn, PhoneReturned, VisitPassGiven)


@dataclass(frozen=True)
class KnownPass:
    """A genuine pass of this organisation that is valid as far as is known here."""

    hash: str = field(repr=False)

    @property
    def id(self) -> UUID:
        """The subject of the facts about it."""
        return pass_subject(self.hash)


def process_pass(context: KioskContext, scanned: PassKey) -> ByPass | RefusedPass:
    """Come in, or leave; within a minute of the last time only say where the holder is. Raises StorageError."""
    known = read_pass(context, scanned)
    if isinstance(known, RefusedPass):
        return known
    inside = _visits_inside(context, known)
    if len(inside) > 1:
        return _refuse(context, known, "in_twice")
    if not inside:
        return _come_in_unless_just_left(context, known)
    [visit] = inside
    if not visit.on_break and _is_recent(context, visit.id, *CAME):
        return _by(visit, PassSeen("in", known.hash, visit.numbers, visit_lookup.stow_kind(visit)))
    return _by(visit, visits.end_break(context, visit) if visit.on_break else visits.end_visit(context, visit, "pass"))


def leave(context: KioskContext, scanned: PassKey) -> ByPass | RefusedPass:
    """Leave, where the visitor has said so. Raises StorageError."""
    visit = _find_inside(context, scanned)
    return visit if not isinstance(visit, Visit) else _by(visit, visits.end_visit(context, visit, "pass"))


def step(context: KioskContext, scanned: PassKey) -> ByPass | RefusedPass:
    """Begin a break, or end it. Raises StorageError."""
    visit = _find_inside(context, scanned)
    return visit if not isinstance(visit, Visit) else _by(visit, visits.toggle_break_of(context, visit))


def come_in(context: KioskContext, pass_hash: str, session: UUID | None = None) -> ByPass:
    """Check the holder of a pass in as last time here, or let the holder choose. Raises StorageError.

    ``session`` None: the only one that is open.
    """
    last = ledger_passes.last_visit(context.ledger.store, pass_hash)
    if last is None:
        return ByPass(_choosing(context, pass_hash, session))
    request = CheckInRequest(
        last.party_size,
        last.phones,
        last.kept,
        last.language or "en",
        visit_lookup.stow_kind(last),
        session,
        pass_hash=pass_hash,
    )
    outcome = visits.check_in(context, request)
    match outcome:
        case NoPouch():
            return _by(last, PassChooses(pass_hash, session))
        case SeveralSessions(live):
            return _by(last, SeveralSessions(live, pass_hash))
        case NotOpen():
            return _by(last, PassSeen("closed", pass_hash))
    return _by(last, outcome)


def forget(context: KioskContext, pass_hash: str) -> None:
    """Forget the holder of a pass: its hash leaves every row and stored line, here and wherever it became known.

    A visit that is in stays in. Raises StorageError.
    """
    context.ledger.record((pass_subject(pass_hash), PassForgotten()))


def read_pass(context: KioskContext, scanned: PassKey) -> KnownPass | RefusedPass:
    """The pass of a scan, or why it opens no door. A revoked one is recorded."""
    keys = pass_stock.read_keys(context.ledger)
    if isinstance(scanned, SeenCard):
        return _read_card(context, keys, scanned.card)
    if keys is None:
        return RefusedPass("foreign")
    checked = pass_tokens.check_any(scanned.readings, keys.by_id)
    if isinstance(checked, NotGenuine):
        return RefusedPass(checked.why)
    known = KnownPass(pass_tokens.pass_hash(bytes.fromhex(keys.hash_key), checked.id))
    state = ledger_passes.state(context.ledger.store, known.id)
    if state.forgotten:
        return RefusedPass("forgotten")
    return _refuse(context, known, "revoked") if state.revoked else known


def _read_card(context: KioskContext, keys: KioskPassKeys | None, card: str) -> KnownPass | RefusedPass:
    if keys is None:
        return RefusedPass("blank_card")
    taught = pass_issuing.read_card(context.ledger, keys, card)
    if taught.state.revoked:
        return _refuse(context, KnownPass(taught.hash), "revoked")
    return KnownPass(taught.hash) if taught.state.issued else RefusedPass("blank_card")


def _find_inside(context: KioskContext, scanned: PassKey) -> Visit | ByPass | RefusedPass:
    known = read_pass(context, scanned)
    if isinstance(known, RefusedPass):
        return known
    inside = _visits_inside(context, known)
    if len(inside) > 1:
        return _refuse(context, known, "in_twice")
    return inside[0] if inside else ByPass(PassSeen("out", known.hash))


def _visits_inside(context: KioskContext, known: KnownPass) -> list[Visit]:
    return [visit for visit in context.ledger.open_and_outstanding()[1] if visit.is_in and visit.pass_ == known.hash]


def _come_in_unless_just_left(context: KioskContext, known: KnownPass) -> ByPass:
    last = ledger_passes.last_visit(context.ledger.store, known.hash)
    if last is not None and _is_recent(context, last.id, VisitCheckedOut):
        return _by(last, PassSeen("out", known.hash))
    return come_in(context, known.hash)


def _choosing(context: KioskContext, pass_hash: str, session: UUID | None) -> PassChooses | SeveralSessions | PassSeen:
    """For a first time here: the party and its phones are chosen once."""
    snapshot = occupancy.read_occupancy(context)
    if not snapshot.sessions:
        return PassSeen("closed", pass_hash)
    if session is None and len(snapshot.sessions) > 1:
        return SeveralSessions(occupancy.live_sessions(context, snapshot), pass_hash)
    return PassChooses(pass_hash, session)


def _by(visit: Visit, outcome: object) -> ByPass:
    return ByPass(outcome, visit.language)


def _refuse(context: KioskContext, known: KnownPass, why: Literal["revoked", "in_twice"]) -> RefusedPass:
    """Refuse a genuine pass, and record that for the coordinator: once an hour."""
    if not _is_recent(context, known.id, PassRefused, within=NOTED_MS):
        context.ledger.record((known.id, PassRefused(why)))
    return RefusedPass(why)


def _is_recent(context: KioskContext, subject: UUID, *kinds: type[Event], within: int = AGAIN_MS) -> bool:
    """Whether a fact of these kinds was recorded about the subject within this time (ms)."""
    facts = [fact for _, fact in context.ledger.history(subject) if isinstance(fact.event, kinds)]
    return any(_age(fact, context.ledger.clock) < within for fact in facts)


def _age(fact: Fact, clock: Clock) -> int:
    """ms since a fact, by the uptime where that can be compared, else by the clock; never negative."""
    now = clock.read()
    return abs(now.up - fact.when.up if fact.when.boot == now.boot else now.at - fact.when.at)
