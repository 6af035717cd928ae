"""The venue keys that this kiosk has; they stay in its own database and are never sent, printed or logged."""

from dataclasses import dataclass

from kiosk.rules import venue_key
from sync.ledger.ledger import JSON, Ledger

KEY = "venue_keys"


@dataclass(frozen=True)
class Keyring:
    """``keys``: the current one last. ``renounced``: ids of lost keys, whose hosts this kiosk was made to forget."""

    keys: tuple[bytes, ...] = ()
    renounced: frozenset[str] = frozenset()

    @property
    def current(self) -> bytes | None:
        """The key with which hosts are sealed now; None: there is none yet."""
        return self.keys[-1] if self.keys else None

    def by_id(self) -> dict[str, bytes]:
        """The keys by their ids."""
        return {venue_key.key_id(key): key for key in self.keys}

    def with_current(self, key: bytes) -> "Keyring":
        """The same with another current key; the earlier ones stay, for hosts who have no PIN under it yet."""
        others = tuple(other for other in self.keys if other != key)
        return Keyring((*others, key), self.renounced - {venue_key.key_id(key)})

    def stored_value(self) -> dict[str, JSON]:
        """The value to remember."""
        return {KEY: {"keys": [key.hex() for key in self.keys], "renounced": sorted(self.renounced)}}


def load(ledger: Ledger) -> Keyring:
    """The keys that are stored."""
    stored = ledger.recall(KEY) or {}
    keys = tuple(map(bytes.fromhex, stored.get("keys", [])))
    return Keyring(keys, frozenset(stored.get("renounced", [])))


def is_stored(ledger: Ledger) -> bool:
    """Whether this kiosk has ever had a key, or was made to forget it."""
    return ledger.recall(KEY) is not None
