"""What a folder holds, so that a test can say that nothing was changed, added or removed in it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

NOBODY = 65_534
SHARED_MEMORY = "-shm"  # SQLite's readers mark their turn in it, and the next start makes it anew


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below the folder, with what is in it."""
    return {
        str(file.relative_to(folder)): b"" if file.name.endswith(SHARED_MEMORY) else file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@contextmanager
def unchanged(folder: Path) -> Iterator[None]:
    """Nothing in this folder is changed meanwhile, and nothing comes or goes."""
    before = contents(folder)
    yield
    after = contents(folder)
    assert sorted(after) == sorted(before)
    assert [name for name in before if after[name] != before[name]] == []


def set_revision(file: Path, revision: str) -> None:
    """Let a file be another release's, as far as its schema says; closed, with nothing beside it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.commit()


@contextmanager
def as_nobody() -> Iterator[None]:
    """As one who may read and not write, whoever runs the tests: for root nothing is closed."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
