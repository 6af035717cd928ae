"""Which formats of slips all the kiosks of the venue read, as the server said last; kept on this kiosk alone."""

from collections.abc import Sequence

from sync.domain.visit import FIRST_FORMAT
from sync.ledger.ledger import JSON, Ledger

KEY = "slip_formats"


def stored(formats: Sequence[str] | None) -> JSON:
    """What is remembered of the server's answer; an older server, which says nothing, may have older kiosks."""
    return sorted(formats) if formats is not None else [FIRST_FORMAT]


def keep(ledger: Ledger, formats: Sequence[str] | None) -> None:
    """Remember the server's answer, durably; writes only what is new. Raises StorageTrouble."""
    if ledger.recall(KEY) != (answer := stored(formats)):
        ledger.remember(KEY, answer)


def readable_everywhere(ledger: Ledger) -> frozenset[str] | None:
    """The formats that every kiosk of the venue reads; None if no server has said so yet."""
    remembered = ledger.recall(KEY)
    return None if remembered is None else frozenset(remembered)
