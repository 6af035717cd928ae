"""What this kiosk has for passes, by its server: keys, and unused passes that it may issue. It stays on this kiosk."""

from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select

from sync import pass_tokens
from sync.ledger import tables
from sync.ledger.ledger import Ledger
from sync.pass_tokens import PublicKeys

KEYS, STOCK = "pass keys", "unused passes"

_local = tables.local.c


class KioskPassKeys(Struct, frozen=True):
    """The organisation's keys, in hex."""

    fingerprint: str
    hash_key: str
    public_keys: tuple[str, ...]

    @property
    def by_id(self) -> PublicKeys:
        """The public keys by their ids."""
        return pass_tokens.by_id(map(bytes.fromhex, self.public_keys))


def read_keys(ledger: Ledger) -> KioskPassKeys | None:
    """The keys; None: the server has dealt none."""
    stored = ledger.recall(KEYS)
    return msgspec.convert(stored, KioskPassKeys) if stored else None


def unused(ledger: Ledger) -> list[str]:
    """The passes that this kiosk may issue."""
    return list(ledger.recall(STOCK) or [])


def add(ledger: Ledger, keys: KioskPassKeys, passes: Sequence[str]) -> None:
    """Store what the server has dealt. Unused passes that these keys have not signed are dropped. Raises StorageError.

    What was dealt already, as by a repeated answer, is not added again.
    """
    with ledger.store.writing() as connection:
        stock = [*_read_stock(connection), *passes]
        genuine = [text for text in dict.fromkeys(stock) if _is_genuine(text, keys)]
        _write(connection, STOCK, genuine)
        _write(connection, KEYS, msgspec.to_builtins(keys))


def taking(text: str) -> Callable[[Connection], None]:
    """A step of a transaction (Ledger.record's ``then``) that takes a pass out of the stock.

    Raises LookupError where it is not there any more.
    """

    def take(connection: Connection) -> None:
        stock = _read_stock(connection)
        if text not in stock:
            raise LookupError("this pass is not in the stock")
        _write(connection, STOCK, [other for other in stock if other != text])

    return take


def _is_genuine(text: str, keys: KioskPassKeys) -> bool:
    return isinstance(pass_tokens.check(text, keys.by_id), pass_tokens.GenuinePass)


def _read_stock(connection: Connection) -> list[str]:
    return list(connection.execute(select(_local.value).where(_local.key == STOCK)).scalar() or [])


def _write(connection: Connection, key: str, value: object) -> None:
    connection.execute(delete(tables.local).where(_local.key == key))
    connection.execute(insert(tables.local).values(key=key, value=value))
