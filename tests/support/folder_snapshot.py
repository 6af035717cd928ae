"""Snapshots of a folder, to check that nothing in it was changed, added or removed; and processes without rights."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

UNPRIVILEGED_UID = 65_534
SHARED_MEMORY = "-shm"  # SQLite's readers write into it, and it is recreated at the next start


def contents(folder: Path) -> dict[str, bytes]:
    """The content of every file below the folder, by relative path."""
    return {
        str(file.relative_to(folder)): b"" if file.name.endswith(SHARED_MEMORY) else file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@contextmanager
def unchanged(folder: Path) -> Iterator[None]:
    """Checks that no file in this folder is changed, added or removed meanwhile."""
    before = contents(folder)
    yield
    after = contents(folder)
    assert sorted(after) == sorted(before)
    assert [name for name in before if after[name] != before[name]] == []


def set_revision(file: Path, revision: str) -> None:
    """Set the schema revision of a closed database file."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.commit()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Run as a user who may read and not write, also where the tests run as root, who may always write."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(UNPRIVILEGED_UID)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
