"""A data folder that was copied to another device: what the copy may do, and what the original learns of it."""

from uuid import UUID

from sync.allocation.kiosk_side import KioskAllocation
from sync.allocation.model import Share
from sync.client import download
from sync.client.api import KioskCopied
from sync.domain.events import SessionOpened, read_entry
from sync.ledger.ledger import JSON, Ledger
from sync.ledger.local_keys import COPY, PAIR_AGAIN
from sync.protocol import CopiedRange, Grant

HEARD = "copies heard of"  # under this: up to which position of the feed we have asked for what copies have pushed
WORDS = "this kiosk was copied from another one that is in use"


def is_copy(ledger: Ledger) -> bool:
    """Whether the server has said that this is a copy, and it has not been paired since."""
    return bool(ledger.recall(COPY))


def check(ledger: Ledger) -> None:
    """Raises KioskCopied for a copy: what it records waits here until it is paired."""
    if is_copy(ledger):
        raise KioskCopied(WORDS)


def heard(ledger: Ledger, allocation: KioskAllocation) -> None:
    """The server has said so. Raises StorageTrouble."""
    if not is_copy(ledger):
        allocation.discard_share()


def learn_from(ledger: Ledger, kiosk: UUID, pushed: CopiedRange | None) -> None:
    """A copy has pushed entries as this kiosk: go on in a journal of our own, and ask for what it has pushed."""
    if pushed is None or ledger.recall(HEARD) == pushed.up_to:
        return
    remembered = {**download.to_restore(kiosk, pushed.after), HEARD: pushed.up_to}
    ledger.start_journal(ledger.waiting().acknowledged, remembered)


def first_share(ledger: Ledger, dealt: Grant | None) -> Grant | None:
    """The share of a copy that has just been paired: of sessions that others opened it has no places but these."""
    if dealt is None:
        return None
    waiting = ledger.waiting()
    lines = ledger.lines(waiting.journal, waiting.acknowledged, waiting.count) if waiting.journal else []
    own = {entry.subject for entry in map(read_entry, lines) if entry.kind == SessionOpened.kind}
    others = {session.id: 0 for session in ledger.open_sessions() if session.id not in own}
    granted = dealt.granted
    return Grant(dealt.version, Share(granted.pouches, granted.lockers, granted.codes, {**others, **granted.seats}))


def forgotten() -> dict[str, JSON]:
    """What to remember when the kiosk is paired."""
    return {COPY: False, PAIR_AGAIN: False}
