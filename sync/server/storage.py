"""Where the server keeps everything: a data folder of its own, or a database of PostgreSQL."""

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
    """Open or make the ledger of a folder or at a PostgreSQL address, with its one organisation. Raises UserError."""
    return _open(place, clock, make=True)


def open_existing(place: Path | str, clock: Clock) -> Ledger:
    """Open what is there already, and make nothing. Raises UserError."""
    if isinstance(place, Path) and not (place / DATABASE).is_file():
        raise UserError(_nothing_in(place))
    return _open(place, clock, make=False)


def check_file(place: Path | str) -> None:
    """Look whether the database file is sound, where it is one; PostgreSQL looks after its own. Raises UserError."""
    if not isinstance(place, Path) or not (place / DATABASE).is_file():
        return
    file = place / DATABASE
    try:
        _check_not_empty(file)
        integrity.check(file)
    except integrity.Damaged as damage:
        why = " ".join(str(damage).split())
        raise UserError(
            f"{file} is damaged ({why}). It is not served, so that it gets no worse: put a backup in its place with "
            "`hearth-server restore`, and the kiosks send again what it lacks"
        ) from damage
    except OSError as error:
        raise UserError(f"{file}: can't read the database ({error}); look at the disk") from error


def _check_not_empty(file: Path) -> None:
    """SQLite takes an empty file for a new database, and so would begin anew where there was one."""
    log = file.with_name(file.name + "-wal")
    if not file.stat().st_size and not (log.exists() and log.stat().st_size):
        raise integrity.Damaged("it is empty; if nothing was ever kept here, delete it")


def open_for_reading(place: Path | str, clock: Clock) -> Ledger:
    """Open what is there already to look at it alone, and change nothing, not even its schema. Raises UserError.

    A folder that can't be written will do, and on PostgreSQL a role or a replica that can only read.
    """
    where = place / DATABASE if isinstance(place, Path) else place
    shown = show_address(where) if isinstance(where, str) else str(where)
    try:
        if isinstance(where, Path) and not where.is_file():
            raise UserError(_nothing_in(place))
        return Ledger(open_reading(where), clock)
    except SchemaMismatch as unlike:
        raise UserError(_of_another_release(shown, unlike)) from unlike
    except StorageError as error:
        if isinstance(where, str):
            raise UserError(_unusable(where, error)) from error
        raise UserError(f"{where}: can't read the database ({error})") from error
    except OSError as error:
        raise UserError(f"{place}: can't be looked into ({error.strerror}); choose another folder: --data") from error


def _nothing_in(place: Path | str) -> str:
    return f"{place}: no Hearth server has kept anything here; choose the folder with --data"


def _of_another_release(shown: str, unlike: SchemaMismatch) -> str:
    if unlike.is_newer:
        return f"{shown} was made by a newer Hearth ({unlike}): install that release again"
    return (
        f"{shown} is as an older Hearth left it ({unlike}), and to read it changes nothing: "
        "run `hearth-server refold` or start `hearth-server serve` once, which bring it up to date"
    )


def _open(place: Path | str, clock: Clock, *, make: bool) -> Ledger:
    where = prepare(place) / DATABASE if isinstance(place, Path) else place
    store = None
    try:
        store = open_store(where, create=make)
        _found_organisation(store, clock.read().at)
    except StorageError as error:
        if store:
            store.close()
        if isinstance(where, Path):
            raise UserError(f"{where}: can't use the database ({error}); choose another folder: --data") from error
        raise UserError(_unusable(where, error)) from error
    return Ledger(store, clock)


def _unusable(address: str, error: StorageError) -> str:
    shown = show_address(address)
    return f"{shown}: can't use the database ({error}); is PostgreSQL running, and `database` in server.toml right?"


def _found_organisation(store: Store, now: int) -> None:
    found = select(tables.organisation.c.id)
    with store.reading() as connection:
        if connection.execute(found).first() is not None:
            return
    with store.writing() as connection:
        if connection.execute(found).first() is None:  # nobody else was faster
            connection.execute(insert(tables.organisation).values(id=uuid7(now), secret=secrets.token_hex(32)))
