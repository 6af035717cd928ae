"""Opens the server's ledger, in a data folder (SQLite) or on PostgreSQL, and checks its file."""

import secrets
from pathlib import Path

from sqlalchemy import insert, select

from sync.data_dir import prepare
from sync.domain.clock import Clock
from sync.domain.ids import uuid7
from sync.errors import UserError
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import integrity
from sync.ledger.readonly import SchemaMismatch, open_reading
from sync.ledger.store import StorageError, Store, open_store, show_address
from sync.server import tables

DATABASE = "hearth.db"
LOCK = "serve.lock"


def open_ledger(place: Path | str, clock: Clock) -> Ledger:
    """Open or create the ledger in a folder or at a PostgreSQL address, with its organisation. Raises UserError."""
    return _open(place, clock, make=True)


def open_existing(place: Path | str, clock: Clock) -> Ledger:
    """Open an existing ledger; creates none. Raises UserError."""
    if isinstance(place, Path) and not (place / DATABASE).is_file():
        raise UserError(_no_ledger_message(place))
    return _open(place, clock, make=False)


def check_file(place: Path | str) -> None:
    """Run the integrity check on the SQLite file, if there is one. Raises UserError."""
    if not isinstance(place, Path) or not (place / DATABASE).is_file():
        return
    file = place / DATABASE
    try:
        _check_not_empty(file)
        integrity.check(file)
    except integrity.Damaged as error:
        reason = " ".join(str(error).split())
        raise UserError(
            f"{file} is damaged ({reason}). It is not served, so that it gets no worse: put a backup in its place with "
            "`hearth-server restore`, and the kiosks send again what it lacks"
        ) from error
    except OSError as error:
        raise UserError(f"{file}: can't read the database ({error}); look at the disk") from error


def _check_not_empty(file: Path) -> None:
    """Refuse an empty file, which SQLite would open as a new database, although there was one."""
    log = file.with_name(file.name + "-wal")
    if not file.stat().st_size and not (log.exists() and log.stat().st_size):
        raise integrity.Damaged("it is empty; if nothing was ever kept here, delete it")


def open_for_reading(place: Path | str, clock: Clock) -> Ledger:
    """Open an existing ledger read-only; nothing is changed, not even its schema. Raises UserError.

    A read-only folder is sufficient, and on PostgreSQL a read-only role or replica.
    """
    where = place / DATABASE if isinstance(place, Path) else place
    shown = show_address(where) if isinstance(where, str) else str(where)
    try:
        if isinstance(where, Path) and not where.is_file():
            raise UserError(_no_ledger_message(place))
        return Ledger(open_reading(where), clock)
    except SchemaMismatch as error:
        raise UserError(_schema_message(shown, error)) from error
    except StorageError as error:
        if isinstance(where, str):
            raise UserError(_postgres_message(where, error)) from error
        raise UserError(f"{where}: can't read the database ({error})") from error
    except OSError as error:
        raise UserError(f"{place}: can't be looked into ({error.strerror}); choose another folder: --data") from error


def _no_ledger_message(place: Path | str) -> str:
    return f"{place}: no Hearth server has kept anything here; choose the folder with --data"


def _schema_message(shown: str, mismatch: SchemaMismatch) -> str:
    if mismatch.is_newer:
        return f"{shown} was made by a newer Hearth ({mismatch}): install that release again"
    return (
        f"{shown} is as an older Hearth left it ({mismatch}), and to read it changes nothing: "
        "run `hearth-server refold` or start `hearth-server serve` once, which bring it up to date"
    )


def _open(place: Path | str, clock: Clock, *, make: bool) -> Ledger:
    where = prepare(place) / DATABASE if isinstance(place, Path) else place
    store = None
    try:
        store = open_store(where, create=make)
        _ensure_organisation(store, clock.read().at)
    except StorageError as error:
        if store:
            store.close()
        if isinstance(where, Path):
            raise UserError(f"{where}: can't use the database ({error}); choose another folder: --data") from error
        raise UserError(_postgres_message(where, error)) from error
    return Ledger(store, clock)


def _postgres_message(address: str, error: StorageError) -> str:
    shown = show_address(address)
    return f"{shown}: can't use the database ({error}); is PostgreSQL running, and `database` in server.toml right?"


def _ensure_organisation(store: Store, now: int) -> None:
    query = select(tables.organisation.c.id)
    with store.reading() as connection:
        if connection.execute(query).first() is not None:
            return
    with store.writing() as connection:
        if connection.execute(query).first() is None:  # another process may have added it meanwhile
            connection.execute(insert(tables.organisation).values(id=uuid7(now), secret=secrets.token_hex(32)))
