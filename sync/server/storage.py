"""The server's data folder: its ledger, and the name of the lock that keeps a second server out."""

import secrets
from pathlib import Path

from sqlalchemy import insert, select

from sync.domain.clock import Clock
from sync.domain.ids import uuid7
from sync.folder import Mistake, prepare
from sync.ledger.engine import StorageTrouble, Store, open_sqlite
from sync.ledger.ledger import Ledger
from sync.ledger.tables import metadata
from sync.server import tables

DATABASE = "hearth.db"
LOCK = "serve.lock"


def open_ledger(folder: Path, clock: Clock) -> Ledger:
    """Open or make the folder, its database and the one organisation. Raises Mistake."""
    prepare(folder)
    try:
        store = open_sqlite(folder / DATABASE, metadata)
        _found_organisation(store, clock.read().at)
    except StorageTrouble as error:
        raise Mistake(
            f"{folder / DATABASE}: can't use the database ({error}); choose another folder: --data"
        ) from error
    return Ledger(store, clock)


def open_existing(folder: Path, clock: Clock) -> Ledger:
    """Open what is there already, and make nothing. Raises Mistake."""
    if not (folder / DATABASE).is_file():
        raise Mistake(f"{folder}: no Hearth server has kept anything here; choose the folder with --data")
    return open_ledger(folder, clock)


def _found_organisation(store: Store, now: int) -> None:
    with store.writing() as connection:
        if connection.execute(select(tables.organisation.c.id)).first() is None:
            connection.execute(insert(tables.organisation).values(id=uuid7(now), secret=secrets.token_hex(32)))
