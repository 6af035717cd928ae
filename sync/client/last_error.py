"""Why the server had to wait, kept in the ledger for whoever asks for the kiosk's status: in words, and until when."""

import msgspec

from sync.client.api import EnrolAgain, KioskCopied, TryLater
from sync.ledger.ledger import Ledger
from sync.ledger.local_keys import PAIR_AGAIN
from sync.ledger.store import StorageError

TROUBLE = "trouble"


class SyncError(msgspec.Struct, frozen=True):
    """The last try; times in ms since 1970 UTC, as this kiosk believed."""

    said: str
    at: int
    again_at: int


def note(ledger: Ledger, error: Exception, seconds: float) -> None:
    """Remember what went wrong, and that it is tried again in so many seconds. Raises StorageTrouble."""
    now = ledger.clock.read().at
    ledger.remember(TROUBLE, msgspec.to_builtins(SyncError(words(error), now, now + round(seconds * 1000))))
    _ask_to_pair(ledger, isinstance(error, EnrolAgain))


def noted(ledger: Ledger) -> SyncError | None:
    """What went wrong at the last try; None: it went well."""
    kept = ledger.recall(TROUBLE)
    return msgspec.convert(kept, SyncError) if kept else None


def forget(ledger: Ledger) -> None:
    """It went well again. Raises StorageTrouble."""
    ledger.remember(TROUBLE, {})
    _ask_to_pair(ledger, False)


def _ask_to_pair(ledger: Ledger, wanted: bool) -> None:
    """Let the host's board say so, or no longer."""
    if bool(ledger.recall(PAIR_AGAIN)) != wanted:
        ledger.remember(PAIR_AGAIN, wanted)


def words(error: Exception) -> str:
    """What to tell a host."""
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
