"""Handles a data folder that was copied to another device: at the copy, and at the original."""

from uuid import UUID

from sync.allocation.kiosk_side import KioskAllocation, Presence
from sync.allocation.model import Grant, Share
from sync.client import download
from sync.client.api import KioskCopied
from sync.domain.events import SessionOpened, read_entry
from sync.ledger import pass_stock
from sync.ledger.ledger import JSON, Ledger
from sync.ledger.local_keys import COPY, PAIR_AGAIN
from sync.protocol import CopiedRange

KEY = "copies heard of"  # the feed position up to which entries that copies have pushed were requested
MESSAGE = "this kiosk was copied from another one that is in use"


def is_copy(ledger: Ledger) -> bool:
    """Whether the server has refused this as a copy, and it has not been paired since."""
    return bool(ledger.recall(COPY))


def check(ledger: Ledger) -> None:
    """Raises KioskCopied for a copy: what it records waits until it is paired."""
    if is_copy(ledger):
        raise KioskCopied(MESSAGE)


def mark_as_copy(ledger: Ledger, allocation: KioskAllocation) -> None:
    """The server has refused this as a copy: store that, and stop using the share. Raises StorageError.

    Unused passes were copied too: the original issues them.
    """
    if not is_copy(ledger):
        ledger.remember(pass_stock.STOCK, [])
        allocation.discard_share()


def request_copied(ledger: Ledger, kiosk: UUID, pushed: CopiedRange | None) -> None:
    """A copy has pushed entries as this kiosk: start a new journal, and request those entries. Raises StorageError."""
    if pushed is None or ledger.recall(KEY) == pushed.up_to:
        return
    remembered = {**download.restore_request(kiosk, pushed.after), KEY: pushed.up_to}
    ledger.start_journal(ledger.waiting().acknowledged, remembered)


def first_grant(ledger: Ledger, grant: Grant | None) -> Grant | None:
    """The grant of a copy that has just been paired: of sessions that others opened it has no other seats."""
    if grant is None:
        return None
    waiting = ledger.waiting()
    lines = ledger.lines(waiting.journal, waiting.acknowledged, waiting.count) if waiting.journal else []
    own = {entry.subject for entry in map(read_entry, lines) if entry.kind == SessionOpened.kind}
    others = Presence([session for session in ledger.open_sessions() if session.id not in own], ())
    granted = grant.granted
    return Grant(
        grant.version,
        Share(
            granted.pouches, granted.lockers, granted.codes, {**dict.fromkeys(others.dealt_ids(), 0), **granted.seats}
        ),
    )


def cleared() -> dict[str, JSON]:
    """The values to remember when the kiosk is paired."""
    return {COPY: False, PAIR_AGAIN: False}
