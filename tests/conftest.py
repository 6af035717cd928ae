"""Fixtures for all tests: a manual clock, ledgers in files, databases on SQLite and PostgreSQL."""

import gc
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from assets.compile_catalogues import compile_changed
from kiosk import window
from kiosk.settings import PanelSettings
from sync.ledger.ledger import Ledger
from sync.ledger.store import open_sqlite
from sync.manual_clock import ManualClock
from tests.support.postgres_server import PostgresServer, postgres
from tests.support.sqlite_template import SqliteTemplate, make_template

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling


hypothesis.settings.register_profile("any machine", deadline=None)  # no test depends on seconds
hypothesis.settings.load_profile("any machine")
window.prepare(PanelSettings(), Path(tempfile.gettempdir()) / "hearth-tests", offscreen=True)  # before Kivy is imported


def pytest_configure() -> None:
    """Compiles the catalogues that have changed, so that pytest needs no make."""
    compile_changed()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "LoadScopeScheduling":  # noqa: ANN401 - xdist's own
    """Replaces xdist's scheduler, where xdist is in use."""
    from tests.support.scheduler import SharedFixtures

    return SharedFixtures(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Runs the longest tests first, so that the processes end at about the same time.

    Tests whose subject is above the database run on one engine, unless they are soaking or named on the command line.
    """
    from tests.support.engines import is_left_to_the_soak
    from tests.support.scheduler import rank
    from tests.support.soak import SOAKING

    is_whole_run = not any(argument.partition("::")[0].endswith(".py") for argument in config.args)
    if is_whole_run and not SOAKING:
        left_out = [item for item in items if is_left_to_the_soak(item.nodeid)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    items.sort(key=lambda item: rank(item.nodeid))


def pytest_collection_finish() -> None:
    """Excludes from garbage collection what is imported by now, and collects less often.

    Building pages and web pages makes many short-lived objects, and collecting took half the time of such tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def clock() -> ManualClock:
    """A synchronised clock at 8:00 UTC on 24 November 2026."""
    return ManualClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """An empty SQLite database, migrated once for all tests."""
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def open_ledger(
    tmp_path: Path, clock: ManualClock, sqlite_template: SqliteTemplate
) -> Iterator[Callable[[str], Ledger]]:
    """Opens ledgers by name, each in its own file."""
    opened: list[Ledger] = []

    def open_(name: str) -> Ledger:
        opened.append(Ledger(open_sqlite(sqlite_template.copy_to(tmp_path / f"{name}.db")), clock))
        return opened[-1]

    yield open_
    for ledger in opened:
        ledger.close()


@pytest.fixture
def ledger(open_ledger: Callable[[str], Ledger]) -> Ledger:
    """An empty ledger."""
    return open_ledger("ledger")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server for the tests."""
    with postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    """Runs a test on both engines."""
    engine: str = request.param
    return engine


@pytest.fixture
def place(
    engine: str, tmp_path: Path, sqlite_template: SqliteTemplate, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Path | str]]:
    """Returns the address of the database of a name, for open_store; new ones have empty tables."""
    places: dict[str, Path | str] = {}

    def address(name: str) -> Path | str:
        if name not in places:
            on_sqlite = engine == "sqlite"
            places[name] = sqlite_template.copy_to(tmp_path / f"{name}.db") if on_sqlite else on_postgres()
        return places[name]

    def on_postgres() -> str:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        return server.address(stack.enter_context(server.database()))

    with ExitStack() as stack:
        yield address
