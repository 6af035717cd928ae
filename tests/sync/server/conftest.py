"""A real server on a real socket, a manual clock, and independent clients as kiosks."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest
import requests
import uvicorn
from argon2 import PasswordHasher
from starlette.types import ASGIApp, Receive, Scope, Send

from sync.domain.events import (
    Entry,
    Event,
    SessionOpened,
    Stamp,
    VisitCheckedIn,
    VisitCheckedOut,
    write_body,
    write_entry,
)
from sync.domain.ids import uuid7
from sync.ledger.ledger import Ledger
from sync.ledger.store import Store
from sync.manual_clock import ManualClock
from sync.server.__main__ import main
from sync.server.app import build
from sync.server.auth import invitations, passwords
from sync.server.auth.scope import Scope as AccessScope
from sync.server.auth.scope import command_scope
from sync.server.kiosks import pairing
from sync.server.kiosks.inventory import Inventory, read_inventory
from sync.server.reports import attendance
from sync.server.reports.attendance import AttendanceRow
from sync.server.reports.base import ReportFilters
from sync.server.settings import ServerSettings
from sync.server.storage import DATABASE, open_ledger
from tests.support.server_commands import CommandResult
from tests.support.sqlite_template import SqliteTemplate

MINUTE = 60_000
Place = Callable[[str], Path | str]
NOW = 1_795_507_200_000  # 2026-11-24 08:00 UTC, the manual clock's time


@pytest.fixture(autouse=True, scope="package")
def quick_hashing() -> Iterator[None]:
    """argon2 with small parameters: with those of the server an account costs as much time as a whole test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        passwords._dummy_hash.cache_clear()
        yield
    passwords._dummy_hash.cache_clear()


class Kiosk:
    """A client written from DESIGN §3: it enrols, and writes one journal."""

    def __init__(self, central: "RunningServer", venue: str, zone: str | None = None) -> None:
        self.central = central
        answer = requests.post(f"{central.url}/v1/enrol", json={"code": central.code(venue, zone)}, timeout=60)
        assert answer.status_code == 200, answer.text
        self.identity = answer.json()
        self.journal = uuid4()
        self.boot = uuid4()
        self.written: list[Entry] = []

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.identity['token']}"}

    def write(self, subject: UUID, event: Event, at: int = NOW, *, sure: bool = True) -> Entry:
        """The next entry of the journal; its uptime follows its time."""
        seq = len(self.written) + 1
        stamp = Stamp(self.boot, at % 2**40, sure)
        place = {"journal": self.journal, "seq": seq, "tick": seq, "subject": subject}
        entry = Entry(id=uuid7(at), kind=event.kind, v=event.v, at=at, clock=stamp, body=write_body(event), **place)
        self.written.append(entry)
        return entry

    def open_session(self, at: int = NOW) -> UUID:
        session = uuid4()
        self.write(session, SessionOpened(zone=self.identity["zone"]["id"], title="Evening", session_kind="event"), at)
        return session

    def visit(self, at: int, minutes: int | None, size: int = 1, phones: int = 1, kept: int = 0) -> UUID:
        """Write a party's visit; ``minutes`` None: it is open."""
        visit = uuid4()
        self.write(visit, VisitCheckedIn(session=uuid4(), party_size=size, phones=phones, kept=kept), at)
        if minutes is not None:
            self.write(visit, VisitCheckedOut(), at + minutes * MINUTE)
        return visit

    def push(self, entries: list[Entry] | None = None) -> requests.Response:
        """Send entries (None: all that were written)."""
        return self.send("\n".join(map(write_entry, self.written if entries is None else entries)).encode())

    def send(
        self, body: bytes, encoding: str | None = "gzip", *, packed: bool = False, **changes: object
    ) -> requests.Response:
        headers = {**self.headers, "Content-Type": "application/x-ndjson"}
        if encoding:
            headers["Content-Encoding"] = encoding
        data = gzip.compress(body) if encoding == "gzip" and not packed else body
        address = f"{self.central.url}/v1/journals/{changes.get('journal', self.journal)}/entries"
        return requests.post(address, data=data, headers={**headers, **changes.get("headers", {})}, timeout=30)  # type: ignore[dict-item]

    def beat(self, **fields: object) -> requests.Response:
        message = {"version": "0.1.0", "waiting": 0, **fields}
        return requests.post(f"{self.central.url}/v1/heartbeat", json=message, headers=self.headers, timeout=60)


@dataclass(frozen=True)
class RunningServer:
    """A server that is running."""

    url: str
    store: Store
    clock: ManualClock

    @property
    def now(self) -> int:
        return self.clock.read().at

    @property
    def ledger(self) -> Ledger:
        """The server's ledger."""
        return Ledger(self.store, self.clock)

    @property
    def scope(self) -> AccessScope:
        """Everything of the organisation, as accounts and commands have it."""
        return command_scope(self.store)

    @property
    def inventory(self) -> Inventory:
        """All venues and kiosks as they are now."""
        return read_inventory(self.store, self.scope)

    def attendance(self, first: date, last: date | None = None, venue: str | None = None) -> list[AttendanceRow]:
        """The rows of the attendance report; ``last`` None: of one day."""
        return attendance.rows(self.store, self.inventory, ReportFilters(first, last or first, venue))

    def code(self, venue: str, zone: str | None = None, time_zone: str = "UTC") -> str:
        return pairing.make_code(self.store, venue, zone, time_zone, self.now).code

    def link(self, login: str | None = None) -> str:
        """A one-time link for a new account, or for the password of the account with this login."""
        return f"{self.url}/welcome/{invitations.create_invitation(self.store, self.now, login)}"

    def kiosk(self, venue: str = "Mill café", zone: str | None = None) -> Kiosk:
        return Kiosk(self, venue, zone)


class ServedApp:
    """The listening server's app: that of the current test."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def stage() -> Iterator[ServedApp]:
    """One listening server for all tests, since stopping it takes longer than most of them."""
    listening = socket.create_server(("127.0.0.1", 0))  # from here on requests wait in line: no test has to
    stage = ServedApp(f"http://127.0.0.1:{listening.getsockname()[1]}")
    server = uvicorn.Server(uvicorn.Config(stage, log_config=None, access_log=False, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield stage
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
def server_place(engine: str, place: Place, data: Path, sqlite_template: SqliteTemplate) -> Path | str:
    """A data folder with an empty SQLite database, or the address of an empty PostgreSQL one."""
    return sqlite_template.copy_to(data / DATABASE).parent if engine == "sqlite" else place("server")


@pytest.fixture
def pass_key_file(data: Path) -> Path:
    """Where the server looks for keys of passes; there are none unless a test makes one."""
    return data.with_name("keys") / "pass-keys.json"


@pytest.fixture
def central(
    stage: ServedApp, server_place: Path | str, clock: ManualClock, pass_key_file: Path
) -> Iterator[RunningServer]:
    """On SQLite in a data folder, and on PostgreSQL."""
    ledger = open_ledger(server_place, clock)
    stage.app = build(ledger, ServerSettings(pass_keys=str(pass_key_file)), clock)
    yield RunningServer(stage.url, ledger.store, clock)
    stage.app = None
    ledger.close()


@pytest.fixture
def kiosk(central: RunningServer) -> Kiosk:
    return central.kiosk()


@pytest.fixture
def browser(central: RunningServer) -> Iterator[requests.Session]:
    """A session that sends forms as a browser does from our own pages."""
    with requests.Session() as session:
        session.headers.update({"Sec-Fetch-Site": "same-origin", "Accept": "text/html"})
        yield session


@pytest.fixture
def signed_in(central: RunningServer, browser: requests.Session) -> requests.Session:
    """The browser, signed in as a new account."""
    password = uuid4().hex
    answer = browser.post(central.link(), data={"login": "Ada", "password": password}, timeout=60)
    assert answer.status_code == 200
    return browser


@pytest.fixture
def problem() -> Callable[[requests.Response], dict[str, object]]:
    """Reads a problem response, and checks that it conforms to RFC 9457."""

    def read(answer: requests.Response) -> dict[str, object]:
        assert answer.headers["Content-Type"] == "application/problem+json"
        fields: dict[str, object] = msgspec.json.decode(answer.content)
        assert fields["status"] == answer.status_code
        assert {"type", "title", "detail"} <= fields.keys()
        return fields

    return read


@pytest.fixture
def run(capfd):
    """Runs a command in this process, which is faster than a new one."""

    def run_(*words, data=None):
        capfd.readouterr()
        try:
            code = main([*words, *(["--data", str(data)] if data else [])])
        except SystemExit as end:
            code = end.code
        return CommandResult(code, *capfd.readouterr())

    return run_


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"
