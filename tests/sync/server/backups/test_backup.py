"""hearth-server backup and restore: complete or not at all, while the server runs, on both engines and between them."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from sync.domain.events import VisitCheckedIn
from sync.errors import UserError
from sync.ledger import tables as ledger_tables
from sync.ledger.ledger import Ledger
from sync.ledger.store import open_sqlite
from sync.manual_clock import ManualClock
from sync.server import storage
from sync.server.auth.scope import command_scope
from sync.server.backups.backup import back_up
from sync.server.backups.restore import restore
from sync.server.reports import shared_links
from sync.server.reports.base import ReportFilters
from sync.server.reports.shared_content import MadeBy
from sync.server.reports.shared_reports import share_report

REVIVED = {
    "pairing_code",
    "login_link",
    "web_session",
    "shared_link",
}  # of which a restore ends what may have been used


@pytest.fixture
def here(engine: str, place, tmp_path: Path) -> Path | str:
    """The place of the test server's database."""
    return tmp_path / "data" if engine == "sqlite" else place("server")


@pytest.fixture(params=["sqlite", "postgres"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    """The place where a backup is restored: on either engine, whichever it is from."""
    if request.param == "sqlite":
        yield tmp_path / "elsewhere"
        return
    server = request.getfixturevalue("postgres_server")
    with server.bare_database() as database:
        yield server.address(database)


def rows(store) -> dict[str, list[tuple[object, ...]]]:
    """All rows of a database by table, except those that a restore changes."""
    with store.reading() as connection:
        contents = {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in ledger_tables.metadata.sorted_tables
        }
    return {name: table_rows for name, table_rows in contents.items() if name not in REVIVED}  # type: ignore[return-value]


@pytest.fixture
def busy(central, kiosk):
    """A server with rows in every table."""
    kiosk.open_session()
    kiosk.visit(central.now, 30)
    kiosk.push()
    kiosk.send(b'{"seq": 4, "kind": "of tomorrow"}')
    kiosk.beat(share={"version": 1, "pouches": 40})
    central.link()
    share_report_of_this_month(central)
    return central


def share_report_of_this_month(central) -> None:
    made = MadeBy(central.scope.organisation, "ada", central.now)
    filters = ReportFilters(date(2026, 11, 1), date(2026, 11, 30))
    shared = share_report(central.store, central.inventory, filters, made)
    for _ in range(2):
        shared_links.make_link(central.store, central.scope, shared, made, 30)
    ended, _ = shared_links.listed(central.store, central.scope)
    shared_links.revoke(central.store, central.scope, ended.id, central.now)


def test_a_restore_is_complete_on_either_engine(busy, here, elsewhere, tmp_path: Path) -> None:
    back_up(here, tmp_path / "a.backup")

    restored = restore(elsewhere, tmp_path / "a.backup", replace=False)

    assert (restored.content.kiosks, restored.content.entries, restored.aside) == (1, 4, None)
    with closing(storage.open_existing(elsewhere, ManualClock())) as ledger:
        restored_rows, was = rows(ledger.store), rows(busy.store)
        assert {name: table_rows for name, table_rows in restored_rows.items() if name != "share"} == {
            name: some for name, some in was.items() if name != "share"
        }
        assert len(restored_rows["share"]) == len(was["share"]) == 1
        assert len(restored_rows["shared_report"]) == 1
        assert len(restored_rows["shared_month"]) == 11, "all since January"
        links = shared_links.listed(ledger.store, command_scope(ledger.store))
        assert [link.revoked_at is not None for link in links] == [True], "who ended a link since then must not undo it"


def test_a_backup_while_kiosks_push_is_of_one_moment(central, here, tmp_path: Path) -> None:
    kiosks = [central.kiosk() for _ in range(2)]
    done = threading.Event()

    def push(kiosk) -> None:
        while not done.is_set():
            kiosk.visit(central.now, 30)
            assert kiosk.push(kiosk.written[-2:]).status_code == 200

    threads = [threading.Thread(target=push, args=(kiosk,)) for kiosk in kiosks]
    for thread in threads:
        thread.start()
    try:
        for number in range(3):
            back_up(here, tmp_path / f"{number}.backup")
    finally:
        done.set()
        for thread in threads:
            thread.join()

    for number in range(3):
        restore(tmp_path / str(number), tmp_path / f"{number}.backup", replace=False)
        ledger = storage.open_existing(tmp_path / str(number), ManualClock())
        with closing(ledger), ledger.store.reading() as connection:
            last = connection.exec_driver_sql("SELECT last_position FROM stream").scalar() or 0
            positions = connection.exec_driver_sql("SELECT position FROM entry ORDER BY position").scalars()
            assert list(positions) == list(range(1, last + 1))
            assert connection.exec_driver_sql("SELECT sum(last_seq) FROM journal").scalar() == (last or None)


def test_a_backup_is_its_owners_alone_and_never_written_over(busy, here, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    back_up(here, file)
    before = file.read_bytes()

    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UserError, match="already"):
        back_up(here, file)
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if "hearth-backup" in path.name] == []


def test_a_backup_that_cannot_be_written_leaves_nothing(busy, here, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't be written"):
        back_up(here, tmp_path / "not there" / "a.backup")

    assert not (tmp_path / "not there").exists()


@pytest.mark.parametrize("harm", ["cut", "flipped", "empty", "text", "more"])
def test_a_damaged_backup_is_refused_and_the_database_stays(busy, here, tmp_path: Path, harm: str) -> None:
    file = tmp_path / "a.backup"
    back_up(here, file)
    whole = file.read_bytes()
    at = len(whole) - 6  # in the checksum: some bits before it, such as the length of an unused code, change nothing
    file.write_bytes(
        {
            "cut": whole[:-100],
            "flipped": whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :],
            "empty": b"",
            "text": b"SQLite format 3\0 it is not",
            "more": whole + b"something else",
        }[harm]
    )
    before = rows(busy.store)

    with pytest.raises(UserError, match=r"a\.backup"):
        restore(tmp_path / "elsewhere", file, replace=False)

    assert not (tmp_path / "elsewhere" / "hearth.db").exists()
    assert rows(busy.store) == before


def test_a_kiosks_database_is_no_servers(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record((uuid4(), VisitCheckedIn(session=uuid4(), party_size=1, phones=1)))
    folder = tmp_path / "as a server"
    folder.mkdir()
    with closing(open_sqlite(folder / "hearth.db")):
        pass

    with pytest.raises(UserError, match="kiosk"):
        back_up(folder, tmp_path / "a.backup")
    assert not (tmp_path / "a.backup").exists()


def test_the_former_database_is_replaced_only_with_the_option_and_kept_aside(
    busy, here, elsewhere, tmp_path: Path
) -> None:
    back_up(here, tmp_path / "a.backup")
    with closing(storage.open_ledger(elsewhere, ManualClock())) as ledger:
        former = ledger.record((uuid4(), VisitCheckedIn(session=uuid4(), party_size=1, phones=1)))[0].id

    with pytest.raises(UserError, match="--replace"):
        restore(elsewhere, tmp_path / "a.backup", replace=False)
    asides = [restore(elsewhere, tmp_path / "a.backup", replace=True).aside for _ in range(2)]

    assert len(set(asides)) == 2
    with closing(storage.open_existing(elsewhere, ManualClock())) as ledger:
        assert rows(ledger.store)["kiosk"] == rows(busy.store)["kiosk"]
        if isinstance(elsewhere, str):
            name = asides[0].removeprefix("the schema ")  # type: ignore[union-attr]
            with ledger.store.reading() as connection:
                assert connection.exec_driver_sql(f"SELECT id FROM {name}.entry").scalars().all() == [former]
    if isinstance(elsewhere, Path):
        with closing(open_sqlite(Path(asides[0]))) as store, store.reading() as connection:  # type: ignore[arg-type]
            assert connection.execute(select(ledger_tables.entry.c.id)).scalars().all() == [former]


def test_nothing_is_restored_under_a_server_that_runs(engine: str, place, tmp_path: Path) -> None:
    config = tmp_path / "server.toml"
    here = f'data = "{tmp_path}/running"' if engine == "sqlite" else f'database = "{place("running")}"'
    config.write_text(f'{here}\nlisten = "127.0.0.1:0"\n')
    words = [sys.executable, "-m", "sync.server"]
    serve = [*words, "serve", "--config", str(config)]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None and server.stdout.readline().startswith("Hearth server at")
        commands = (["backup", str(tmp_path / "a.backup")], ["restore", str(tmp_path / "a.backup"), "--replace"])
        ran = [
            subprocess.run([*words, *command, "--config", str(config)], capture_output=True, text=True, check=False)
            for command in commands
        ]
        server.terminate()

    assert ran[0].returncode == 0 and "Backed up" in ran[0].stdout
    assert ran[1].returncode == 2 and "stop" in ran[1].stderr and len(ran[1].stderr.splitlines()) == 1
    again = subprocess.run([*words, *commands[1], "--config", str(config)], capture_output=True, text=True, check=False)
    assert again.returncode == 0 and "kept as" in again.stdout


def test_codes_links_and_sessions_of_the_backup_are_void(central, here, tmp_path: Path, browser) -> None:
    central.code("Mill café")
    browser.post(central.link(), data={"login": "ada", "password": "a long enough passphrase"})
    central.link()
    back_up(here, tmp_path / "a.backup")

    restore(tmp_path / "elsewhere", tmp_path / "a.backup", replace=False)

    with (
        closing(storage.open_existing(tmp_path / "elsewhere", ManualClock())) as ledger,
        ledger.store.reading() as connection,
    ):
        for table in ("pairing_code", "login_link"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table} WHERE used_at IS NULL").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM web_session").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM account").scalar() == 1
