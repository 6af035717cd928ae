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


class Mortal:
    """A server on a free port of loopback that keeps its port through its deaths."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._port = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Where it listens, or will again."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Returns when it listens."""
        command = [*SERVER, "serve", "--data", str(self.folder), "--listen", f"127.0.0.1:{self._port}"]
        log = self.folder.with_suffix(".log").open("a")
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        log.close()
        assert self._process.stdout is not None
        found = next(found for line in self._process.stdout if (found := PRINTED_ADDRESS.search(line)))
        self._port = int(found[1])

    def kill(self) -> None:
        """SIGKILL, now; returns when it has gone."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def code(self, venue: str = "") -> str:
        """A pairing code for that venue, or one of its own."""
        ledger = open_existing(self.folder, ManualClock())
        try:
            return pairing.make_code(
                ledger.store, venue or f"Venue {uuid4()}", None, "UTC", SystemClock().read().at
            ).code
        finally:
            ledger.close()

    def places(self, journal: UUID) -> list[int]:
        """The places of a journal that are on its disk, looked at beside it; dense from 1, each once."""
        with closing(sqlite3.connect(self.folder / DATABASE)) as disk:
            found = disk.execute("SELECT seq FROM entry WHERE journal = ? ORDER BY seq", [journal.hex])
            places = [seq for (seq,) in found]
        assert places == list(range(1, len(places) + 1))
        return places

    def holds(self) -> list[Entry]:
        """Every entry on its disk, looked over."""
        ledger = open_existing(self.folder, ManualClock())
        try:
            return assert_adds_up(ledger)
        finally:
            ledger.close()


class Paired:
    """A kiosk's ledger and its way to the server."""

    def __init__(self, folder: Path, server: Mortal, batch: int = 500, clock: ManualClock | None = None) -> None:
        self.clock = clock or ManualClock()
        self.ledger = bootstrap.open_ledger(folder, self.clock)
        self.enrolment = enrol(self.ledger, server.url, server.code())
        self._batch = batch
        self.replicator = self.towards(server.url)
        self.session = uuid4()
        opened = SessionOpened(zone="main", title="Open hours", session_kind="open_hours")
        self.ledger.record((self.session, opened))

    def towards(self, url: str) -> Replicator:
        """A replicator that goes by this address, perhaps a detour."""
        there = Enrolment(
            **{name: getattr(self.enrolment, name) for name in Enrolment.__struct_fields__} | {"server": url}
        )
        return Replicator(self.ledger, there, "0.1.0", Pace(batch=self._batch))

    def live(self, parties: int) -> None:
        """So many parties come in and leave an hour later."""
        visits = [uuid4() for _ in range(parties)]
        arrived = VisitCheckedIn(session=self.session, party_size=2, phones=2)
        for visit in visits:
            self.ledger.record((visit, arrived))
        self.clock.move(minutes=60)
        for visit in visits:
            self.ledger.record((visit, VisitCheckedOut()))

    def assert_believes_only_what_is_true(self, server: Mortal) -> None:
        """What the kiosk holds for acknowledged is on the server's disk."""
        waiting = self.ledger.waiting()
        assert waiting.journal is not None
        assert len(server.places(waiting.journal)) >= waiting.acknowledged

    def assert_arrived_once(self, server: Mortal) -> None:
        """Every entry of this kiosk once, nothing else of it, and the same rows on both sides."""
        assert self.ledger.waiting().count == 0
        written = assert_adds_up(self.ledger)
        journals = {one.journal for one in written}
        held = [(one.journal, one.seq, one.id) for one in server.holds() if one.journal in journals]
        assert held == [(one.journal, one.seq, one.id) for one in written]
        there = open_existing(server.folder, ManualClock())
        try:
            sessions, visits = stored(there)
        finally:
            there.close()
        venue, ours = self.enrolment.venue.id, stored(self.ledger)
        assert {(LOCAL_VENUE, id): sessions[venue, id] for _, id in ours[0]} == ours[0]
        assert {(LOCAL_VENUE, id): visits[venue, id] for _, id in ours[1]} == ours[1]

    def close(self) -> None:
        """Let go of file and line."""
        self.replicator.close()
        self.ledger.close()


@contextmanager
def mortal(folder: Path) -> Iterator[Mortal]:
    """A server that is running, and gone in the end."""
    (folder / "server").mkdir()
    server = Mortal(folder / "server")
    server.start()
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def paired(folder: Path, server: Mortal, batch: int = 500, clock: ManualClock | None = None) -> Iterator[Paired]:
    """A kiosk that belongs to it."""
    kiosk = Paired(folder, server, batch, clock)
    try:
        yield kiosk
    finally:
        kiosk.close()
