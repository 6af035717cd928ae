"""Migrations from every older schema: completely or not at all, on both engines."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree
from uuid import UUID, uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Boolean, Connection, MetaData, Table, event, insert, inspect, select, text

from sync.domain.events import VisitCheckedIn
from sync.errors import UserError
from sync.ledger import schema, tables
from sync.ledger import store as engines
from sync.ledger.ledger import Ledger
from sync.ledger.store import Store, open_store
from sync.manual_clock import ManualClock
from sync.server import tables as server_tables
from sync.server.auth.tokens import digest
from sync.server.kiosks import pairing
from tests.support.postgres_server import PostgresServer

ARRIVED = VisitCheckedIn(session=uuid4(), party_size=2, phones=2, numbers=(1, 2))
TOMORROW = """
from alembic import op
from sqlalchemy import Column, Text

revision = "tomorrow"
down_revision = "{head}"


def upgrade() -> None:
    op.create_table("tomorrow", Column("id", Text, primary_key=True))
    op.add_column("visit", Column("weather", Text))
    op.execute("UPDATE visit SET weather = 'rain'")
    {then}
"""
SERVERS_OWN = ("web_session", "login_link", "account", "pairing_code", "kiosk", "zone", "venue", "organisation")
MADE_AT_ONCE: dict[str, tuple[str, tuple[str, ...]]] = {  # as which revision left them, without which tables
    "all": ("0002", ()),
    "before the feed": ("0001", ()),
    "on a kiosk": ("0002", SERVERS_OWN),
}
HOUR = 3_600_000
Empty = Callable[[], Store]


@pytest.fixture
def empty(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Empty]:
    """Opens the same empty database each time, without migrating it."""
    place: Path | str = tmp_path / "ledger.db"
    if engine == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        database = server.bare_database()
        place = server.address(database.__enter__())
    opened: list[Store] = []

    def open_() -> Store:
        with pytest.MonkeyPatch.context() as untouched:
            untouched.setattr(engines, "migrate", lambda *_, **__: None)
            opened.append(open_store(place))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()
    if engine == "postgres":
        database.__exit__(None, None, None)


@pytest.fixture
def store(empty: Empty) -> Store:
    return empty()


@pytest.fixture
def tomorrow(tmp_path: Path) -> Callable[[str], Path]:
    """The migrations of a release to come: one more, which ends with ``then``."""

    def make(then: str = "") -> Path:
        folder = tmp_path / "migrations"
        copytree(schema.MIGRATIONS, folder, dirs_exist_ok=True)
        (folder / "versions" / "tomorrow.py").write_text(TOMORROW.format(head=schema.HEAD, then=then))
        return folder

    return make


def up(store: Store, head: str = schema.HEAD, migrations: Path = schema.MIGRATIONS) -> None:
    with store.writing() as connection:
        schema.upgrade(connection, head, migrations)


def version(store: Store) -> str | None:
    with store.reading() as connection:
        return schema.version(connection)


def differences(store: Store) -> list[object]:
    assert server_tables.metadata is tables.metadata
    with store.reading() as connection:
        differences_: list[object] = compare_metadata(MigrationContext.configure(connection), tables.metadata)
        return differences_


def names(store: Store, table: str) -> set[str]:
    with store.reading() as connection:
        return {column["name"] for column in inspect(connection).get_columns(table)}


def test_the_constant_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_heads() == [schema.HEAD]


def test_the_migrations_create_the_tables_of_the_code(store: Store) -> None:
    up(store)

    assert differences(store) == []
    assert version(store) == schema.HEAD


def test_partial_indexes_are_partial(store: Store) -> None:
    up(store)

    with store.reading() as connection:
        indexes = [index for table in ("entry", "session", "visit") for index in inspect(connection).get_indexes(table)]
    conditions = {index["name"]: " ".join(map(str, index.get("dialect_options", {}).values())) for index in indexes}
    assert "quarantined IS NOT NULL" in conditions["entry_quarantined"]
    assert "position" in conditions["entry_stream_position"] and "sure" in conditions["entry_unsure"]
    assert "outstanding" in conditions["visit_outstanding"] and "closed IS NULL" in conditions["session_open"]


@pytest.mark.parametrize("until", MADE_AT_ONCE)
def test_a_database_from_before_the_migrations_is_taken_as_it_is(store: Store, clock: ManualClock, until: str) -> None:
    """Created at once; a kiosk's had the ledger's own tables alone."""
    shape, without = MADE_AT_ONCE[until]
    up(store, shape)
    with store.writing() as connection:
        connection.execute(text("INSERT INTO local (key, value) VALUES ('hosts', '[1]')"))
        for name in (*without, schema.TABLE):
            connection.execute(text(f"DROP TABLE {name}"))

    up(store)

    assert differences(store) == []
    ledger = Ledger(store, clock)
    assert ledger.recall("hosts") == [1]
    assert ledger.record((uuid4(), ARRIVED))


def test_a_migration_keeps_the_rows(store: Store, clock: ManualClock, tomorrow: Callable[[str], Path]) -> None:
    up(store)
    ledger = Ledger(store, clock)
    for _ in range(50):
        ledger.record((uuid4(), ARRIVED))
    before = ledger.visits()

    up(store, "tomorrow", tomorrow(""))

    assert (version(store), ledger.visits(), ledger.waiting().count) == ("tomorrow", before, 50)
    with store.reading() as connection:
        assert set(connection.execute(text("SELECT weather FROM visit")).scalars()) == {"rain"}
    ledger.record((uuid4(), ARRIVED))


def test_a_row_gets_the_venue_of_its_journal_and_on_a_kiosk_the_local_one(store: Store) -> None:
    up(store, "0002")
    before, kiosks = MetaData(), {"venue of one": uuid4(), "venue of two": uuid4(), "here": None}
    with store.writing() as connection:
        before.reflect(connection)
        for where, kiosk in kiosks.items():
            _fill(connection, before, where, kiosk)

    up(store)

    with store.reading() as connection:
        for table, key in ((tables.session, "title"), (tables.visit, "language"), (tables.anchor, "source")):
            venues = dict(connection.execute(select(table.c[key], table.c.venue)).all())
            expected = {id: tables.LOCAL_VENUE if kiosk is None else kiosk for id, kiosk in kiosks.items()}
            assert venues == {id[:16]: venue for id, venue in expected.items()}
    assert differences(store) == []


def _fill(connection: Connection, before: MetaData, where: str, kiosk: UUID | None) -> None:
    """A journal with an anchor, an opening and a visit whose check-in has not come; the venue has its kiosk's id."""

    def put(table: str, **values: object) -> None:
        connection.execute(insert(before.tables[table]).values({**_nothing(before.tables[table]), **values}))

    journal, session, visit, boot = uuid4(), uuid4(), uuid4(), uuid4()
    if kiosk is not None:
        put("venue", id=_raw(kiosk), name=where, time_zone="UTC")
        put("zone", id=_raw(kiosk), venue=_raw(kiosk), name="Main room")
        put("kiosk", id=_raw(kiosk), venue=_raw(kiosk), zone=_raw(kiosk), token_hash=where, enrolled_at=0)
    put("journal", id=_raw(journal), kiosk=_raw(kiosk), current=False)
    for seq, (kind, subject) in enumerate((("clock.anchored", kiosk or visit), ("session.opened", session)), 1):
        put(
            "entry", journal=_raw(journal), seq=seq, kind=kind, subject=_raw(subject), boot=_raw(boot), id=_raw(uuid4())
        )
    put("entry", journal=_raw(journal), seq=3, kind="visit.voided", subject=_raw(visit), id=_raw(uuid4()))
    put("anchor", boot=_raw(boot), source=where[:16])
    put("session", id=_raw(session), journal=_raw(journal), title=where)
    put("visit", id=_raw(visit), language=where)


def test_visits_from_before_close_outs_hold_numbers_while_they_are_in(store: Store) -> None:
    up(store, "0011")
    present, ended, lost, void = (uuid4() for _ in range(4))
    with store.writing() as connection:
        visit = Table("visit", MetaData(), autoload_with=connection)
        plain = _nothing(visit) | {"venue": _raw(tables.LOCAL_VENUE), "phones": 2, "numbers": [14, 15], "lost": []}
        plain |= {"checked_in": 1, "voided": False, "on_break": False, "taken_early": False, "estimated": False}
        for id, changes in {
            present: {"checked_out": None},
            ended: {"checked_out": 2},
            lost: {"checked_out": 2, "lost": [15]},
            void: {"checked_out": None, "voided": True},
        }.items():
            connection.execute(insert(visit).values(plain | {"id": _raw(id)} | changes))

    up(store)

    ledger = Ledger(store, ManualClock())
    rows = {id: ledger.visit(id) for id in (present, ended, lost, void)}
    assert {id: (row.held, row.phones_back, row.outstanding) for id, row in rows.items() if row} == {
        present: ((14, 15), 0, True),
        ended: ((), 2, False),
        lost: ((15,), 2, True),
        void: ((), 0, False),
    }


def _raw(value: UUID | None) -> object:
    """As the reflected tables of SQLite keep it, which PostgreSQL reads too."""
    return value and value.hex


def _nothing(table: Table) -> dict[str, object]:
    """A value for each column that must not be null."""
    return {
        column.name: False
        if isinstance(column.type, Boolean)
        else []
        if isinstance(column.type, JSON)
        else 0
        if column.type.python_type is int
        else ""
        for column in table.c
        if not column.nullable and not column.primary_key
    }


def test_an_interrupted_migration_changes_nothing(
    store: Store, clock: ManualClock, tomorrow: Callable[[str], Path]
) -> None:
    up(store)
    Ledger(store, clock).record((uuid4(), ARRIVED))

    with pytest.raises(RuntimeError, match="the power went"):
        up(store, "tomorrow", tomorrow('raise RuntimeError("the power went")'))

    assert version(store) == schema.HEAD
    assert differences(store) == []
    up(store, "tomorrow", tomorrow(""))
    assert "weather" in names(store, "visit")


def test_an_interrupted_first_migration_leaves_no_tables(store: Store) -> None:
    statements = 0

    def stop(*_: object) -> None:
        nonlocal statements
        statements += 1
        if statements == 30:
            raise RuntimeError("the power went")

    event.listen(store.engine, "before_cursor_execute", stop)
    with pytest.raises(RuntimeError):
        up(store)
    event.remove(store.engine, "before_cursor_execute", stop)

    with store.reading() as connection:
        assert inspect(connection).get_table_names() == []


def test_two_processes_that_start_at_once_migrate_once(empty: Empty) -> None:
    stores, together = [empty() for _ in range(4)], threading.Barrier(4)

    def start(store: Store) -> None:
        together.wait()
        engines.migrate(store)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(start, stores))

    assert version(stores[0]) == schema.HEAD
    assert differences(stores[0]) == []


def test_a_database_of_a_newer_release_is_left_alone(empty: Empty, tomorrow: Callable[[str], Path]) -> None:
    store = empty()
    up(store)
    up(store, "tomorrow", tomorrow(""))

    with pytest.raises(UserError, match="made by a newer Hearth") as mistake:
        engines.migrate(empty())

    assert len(str(mistake.value).splitlines()) == 1
    assert version(store) == "tomorrow"


def test_a_start_without_a_migration_does_not_import_alembic(tmp_path: Path) -> None:
    engines.open_sqlite(tmp_path / "ledger.db").close()
    script = f"""
import sys
from pathlib import Path
from sync.ledger.store import open_sqlite
open_sqlite(Path({str(tmp_path / "ledger.db")!r})).close()
assert not [name for name in sys.modules if name.startswith(("alembic", "mako", "psycopg"))]
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_an_open_pairing_code_outlives_the_change_of_its_hash(store: Store) -> None:
    """Its SHA-256 was stored; a keyed hash of that is stored now."""
    up(store, "0007")
    before, ids = MetaData(), [uuid4() for _ in range(3)]
    with store.writing() as connection:
        before.reflect(connection)
        names = ("organisation", "venue", "zone", "pairing_code")
        organisation, venue, zone, code = (before.tables[name] for name in names)
        connection.execute(insert(organisation).values(id=ids[0].hex, secret="ab" * 32))
        connection.execute(insert(venue).values(id=ids[1].hex, name="Mill", time_zone="UTC"))
        connection.execute(insert(zone).values(id=ids[2].hex, venue=ids[1].hex, name="Hall"))
        values = {"venue": ids[1].hex, "zone": ids[2].hex, "expires_at": 1000}
        connection.execute(insert(code).values(code_hash=digest("7KQM2WXA"), **values))

    up(store)

    assert pairing.enrol(Ledger(store, ManualClock()), "7kqm-2wxa", 0).zone.name == "Hall"
    with pytest.raises(pairing.CodeRefused, match="already used"):
        pairing.enrol(Ledger(store, ManualClock()), "7KQM2WXA", 0)


def test_all_days_of_a_server_are_counted_again_by_title(store: Store) -> None:
    up(store, "0031")
    row = {"venue": UUID(int=1), "code": "0000", "party_size": 1, "phones": 1, "kept": 0, "stow": "none", "numbers": []}
    flags = dict.fromkeys(("on_break", "taken_early", "voided", "estimated", "over_capacity", "outstanding"), False)
    more = {"phones_back": 0, "phones_lost": 0, "held": [], "lost": []}
    with store.writing() as connection:
        connection.execute(insert(server_tables.organisation).values(id=uuid4(), secret="0" * 64))
        for at in (5 * HOUR, 5 * HOUR + 1, 9 * HOUR):
            values = {**row, **flags, **more, "id": uuid4(), "checked_in": at}
            connection.execute(insert(tables.visit).values(**values))

    up(store)

    with store.reading() as connection:
        changes = connection.execute(select(server_tables.rollup_change.c.venue, server_tables.rollup_change.c.hour))
        assert sorted(map(tuple, changes)) == [(UUID(int=1), 5), (UUID(int=1), 9)]


def test_titles_lose_the_spaces_by_which_they_look_alike(store: Store) -> None:
    up(store, "0038")
    titles = {UUID(int=1): " Quiet hall", UUID(int=2): "Quiet  hall\t", UUID(int=3): "Quiet hall"}
    fields = {"venue": UUID(int=9), "session_kind": "event", "rhythm": []}
    flags = dict.fromkeys(("estimated", "cancelled", "practice", "closeout"), False)
    with store.writing() as connection:
        for id, title in titles.items():
            connection.execute(insert(tables.session).values(id=id, title=title, **fields, **flags))

    up(store)

    with store.reading() as connection:
        assert list(connection.execute(select(tables.session.c.title)).scalars()) == ["Quiet hall"] * 3
