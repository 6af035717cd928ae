"""The real hearth-server as a process that can be killed, and a kiosk paired with it."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID, uuid4

from kiosk import bootstrap
from kiosk.demo.demo_server import PRINTED_ADDRESS, SERVER
from sync.client.enrolment import Enrolment, enrol
from sync.client.replicator import Pace, Replicator
from sync.domain.events import Entry, SessionOpened, VisitCheckedIn, VisitCheckedOut
from sync.ledger.tables import LOCAL_VENUE
from sync.manual_clock import ManualClock
from sync.server.kiosks import pairing
from sync.server.storage import DATABASE, open_existing
from sync.system_clock import SystemClock
from tests.support.ledger_invariants import assert_adds_up, stored


class ServerProcess:
    """A server on a free port of loopback, which it keeps when it is restarted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._port = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Its URL, also while it is stopped."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it; returns when it listens."""
        command = [*SERVER, "serve", "--data", str(self.folder), "--listen", f"127.0.0.1:{self._port}"]
        log = self.folder.with_suffix(".log").open("a")
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        log.close()
        assert self._process.stdout is not None
        matches = (PRINTED_ADDRESS.search(line) for line in self._process.stdout)
        self._port = int(next(match[1] for match in matches if match))

    def kill(self) -> None:
        """Send SIGKILL; returns when it has exited."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def code(self, venue: str = "") -> str:
        """A pairing code for that venue, or for a new one."""
        ledger = open_existing(self.folder, ManualClock())
        try:
            return pairing.make_code(
                ledger.store, venue or f"Venue {uuid4()}", None, "UTC", SystemClock().read().at
            ).code
        finally:
            ledger.close()

    def places(self, journal: UUID) -> list[int]:
        """The seqs of a journal on its disk, read from another process; checks that they are dense from 1."""
        with closing(sqlite3.connect(self.folder / DATABASE)) as disk:
            rows = disk.execute("SELECT seq FROM entry WHERE journal = ? ORDER BY seq", [journal.hex])
            places = [seq for (seq,) in rows]
        assert places == list(range(1, len(places) + 1))
        return places

    def holds(self) -> list[Entry]:
        """All entries on its disk, after checking the ledger's invariants."""
        ledger = open_existing(self.folder, ManualClock())
        try:
            return assert_adds_up(ledger)
        finally:
            ledger.close()


class ReplicatingKiosk:
    """A kiosk's ledger and its replicator."""

    def __init__(self, folder: Path, server: ServerProcess, batch: int = 500, clock: ManualClock | None = None) -> None:
        self.clock = clock or ManualClock()
        self.ledger = bootstrap.open_ledger(folder, self.clock)
        self.enrolment = enrol(self.ledger, server.url, server.code())
        self._batch = batch
        self.replicator = self.towards(server.url)
        self.session = uuid4()
        opened = SessionOpened(zone="main", title="Open hours", session_kind="open_hours")
        self.ledger.record((self.session, opened))

    def towards(self, url: str) -> Replicator:
        """A replicator to this URL, perhaps of a proxy."""
        enrolment = Enrolment(
            **{name: getattr(self.enrolment, name) for name in Enrolment.__struct_fields__} | {"server": url}
        )
        return Replicator(self.ledger, enrolment, "0.1.0", Pace(batch=self._batch))

    def live(self, parties: int) -> None:
        """Check in so many parties, and check them out an hour later."""
        visits = [uuid4() for _ in range(parties)]
        arrived = VisitCheckedIn(session=self.session, party_size=2, phones=2)
        for visit in visits:
            self.ledger.record((visit, arrived))
        self.clock.move(minutes=60)
        for visit in visits:
            self.ledger.record((visit, VisitCheckedOut()))

    def assert_believes_only_what_is_true(self, server: ServerProcess) -> None:
        """All entries that the kiosk has as acknowledged are on the server's disk."""
        waiting = self.ledger.waiting()
        assert waiting.journal is not None
        assert len(server.places(waiting.journal)) >= waiting.acknowledged

    def assert_arrived_once(self, server: ServerProcess) -> None:
        """The server has each entry of this kiosk once, and the same rows."""
        assert self.ledger.waiting().count == 0
        written = assert_adds_up(self.ledger)
        journals = {entry.journal for entry in written}
        arrived = [(entry.journal, entry.seq, entry.id) for entry in server.holds() if entry.journal in journals]
        assert arrived == [(entry.journal, entry.seq, entry.id) for entry in written]
        server_ledger = open_existing(server.folder, ManualClock())
        try:
            sessions, visits = stored(server_ledger)
        finally:
            server_ledger.close()
        venue, ours = self.enrolment.venue.id, stored(self.ledger)
        assert {(LOCAL_VENUE, id): sessions[venue, id] for _, id in ours[0]} == ours[0]
        assert {(LOCAL_VENUE, id): visits[venue, id] for _, id in ours[1]} == ours[1]

    def close(self) -> None:
        """Close ledger and replicator."""
        self.replicator.close()
        self.ledger.close()


@contextmanager
def server_process(folder: Path) -> Iterator[ServerProcess]:
    """A running server."""
    (folder / "server").mkdir()
    server = ServerProcess(folder / "server")
    server.start()
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def replicating_kiosk(
    folder: Path, server: ServerProcess, batch: int = 500, clock: ManualClock | None = None
) -> Iterator[ReplicatingKiosk]:
    """A kiosk that is paired with the server."""
    kiosk = ReplicatingKiosk(folder, server, batch, clock)
    try:
        yield kiosk
    finally:
        kiosk.close()
