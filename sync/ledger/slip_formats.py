"""Which formats of slips all kiosks of the venue can read, by the server's last answer; stored on this kiosk alone."""

from collections.abc import Sequence

from sync.domain.visit import FIRST_FORMAT
from sync.ledger.ledger import JSON, Ledger

KEY = "slip_formats"


def stored_value(formats: Sequence[str] | None) -> JSON:
    """The value to remember. None is the answer of an older server, whose venue may have older kiosks."""
    return sorted(formats) if formats is not None else [FIRST_FORMAT]


def save(ledger: Ledger, formats: Sequence[str] | None) -> None:
    """Store the server's answer, if it has changed. Raises StorageError."""
    if ledger.recall(KEY) != (value := stored_value(formats)):
        ledger.remember(KEY, value)


def readable_everywhere(ledger: Ledger) -> frozenset[str] | None:
    """The formats that every kiosk of the venue can read; None before the first answer of a server."""
    remembered = ledger.recall(KEY)
    return None if remembered is None else frozenset(remembered)
