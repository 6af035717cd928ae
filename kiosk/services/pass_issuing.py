"""Issues passes to a party that has checked in: printed, or a blank card that is taught. No name, and one tap."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from kiosk.rules.device_events import PaperNotPrinted, PaperPrinted
from kiosk.rules.device_states import Condition, DeviceKind
from kiosk.services.context import KioskContext
from kiosk.services.records.visitor_records import IssuedPass, PassMade, PassNotMade, PassWays
from sync import pass_tokens
from sync.domain.events import PassForgotten, PassIssued, VisitPassGiven
from sync.domain.ids import pass_subject
from sync.domain.pass_state import PassState
from sync.ledger import pass_stock
from sync.ledger import passes as ledger_passes
from sync.ledger.ledger import Ledger
from sync.ledger.pass_stock import KioskPassKeys

PRINTING = "passes being printed"  # in the ledger's local table: by job, the visit that gets the pass
MOST_PRINTING = 8  # jobs that are remembered: of a kiosk that was switched off meanwhile nothing more is heard
WORKING = (Condition.READY, Condition.UNKNOWN, Condition.PAPER_LOW)


@dataclass(frozen=True)
class CardPass:
    """What a card stands for: a pass that was taught to it, or the one that it may be taught."""

    hash: str = field(repr=False)
    state: PassState


def ways(context: KioskContext) -> PassWays:
    """How this kiosk can issue a pass now."""
    if pass_stock.read_keys(context.ledger) is None:
        return PassWays()
    prints = _works(context, "printer") and _next_unused(context.ledger) is not None
    return PassWays(prints, _works(context, "card_reader"))


def _works(context: KioskContext, kind: DeviceKind) -> bool:
    return any(state.kind == kind and state.condition in WORKING for state in context.device_states())


def issue(context: KioskContext, visit: UUID, job: UUID) -> IssuedPass | PassNotMade:
    """Issue one of the unused passes to this visit; the page prints it as ``job``. Raises StorageError."""
    keys, text = pass_stock.read_keys(context.ledger), _next_unused(context.ledger)
    pass_hash = hash_of(text, keys) if keys and text else None
    if text is None or pass_hash is None:
        return PassNotMade("none_left")
    facts = (pass_subject(pass_hash), PassIssued()), (visit, VisitPassGiven(pass_hash))
    others = list(_printing(context).items())[-MOST_PRINTING + 1 :]
    printing = {PRINTING: {**dict(others), str(job): str(visit)}}
    context.ledger.record(*facts, then=pass_stock.taking(text), remember=printing, is_act=False)
    return IssuedPass(text, pass_hash)


def note_paper(context: KioskContext, event: PaperPrinted | PaperNotPrinted) -> None:
    """Take a pass back that was not printed, also when its page was left long ago. Raises StorageError."""
    if isinstance(event, PaperNotPrinted):
        take_back(context, event.job)
    elif str(event.job) in (printing := _printing(context)):
        context.ledger.remember(PRINTING, _without(printing, event.job))


def take_back(context: KioskContext, job: UUID) -> PassNotMade:
    """Forget the pass of a print job that failed or was cancelled: it was not handed out. Raises StorageError."""
    printing = _printing(context)
    visit = context.ledger.visit(UUID(printing[str(job)])) if str(job) in printing else None
    if visit and visit.pass_:
        remaining = {PRINTING: _without(printing, job)}
        context.ledger.record((pass_subject(visit.pass_), PassForgotten()), remember=remaining)
    return PassNotMade("not_printed")


def _printing(context: KioskContext) -> dict[str, str]:
    return dict(context.ledger.recall(PRINTING) or {})


def _without(printing: Mapping[str, str], job: UUID) -> dict[str, str]:
    return {other: visit for other, visit in printing.items() if other != str(job)}


def teach_card(context: KioskContext, visit: UUID, card: str) -> PassMade | PassNotMade:
    """Let a blank card be the pass of this visit. Raises StorageError."""
    keys = pass_stock.read_keys(context.ledger)
    if keys is None:
        return PassNotMade("none_left")
    taught = read_card(context.ledger, keys, card)
    if taught.state.issued or taught.state.revoked:
        return PassNotMade("taken")
    context.ledger.record((pass_subject(taught.hash), PassIssued()), (visit, VisitPassGiven(taught.hash)), is_act=False)
    return PassMade("taught")


def read_card(ledger: Ledger, keys: KioskPassKeys, card: str) -> CardPass:
    """What a card stands for. One whose pass was forgotten is blank again: it gets another hash."""
    generation = 0
    while True:
        pass_hash = pass_tokens.card_hash(bytes.fromhex(keys.hash_key), card, generation)
        state = ledger_passes.state(ledger.store, pass_subject(pass_hash))
        if not state.forgotten:
            return CardPass(pass_hash, state)
        generation += 1


def hash_of(text: str, keys: KioskPassKeys) -> str | None:
    """The keyed hash of a pass; None where these keys have not signed it."""
    checked = pass_tokens.check(text, keys.by_id)
    if not isinstance(checked, pass_tokens.GenuinePass):
        return None
    return pass_tokens.pass_hash(bytes.fromhex(keys.hash_key), checked.id)


def _next_unused(ledger: Ledger) -> str | None:
    """A pass of the stock of which nothing was said: an older copy of the stock may have issued ones."""
    keys = pass_stock.read_keys(ledger)
    for text in pass_stock.unused(ledger) if keys else ():
        pass_hash = hash_of(text, keys) if keys else None
        if pass_hash and ledger_passes.state(ledger.store, pass_subject(pass_hash)) == PassState(
            pass_subject(pass_hash)
        ):
            return text
    return None
