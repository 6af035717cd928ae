"""A paired kiosk without a window, on named hardware; its data folder can be copied while it is in use."""

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID, uuid4

from sync.allocation.kiosk_side import KioskAllocation
from sync.client.enrolment import Enrolment, enrol, load
from sync.client.replicator import Replicator
from sync.domain.clock import Clock
from sync.domain.events import SessionOpened, VisitCheckedIn
from sync.ledger.ledger import Ledger
from sync.ledger.store import open_sqlite

POUCHES = 12


class PairedKiosk:
    """One process on one data folder."""

    def __init__(self, file: Path, clock: Clock, hardware: str, pouches: int = POUCHES) -> None:
        self.file, self.clock, self.hardware = file, clock, hardware
        self.ledger = Ledger(open_sqlite(file), clock)
        self._pouches = pouches
        self._run()

    def _run(self) -> None:
        self.allocation = KioskAllocation(self.ledger, self._pouches)
        self.enrolment: Enrolment | None = load(self.ledger)
        self.replicator = self.enrolment and Replicator(
            self.ledger, self.enrolment, "0.1.0", allocation=self.allocation, sources=lambda: frozenset({self.hardware})
        )

    def pair(self, server: str, code: str) -> None:
        """Pair as hearth-kiosk pair does, and start."""
        if self.replicator:
            self.replicator.close()
        enrol(self.ledger, server, code, sources=lambda: frozenset({self.hardware}))
        self._run()

    def exchange(self) -> None:
        """One round with the server."""
        assert self.replicator is not None
        self.replicator.exchange()

    def restart(self) -> None:
        """End the process and start another."""
        self.close()
        self.ledger = Ledger(open_sqlite(self.file), self.clock)
        self._run()

    def copy(self, file: Path, hardware: str) -> "PairedKiosk":
        """A copy of the data folder, on another device."""
        with closing(sqlite3.connect(self.file)) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target)
        return PairedKiosk(file, self.clock, hardware, self._pouches)

    def open_session(self, capacity: int | None = None) -> UUID:
        """Open a session in this kiosk's zone; returns its id."""
        assert self.enrolment is not None
        session = uuid4()
        zone = str(self.enrolment.zone.id)
        self.ledger.record((session, SessionOpened(zone=zone, title="E", session_kind="event", capacity=capacity)))
        return session

    def check_in(self, session: UUID) -> UUID:
        """Check in a party of one with the first pouch that this kiosk may assign; returns the visit's id."""
        visit = uuid4()
        with self.allocation.lock:
            _, visits = self.ledger.open_and_outstanding()
            in_use = {number for visit in visits for number in visit.numbers}
            free = [number for number in self.allocation.pouches if number not in in_use]
            numbers = tuple(free[:1])
            stow = "pouch" if numbers else "none"
            self.ledger.record(
                (visit, VisitCheckedIn(session=session, party_size=1, phones=1, stow=stow, numbers=numbers))  # type: ignore[arg-type]
            )
        return visit

    def facts(self) -> set[UUID]:
        """The ids of every fact that it has."""
        with self.ledger.store.reading() as connection:
            return {UUID(id) for (id,) in connection.exec_driver_sql("SELECT id FROM entry")}

    def close(self) -> None:
        """End the process."""
        if self.replicator:
            self.replicator.close()
        self.ledger.close()
