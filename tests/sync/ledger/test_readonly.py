"""Reading a ledger without writing: on a read-only disk, or beside a server that writes."""

import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from sync.errors import UserError
from sync.ledger.readonly import SchemaMismatch, open_reading
from sync.ledger.store import StorageError, open_sqlite
from tests.support.folder_snapshot import as_nobody


@pytest.fixture
def written(tmp_path):
    """A ledger's store, with one thing in it."""
    with closing(open_sqlite(tmp_path / "written.db")) as store:
        write(store, "said")
        yield store


def write(store, value):
    with store.writing() as connection:
        connection.execute(text("INSERT INTO local (key, value) VALUES ('it', :value)"), {"value": f'"{value}"'})


def close(folder):
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)


@pytest.fixture
def closed_folder():
    """A folder that can be entered and read, and not written; pytest's own are the owner's alone."""
    folder = Path(f"/var/tmp/hearth-{os.getpid()}-{os.urandom(4).hex()}")
    folder.mkdir(mode=0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_it_works_beside_a_writer(written):
    with closing(open_reading(Path(written.engine.url.database))) as store, store.reading() as connection:
        assert connection.execute(text("SELECT value FROM local")).scalar() == '"said"'


def test_it_never_writes(written):
    with (
        closing(open_reading(Path(written.engine.url.database))) as store,
        pytest.raises(StorageError, match="readonly"),
    ):
        write(store, "more")


def test_another_release_s_file_is_left_alone(written):
    with written.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    with pytest.raises(SchemaMismatch):
        open_reading(Path(written.engine.url.database))


def test_a_folder_that_cannot_be_written(tmp_path, written, closed_folder):
    written.close()
    shutil.copy(tmp_path / "written.db", closed_folder)
    close(closed_folder)

    with as_nobody(), closing(open_reading(closed_folder / "written.db")) as store, store.reading() as connection:
        assert connection.execute(text("SELECT value FROM local")).scalar() == '"said"'


def test_unreadable_commits_in_the_log_are_an_error(tmp_path, written, closed_folder):
    for name in ("written.db", "written.db-wal"):
        shutil.copy(tmp_path / name, closed_folder)
    close(closed_folder)

    with as_nobody(), pytest.raises(UserError, match=r"its last entries are in written\.db-wal"):
        open_reading(closed_folder / "written.db")
