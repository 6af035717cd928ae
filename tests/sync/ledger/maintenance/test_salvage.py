"""A damaged file is read from a copy, by SQLite's own recovery too, and is not changed."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk import bootstrap
from sync.domain.events import SessionPlanned, VisitCheckedIn, read_entry
from sync.ledger import authority
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import backup, rescue, salvage
from sync.ledger.maintenance.page_scan import PageScan
from sync.ledger.store import open_sqlite
from sync.manual_clock import ManualClock
from tests.support.folder_snapshot import set_revision, unchanged
from tests.support.soak import times

PAGE = 4096
VISITS = 400
ARRIVED = VisitCheckedIn(session=uuid4(), party_size=2, phones=2)


@pytest.fixture
def file(tmp_path: Path, clock: ManualClock) -> Path:
    """A ledger of 400 visits on disk, closed, in a folder of its own."""
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "ledger.db"
    with closing(Ledger(open_sqlite(file), clock)) as ledger:
        for _ in range(VISITS // 10):
            ledger.record(*[(uuid4(), ARRIVED) for _ in range(10)])
        ledger.remember("hosts", [{"id": "one"}])
    return file


def lines(file: Path) -> dict[str, str]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return {str(read_entry(line).id): line for (line,) in connection.execute("SELECT line FROM entry")}


def damage(file: Path, pages: list[int], chance: random.Random) -> None:
    with file.open("r+b") as out:
        for page in pages:
            out.seek((page - 1) * PAGE)
            out.write(chance.randbytes(PAGE))


def root_of_entries(file: Path) -> int:
    with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as connection:
        rows = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entry' AND type = 'table'")
        page: int = rows.fetchone()[0]
        return page


def without_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(salvage, "PROGRAM", "sqlite3 of no machine")


def without_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PageScan, "texts", lambda _: iter(()))


RECOVERED = """#!/bin/sh
cat <<'EOF'
.dbconfig defensive off
BEGIN;
PRAGMA writable_schema = on;
CREATE TABLE "local"("key", "value");
INSERT INTO "local" VALUES('hosts', '[{"id": "two"}]');
CREATE TABLE "lost_and_found"(rootpgno INTEGER, pgno INTEGER, nfield INTEGER, id INTEGER, c0, c1, c2);
INSERT INTO nowhere VALUES(1);
INSERT INTO "lost_and_found" VALUES(7, 9, 3, 1, 'x', NULL, '%s');
COMMIT;
EOF
"""


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A script in PATH instead of SQLite's program."""
    (folder / "sqlite3").write_text(script)
    (folder / "sqlite3").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def test_rows_below_a_damaged_interior_page_are_read_although_none_can_be_looked_up(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = root_of_entries(file)
    assert file.read_bytes()[(root - 1) * PAGE] == 5, "an interior page: the rows are below it"
    before = lines(file)
    damage(file, [root], random.Random(1))

    with monkeypatch.context() as alone:
        without_program(alone)
        without_scan(alone)
        assert len(rescue.rescue([file]).entries) == 0
    assert rescue.rescue([file]).entries == {id: read_entry(line) for id, line in before.items()}


def test_a_damaged_first_page_costs_no_row_and_no_local_value(file: Path) -> None:
    damage(file, [1], random.Random(1))

    rescued = rescue.rescue([file])

    assert len(rescued.entries) == VISITS
    assert rescued.local["hosts"] == [{"id": "one"}]


def test_a_row_that_is_longer_than_a_page_is_read(file: Path) -> None:
    long = "[" + ",".join(f'"{number:06}"' for number in range(5000)) + "]"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO local VALUES ('long', ?)", (long,))
        connection.commit()
    damage(file, [1], random.Random(1))

    assert len(rescue.rescue([file]).local["long"]) == 5000


def test_deleted_rows_are_not_restored(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("DELETE FROM entry WHERE rowid > 20")
        connection.commit()
    root = root_of_entries(file)
    damage(file, [next(page for page in range(2, root + 1) if page != root)], random.Random(1))

    assert len(rescue.rescue([file]).entries) <= 20


def test_sqlite_s_own_recovery_is_used_where_its_program_has_one(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = next(iter(lines(file).values()))
    damage(file, list(range(1, file.stat().st_size // PAGE + 1)), random.Random(1))
    assert rescue.rescue([file]).entries == {}
    program(tmp_path, monkeypatch, RECOVERED % line)

    rescued = rescue.rescue([file])

    assert list(rescued.entries.values()) == [read_entry(line)]
    assert rescued.local == {"hosts": [{"id": "two"}]}


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\necho 'not SQL at all;'; echo \"'\"\n"])
def test_a_failing_program_costs_nothing(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    damage(file, [9], random.Random(1))
    with monkeypatch.context() as alone:
        without_program(alone)
        without_it = rescue.rescue([file]).entries
    program(tmp_path, monkeypatch, script)

    assert rescue.rescue([file]).entries == without_it


def test_commits_in_the_log_are_rescued_too_and_the_log_stays(tmp_path: Path, clock: ManualClock) -> None:
    """As after a power cut: a file of one page, and all commits in the log."""
    (tmp_path / "live").mkdir()
    (tmp_path / "cut").mkdir()
    with closing(Ledger(open_sqlite(tmp_path / "live" / "ledger.db"), clock)) as ledger:
        with ledger.store.reading() as connection:
            connection.exec_driver_sql("PRAGMA wal_autocheckpoint=0")
        ledger.record(*[(uuid4(), ARRIVED) for _ in range(300)])
        for part in (tmp_path / "live").iterdir():
            shutil.copy(part, tmp_path / "cut")
    cut = tmp_path / "cut" / "ledger.db"
    assert cut.with_name("ledger.db-wal").stat().st_size > cut.stat().st_size

    with unchanged(tmp_path / "cut"):
        assert len(rescue.rescue([cut]).entries) == 300


@pytest.mark.parametrize("seed", range(times(6, 300)))
def test_however_pages_are_damaged_nothing_is_invented_and_the_file_stays(
    file: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance, before = random.Random(seed), lines(file)
    pages = file.stat().st_size // PAGE
    damage(file, chance.sample(range(1 if seed % 3 == 0 else 2, pages + 1), chance.randrange(1, pages // 2)), chance)

    with unchanged(file.parent):
        rescued = rescue.rescue([file])
    with monkeypatch.context() as alone:
        without_program(alone)
        without_scan(alone)
        by_rows = rescue.rescue([file]).entries

    assert set(rescued.entries) <= set(before)
    assert all(entry == read_entry(before[id]) for id, entry in rescued.entries.items())
    assert set(by_rows) <= set(rescued.entries)


def test_a_sound_backup_takes_precedence_over_a_damaged_file(file: Path, tmp_path: Path) -> None:
    """A page that can be read may still have another content than was written."""
    good = backup.backup(file, tmp_path / "backups")
    before = lines(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE entry SET line = replace(line, '\"party_size\":2', '\"party_size\":9')")
        connection.execute("UPDATE local SET value = '[]' WHERE key = 'hosts'")
        connection.commit()
    damage(file, [file.stat().st_size // PAGE - 1], random.Random(1))

    rescued = rescue.rescue([file, good])

    assert {id: read_entry(line) for id, line in before.items()} == rescued.entries
    assert rescued.local["hosts"] == [], "what changes is newer in the file itself"


def test_a_rebuilding_keeps_the_damaged_file_as_it_was(tmp_path: Path, clock: ManualClock) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with closing(bootstrap.open_ledger(folder, clock)) as ledger:
        for _ in range(VISITS // 10):
            ledger.record(*[(uuid4(), ARRIVED) for _ in range(10)])
    file = folder / bootstrap.LEDGER
    damage(file, [root_of_entries(file)], random.Random(1))
    damaged = file.read_bytes()

    with closing(bootstrap.open_ledger(folder, clock)) as again:
        assert len(again.visits()) == VISITS
        assert again.waiting().count == VISITS

    assert file.with_name(f"{bootstrap.LEDGER}.damaged-1").read_bytes() == damaged
    assert not list(folder.glob(f"{salvage.PREFIX}*"))


def test_leftovers_of_an_interrupted_rescue_are_removed(file: Path) -> None:
    (file.parent / f"{salvage.PREFIX}before").mkdir()
    (file.parent / f"{salvage.PREFIX}before" / "ledger.db").write_bytes(b"half a copy")

    rescue.rescue([file])

    assert [part.name for part in file.parent.iterdir()] == ["ledger.db"]


def test_a_plan_of_the_server_is_never_taken_for_an_own_fact(
    open_ledger: Callable[[str], Ledger], tmp_path: Path
) -> None:
    """Even if the journals' owners can't be read: a kiosk can't state what only the server may."""
    server, kiosk, venue = open_ledger("server"), open_ledger("kiosk"), uuid4()
    planned = SessionPlanned("hall", "Quiet evening", "event", planned_start=1, planned_end=2)
    [entry] = server.record((uuid4(), planned), stream=venue)
    kiosk.record((uuid4(), ARRIVED))
    page = server.feed(venue, 0, 100, uuid4())
    kiosk.apply_feed([line.encode() for line in page.lines], {}, page.server)
    kiosk.close()
    with closing(sqlite3.connect(tmp_path / "kiosk.db")) as connection:
        connection.execute("DELETE FROM journal")
        connection.commit()

    rescued = rescue.rescue([tmp_path / "kiosk.db"])

    assert rescued.others == [entry]
    assert [entry.kind for entry in rescued.own] == [ARRIVED.kind]
    assert authority.read_remembered(rescued.local) == [entry.journal]


def test_a_file_of_another_release_is_read_as_well(file: Path) -> None:
    set_revision(file, "0004")

    assert len(rescue.rescue([file]).entries) == VISITS
