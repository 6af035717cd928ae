"""Replaces the server's database by a backup; the former database is kept under another name.

After the next start kiosks push again what they have pushed since the backup, and nothing is granted until each kiosk
has reported its share (kiosks/restored_database.py). Codes and links that may have been used or ended since the backup,
and web sessions, are deleted.
"""

import os
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, inspect, text

from sync.data_dir import locked, prepare
from sync.errors import UserError
from sync.ledger import schema
from sync.ledger import tables as ledger_tables
from sync.ledger.maintenance.integrity import SIDE_FILES
from sync.ledger.store import Store, open_sqlite, store_of
from sync.server import tables
from sync.server.backups import backup
from sync.server.backups.backup import Content
from sync.server.kiosks import restored_database
from sync.server.storage import DATABASE, LOCK

ASIDE = "before_restore_"
OTHER_CONNECTIONS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)

TRIGGER_FUNCTIONS = """
SELECT quote_ident(proname) FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype
AND proname LIKE 'rollup~_%' ESCAPE '~'
"""


@dataclass(frozen=True)
class Restored:
    """What was restored, and where the former database is kept; None: there was none."""

    content: Content
    aside: str | None


def restore(place: Path | str, file: Path, *, replace: bool) -> Restored:
    """Restore a backup. ``replace``: even if the database is not empty. Raises UserError, StorageError.

    The backup is verified first, and replaces the former database atomically.
    """
    if not file.is_file():
        raise UserError(f"{file}: there is no such file")
    try:
        if not isinstance(place, Path):
            return _into_postgres(place, file, replace=replace)
        return _into_folder(prepare(place), file, replace=replace)
    except OSError as error:
        raise UserError(
            f"{file}: can't be restored ({error.strerror or error}); look at the disks and try again"
        ) from error


def _into_folder(folder: Path, file: Path, *, replace: bool) -> Restored:
    with locked(folder, LOCK):
        if (folder / DATABASE).exists() and not replace:
            raise UserError(
                f"{folder} has a database already: choose another --data, or say --replace; it is kept aside"
            )
        with backup.unpacked(file, folder) as plain:
            return Restored(_prepare(plain, file), _replace(plain, folder / DATABASE))


def _prepare(plain: Path, file: Path) -> Content:
    """Verify the backup, migrate its schema, and delete what must not become valid again."""
    content = backup.verify(plain, str(file))
    with closing(open_sqlite(plain)) as store:
        _invalidate(store)
    return content


def _invalidate(store: Store) -> None:
    with store.writing() as connection:
        restored_database.distrust_shares(connection)
        for table in (tables.pairing_code, tables.login_link):
            connection.execute(delete(table).where(table.c.used_at.is_(None)))
        connection.execute(delete(tables.web_session))
        connection.execute(delete(tables.shared_link).where(tables.shared_link.c.revoked_at.is_(None)))


def _replace(plain: Path, database: Path) -> str | None:
    """Replace the former database atomically, after linking it to another name; its side files are renamed too.

    Returns that name; None: there was no database.
    """
    number = 1
    while (aside := database.with_name(f"{database.name}.{ASIDE}{number}")).exists():
        number += 1
    has_former = database.exists()
    if has_former:
        _link(database, aside)
    for suffix in SIDE_FILES:
        with suppress(FileNotFoundError):
            database.with_name(database.name + suffix).rename(aside.with_name(aside.name + suffix))
    plain.replace(database)
    backup.sync_folder(database.parent)
    return str(aside) if has_former else None


def _link(database: Path, aside: Path) -> None:
    try:
        os.link(database, aside)
    except OSError:  # a file system without links
        database.rename(aside)


def _into_postgres(address: str, file: Path, *, replace: bool) -> Restored:
    with backup.unpacked(file, None) as plain:
        content = _prepare(plain, file)
        target = store_of(backup.bare_engine(address))
        with (
            closing(target),
            closing(open_sqlite(plain)) as source,
            source.reading() as rows,
            target.writing() as connection,
        ):
            connection.execute(text("SET LOCAL synchronous_commit = on"))
            aside = _set_tables_aside(connection, replace=replace)
            schema.upgrade(connection)
            backup.copy_rows(rows, connection)
    return Restored(content, aside)


def _set_tables_aside(connection: Connection, *, replace: bool) -> str | None:
    """Move existing tables into a new schema, within the transaction; returns its name. Raises UserError."""
    if others := connection.execute(text(OTHER_CONNECTIONS)).scalar_one():
        raise UserError(f"{others} connections use this database: stop the servers and commands that use it first")
    existing = set(inspect(connection).get_table_names())
    ours = existing & {schema.TABLE, *ledger_tables.metadata.tables}
    if not ours:
        return None
    if schema.version(connection) == schema.HEAD and backup.is_empty(connection):
        replace = True  # nothing would be lost
    if not replace:
        raise UserError(
            "something is kept in this database already: use an empty one, or say --replace; it is kept aside"
        )
    number = 1
    while f"{ASIDE}{number}" in inspect(connection).get_schema_names():
        number += 1
    connection.execute(text(f"CREATE SCHEMA {ASIDE}{number}"))
    for table in sorted(ours):
        connection.execute(text(f'ALTER TABLE "{table}" SET SCHEMA {ASIDE}{number}'))
    for function in connection.execute(text(TRIGGER_FUNCTIONS)).scalars().all():
        connection.execute(text(f"ALTER FUNCTION {function}() SET SCHEMA {ASIDE}{number}"))
    return f"the schema {ASIDE}{number}"
