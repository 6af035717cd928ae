"""Which optional fields of an entry the server reads, as it announced last; stored on this kiosk alone."""

from collections.abc import Sequence

from sync.ledger.ledger import JSON, Ledger

KEY = "entry_fields"


def stored(fields: Sequence[str] | None) -> JSON:
    """What is stored of the server's announcement; an older server announces nothing and reads none."""
    return sorted(fields or [])


def keep(ledger: Ledger, fields: Sequence[str] | None) -> None:
    """Store the server's announcement, durably, where it is new. Raises StorageError."""
    if (ledger.recall(KEY) or []) != (announced := stored(fields)):
        ledger.remember(KEY, announced)


def announced(ledger: Ledger) -> frozenset[str]:
    """The optional fields that the server reads."""
    return frozenset(ledger.recall(KEY) or [])
