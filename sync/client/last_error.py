"""Stores why the last exchange with the server failed, and when it is retried, for the kiosk's status."""

import msgspec

from sync.client.api import EnrolAgain, KioskCopied, TryLater
from sync.ledger.ledger import Ledger
from sync.ledger.local_keys import PAIR_AGAIN
from sync.ledger.store import StorageError

KEY = "trouble"


class SyncError(msgspec.Struct, frozen=True):
    """A failed exchange; times in ms since 1970 UTC, by this kiosk's clock."""

    message: str = msgspec.field(name="said")
    at: int
    again_at: int


def save(ledger: Ledger, error: Exception, seconds: float) -> None:
    """Store the error, and that the exchange is retried in so many seconds. Raises StorageError."""
    now = ledger.clock.read().at
    ledger.remember(KEY, msgspec.to_builtins(SyncError(describe(error), now, now + round(seconds * 1000))))
    _set_pair_again(ledger, isinstance(error, EnrolAgain))


def load(ledger: Ledger) -> SyncError | None:
    """The error of the last exchange; None: it succeeded."""
    stored = ledger.recall(KEY)
    return msgspec.convert(stored, SyncError) if stored else None


def clear(ledger: Ledger) -> None:
    """Remove the error after a successful exchange. Raises StorageError."""
    ledger.remember(KEY, {})
    _set_pair_again(ledger, False)


def _set_pair_again(ledger: Ledger, wanted: bool) -> None:
    """Whether the host's board asks to pair the kiosk again."""
    if bool(ledger.recall(PAIR_AGAIN)) != wanted:
        ledger.remember(PAIR_AGAIN, wanted)


def describe(error: Exception) -> str:
    """The message for a host."""
    match error:
        case TryLater():
            return str(error)
        case KioskCopied():
            return f"{error}: pair it with a code of its own, with hearth-kiosk pair"
        case EnrolAgain():
            return f"the server does not take this kiosk's word ({error}): pair it again with hearth-kiosk pair"
        case StorageError():
            return f"this kiosk's disk: {error}"
    return f"something unforeseen, which is in the log: {error}"
