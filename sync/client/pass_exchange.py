"""Gets the organisation's keys for passes and unused passes from the server, by heartbeats."""

from sync.ledger import pass_stock
from sync.ledger.ledger import Ledger
from sync.ledger.pass_stock import KioskPassKeys
from sync.protocol import PassDeal, PassReport


def report(ledger: Ledger) -> PassReport:
    """What this kiosk has."""
    keys = pass_stock.read_keys(ledger)
    return PassReport(len(pass_stock.unused(ledger)), keys.fingerprint if keys else "")


def apply_answer(ledger: Ledger, deal: PassDeal | None) -> None:
    """Store what the server has dealt. Raises StorageError."""
    if deal is not None:
        keys = KioskPassKeys(deal.fingerprint, deal.hash_key, tuple(deal.public_keys))
        pass_stock.add(ledger, keys, deal.passes)
