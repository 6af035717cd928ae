"""Settings that were chosen at the kiosk; they are stored on it alone, and count instead of those in kiosk.toml."""

import msgspec
from msgspec import structs

from sync.ledger.ledger import Ledger

KEY = "settings"


class StoredSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """None: nothing was chosen here, and kiosk.toml counts."""

    language: str | None = None
    venue: str | None = None
    zone: str | None = None
    pouches: int | None = None
    lockers: int | None = None


def stored_settings(ledger: Ledger) -> StoredSettings:
    """What has been chosen at this kiosk."""
    return msgspec.convert(ledger.recall(KEY) or {}, StoredSettings)


def save_settings(ledger: Ledger, settings: StoredSettings) -> None:
    """Store the fields that are set, beside those that were stored before. Raises StorageError."""
    changes = {name: value for name, value in structs.asdict(settings).items() if value is not None}
    ledger.remember(KEY, (ledger.recall(KEY) or {}) | changes)
