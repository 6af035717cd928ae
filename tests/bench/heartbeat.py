"""The cost of an idle heartbeat at the server, without HTTP: ``python tests/bench/heartbeat.py [PLANS] [ADDRESS]``.

A venue of two kiosks, an open session and ``PLANS`` sessions of the next two weeks (0 unless given); ``ADDRESS`` of a
PostgreSQL database, instead of SQLite. Prints the CPU time of this process for one heartbeat, in ms: the smallest,
middle and largest of some hundreds.
"""

import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from statistics import median
from uuid import uuid4

from measure import scratch

from sync.allocation.kiosk_side import KEY, KioskAllocation, stored_share
from sync.domain.events import SessionOpened, SessionPlanned
from sync.ledger.ledger import Ledger
from sync.ledger.store import Store, open_sqlite
from sync.manual_clock import ManualClock
from sync.protocol import Enrolled, Heartbeat
from sync.server.kiosks import pairing
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import service as kiosk_service
from sync.server.planning import service as planning
from sync.server.storage import open_ledger

NOW = 1_795_507_200_000  # ms since 1970 UTC
HOUR = 3_600_000  # ms
KIOSKS, ROUNDS = 2, 400


class IdleKiosk:
    """A kiosk's ledger and allocation, which sends heartbeats to the server in this process."""

    def __init__(self, store: Store, enrolled: Enrolled, server: Ledger) -> None:
        self._server, self.enrolled = server, enrolled
        self.ledger = Ledger(store, ManualClock(NOW))
        self.ledger.remember(KEY, stored_share(enrolled.share))
        self.allocation = KioskAllocation(self.ledger, 40, 10)

    def replicate(self) -> None:
        """Push all, and learn all."""
        waiting, venue = self.ledger.waiting(), self.enrolled.venue.id
        if waiting.journal and waiting.count:
            lines = self.ledger.lines(waiting.journal, waiting.acknowledged, waiting.count)
            self._server.absorb(waiting.journal, [line.encode() for line in lines], self.enrolled.kiosk, venue)
            self.ledger.acknowledge(waiting.journal, waiting.last)
        feed = self._server.feed(venue, 0, 10_000, self.enrolled.kiosk)
        self.ledger.apply_feed([line.encode() for line in feed.lines], {})

    def beat(self) -> float:
        """Send a heartbeat, and apply the answer; returns the CPU time of the server's part, in ms."""
        kiosk = kiosk_repository.kiosk_of_token(self._server.store, self.enrolled.token)
        assert kiosk is not None
        heartbeat = Heartbeat("0.1.0", 0, share=self.allocation.report())
        began = time.process_time()
        answer = kiosk_service.apply_heartbeat(self._server.store, kiosk, heartbeat, NOW, self.enrolled.token)
        took = (time.process_time() - began) * 1000
        ahead = getattr(answer, "ahead", None)
        self.allocation.apply_answer(answer.share, answer.wanted, *([ahead] if ahead else []))
        return took


def measure(folder: Path, plans: int, place: str | None) -> list[float]:
    """The CPU time of heartbeats when nothing moves any more."""
    with closing(open_ledger(place or folder / "server.db", ManualClock(NOW))) as server:
        enrolled = [
            pairing.enrol(server, pairing.make_code(server.store, "Mill", None, "UTC", NOW).code, NOW)
            for _ in range(KIOSKS)
        ]
        venue, zone = enrolled[0].venue.id, str(enrolled[0].zone.id)
        for day in range(plans):
            start = NOW + HOUR + day * 13 * 24 * HOUR // max(1, plans)
            planned = SessionPlanned(zone, "Evening", "event", start, start + 2 * HOUR, capacity=30)
            planning.plan(server, venue, planned)
        kiosks = [IdleKiosk(open_sqlite(folder / f"{n}.db"), each, server) for n, each in enumerate(enrolled)]
        kiosks[0].ledger.record((uuid4(), SessionOpened(zone, "Evening", "event", capacity=30)))
        for _ in range(8):
            for kiosk in kiosks:
                kiosk.replicate()
                kiosk.beat()
        figures = [kiosks[number % KIOSKS].beat() for number in range(ROUNDS)]
        for kiosk in kiosks:
            kiosk.ledger.close()
        return figures


def main(plans: int = 0, place: str | None = None) -> None:
    with scratch("heartbeat") as folder:
        figures = measure(folder, plans, place)
    print(f"an idle heartbeat, {plans} plans: {min(figures):.3f}–{median(figures):.3f}–{max(figures):.3f} ms of CPU")


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        main(*(int(argument) if argument.isdigit() else argument for argument in sys.argv[1:]))  # type: ignore[arg-type]
