"""Deals a kiosk keys and passes as a server does, without one."""

from kiosk.rules.passes import ScannedPass
from sync import pass_tokens
from sync.ledger import pass_stock
from sync.ledger.ledger import Ledger
from sync.ledger.pass_stock import KioskPassKeys

SEED, HASH_KEY = bytes(range(32)), bytes(range(32, 64))
PUBLIC = pass_tokens.public_key(SEED)
OTHER_SEED = bytes(range(64, 96))  # of another organisation


def deal(ledger: Ledger, count: int = 3) -> list[str]:
    """Deal the keys and some passes; returns them."""
    passes = [pass_tokens.new_pass(SEED) for _ in range(count)]
    fingerprint = pass_tokens.fingerprint(HASH_KEY, [PUBLIC])
    pass_stock.add(ledger, KioskPassKeys(fingerprint, HASH_KEY.hex(), (PUBLIC.hex(),)), passes)
    return passes


def hash_of(text: str) -> str:
    """The keyed hash of a pass."""
    checked = pass_tokens.check(text, pass_tokens.by_id([PUBLIC]))
    assert isinstance(checked, pass_tokens.GenuinePass)
    return pass_tokens.pass_hash(HASH_KEY, checked.id)


def scan_of(text: str) -> ScannedPass:
    """A scan of this pass by a scanner that reads it right."""
    return ScannedPass((text,))
