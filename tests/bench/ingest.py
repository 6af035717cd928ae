"""Entries a second over HTTP into the server on SQLite, over sqlite3's own: ``python tests/bench/ingest.py``."""

import gzip
import http.client
import random
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import msgspec
from measure import Goal, Ratio, ratio, scratch, show
from plain import Copyist, Plain

from kiosk.demo.central import Central
from sync.domain.events import Entry, Event, SessionOpened, Stamp, VisitCheckedIn, VisitCheckedOut, write_body
from sync.domain.ids import uuid7
from sync.domain.visit import visit_of
from sync.protocol import NDJSON, Enrolled, EnrolRequest, Pushed
from sync.server.storage import DATABASE

ENTRIES, BATCH = 20_000, 500  # a kiosk pushes so many at a time
WARM_UP = 2  # batches that don't count
INSIDE = 20  # parties in the room at most
BEGAN = 1_795_507_200_000  # ms since 1970 UTC: 8:00 on 24 November 2026
GOAL = Goal("≥", 0.3)  # DESIGN §6 sets it for PostgreSQL
POUCHDB, KINTO = 7_100, 246
OUTSIDE = f"""\
Others, as measured on two cores at another time: PouchDB's replication 4,850–{POUCHDB:,} documents a second,
Kinto's batch API {KINTO} records a second, pretix's check-in API 67 requests a second.
"""


@dataclass(frozen=True)
class Batch:
    """One push, packed beforehand as a kiosk packs it."""

    body: bytes
    entries: int


def measure() -> list[Ratio]:
    """Push a journal batch by batch, each beside the same rows written by executemany."""
    with scratch("ingest") as folder:
        central = Central(folder / "server")
        (folder / "server").mkdir()
        central.start()
        try:
            rates = _pairs(central, folder)[WARM_UP:]
        finally:
            central.stop()
    result = ratio("ingest over HTTP", "/s", rates, GOAL)
    _explain(result.ours.middle, [ours for ours, _ in rates])
    return [result]


def _pairs(central: Central, folder: Path) -> list[tuple[float, float]]:
    """Entries a second of each push, and of the plain commit that follows it."""
    kiosk = _Kiosk(central)
    batches = list(_packed(_journal(kiosk.journal, str(kiosk.enrolled.zone.id))))
    rates, copied = [], 0
    with (
        closing(kiosk),
        closing(Copyist(folder / "server" / DATABASE)) as copyist,
        closing(Plain(folder / "plain.db")) as base,
    ):
        for batch in batches:
            began = time.perf_counter()
            pushed = kiosk.push(batch)
            ours = time.perf_counter() - began
            assert pushed == Pushed(copied + batch.entries, 0)
            rows = copyist.entries(copied)
            copied += len(rows)
            began = time.perf_counter()
            base.commit_entries(rows)
            rates.append((batch.entries / ours, batch.entries / (time.perf_counter() - began)))
    assert copied == ENTRIES
    return rates


class _Kiosk:
    """The least client that DESIGN §3 allows, on one connection."""

    def __init__(self, central: Central) -> None:
        code = central.say("pair", "--venue", "Mill café").splitlines()[-1]
        self._connection = http.client.HTTPConnection(urlsplit(central.url).netloc)
        answer = self._post("/v1/enrol", msgspec.json.encode(EnrolRequest(code)), {"Content-Type": "application/json"})
        self.enrolled = msgspec.json.decode(answer, type=Enrolled)
        self.journal = uuid4()

    def push(self, batch: Batch) -> Pushed:
        """Returns when the server has it on its disk."""
        headers = {
            "Authorization": f"Bearer {self.enrolled.token}",
            "Content-Type": NDJSON,
            "Content-Encoding": "gzip",
        }
        return msgspec.json.decode(self._post(f"/v1/journals/{self.journal}/entries", batch.body, headers), type=Pushed)

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        self._connection.request("POST", path, body, headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {said.decode()}")
        return said

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _journal(journal: UUID, zone: str) -> Iterator[Entry]:
    """Parties come and go; the same ones at every run but for their ids."""
    chance = random.Random(11)
    boot, session, inside = uuid4(), uuid7(BEGAN), list[UUID]()
    for seq in range(1, ENTRIES + 1):
        at = BEGAN + seq * 90_000
        subject, event = session, _opening(zone)
        if seq > 1 and inside and (len(inside) == INSIDE or chance.random() < 0.5):
            subject, event = inside.pop(chance.randrange(len(inside))), VisitCheckedOut()
        elif seq > 1:
            inside.append(visit_of(f"HS1:{seq}"))
            subject, event = inside[-1], _arrival(session, chance)
        yield Entry(
            id=uuid7(at), journal=journal, seq=seq, tick=seq, kind=event.kind, v=event.v, subject=subject, at=at,
            clock=Stamp(boot, seq * 90_000, True), body=write_body(event),
        )  # fmt: skip


def _opening(zone: str) -> Event:
    return SessionOpened(zone=zone, title="Open hours", session_kind="open_hours", capacity=30)


def _arrival(session: UUID, chance: random.Random) -> Event:
    size = chance.choice((1, 1, 1, 2, 2, 3, 4))
    numbers = tuple(chance.sample(range(1, 41), size))
    return VisitCheckedIn(session, size, phones=size, stow="pouch", numbers=numbers, language="en")


def _packed(entries: Iterator[Entry]) -> Iterator[Batch]:
    lines = [msgspec.json.encode(entry) + b"\n" for entry in entries]
    for first in range(0, len(lines), BATCH):
        batch = lines[first : first + BATCH]
        yield Batch(gzip.compress(b"".join(batch), compresslevel=6), len(batch))


def _explain(rate: float, rates: list[float]) -> None:
    quarter = len(rates) // 4
    first, last = (sum(part) / len(part) for part in (rates[:quarter], rates[-quarter:]))
    print(f"One kiosk's {ENTRIES:,} entries in pushes of {BATCH}: {rate:,.0f} a second;")
    print(f"{first:,.0f} in the first quarter of the journal, {last:,.0f} in the last.")
    print(OUTSIDE, end="")
    print(f"Ours is {rate / POUCHDB:.1f} × PouchDB's best (goal ≥ 5) and {rate / KINTO:.0f} × Kinto's (goal ≥ 50).\n")


if __name__ == "__main__":
    show(measure())
