"""Kiosks that push to a server of their own: the server as a process, a journal packed beforehand, a minimal client."""

import gzip
import http.client
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import msgspec

from sync.domain.events import (
    Entry,
    Event,
    SessionClosed,
    SessionOpened,
    Stamp,
    VisitCheckedIn,
    VisitCheckedOut,
    write_body,
)
from sync.domain.ids import uuid7
from sync.domain.visit import visit_of
from sync.protocol import NDJSON, Enrolled, EnrolRequest, Pushed

BATCH = 500  # a kiosk pushes so many at a time
INSIDE = 20  # parties in the room at most
BEGAN = 1_795_507_200_000  # ms since 1970 UTC: 8:00 on 24 November 2026
SERVER = [sys.executable, "-m", "sync.server"]


@dataclass(frozen=True)
class Served:
    """A running server."""

    config: Path
    url: str
    pid: int

    def say(self, *command: str) -> str:
        """Run another of its commands on the same data; returns what it prints."""
        arguments = [*SERVER, *command, "--config", str(self.config)]
        done = subprocess.run(arguments, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{command} failed: {done.stderr}")
        return done.stdout.strip()


@contextmanager
def served(folder: Path, database: str | None = None) -> Iterator[Served]:
    """Serve on a free port: a file in this folder, or a database of PostgreSQL."""
    config = folder / "server.toml"
    where = f'database = "{database}"\n' if database else ""
    config.write_text(f'{where}data = "."\nlisten = "127.0.0.1:0"\n')
    with (folder / "server.log").open("w") as log:
        arguments = [*SERVER, "serve", "--config", str(config)]
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        yield Served(config, process.stdout.readline().split()[-1], process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


@dataclass(frozen=True)
class Batch:
    """One push, packed beforehand as a kiosk packs it."""

    body: bytes
    entries: int


class Kiosk:
    """The simplest client that DESIGN §3 allows, on one connection."""

    def __init__(self, server: Served, venue: str = "Mill café") -> None:
        code = server.say("pair", "--venue", venue).splitlines()[-1]
        self._connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
        answer = self._post("/v1/enrol", msgspec.json.encode(EnrolRequest(code)), {"Content-Type": "application/json"})
        self._enrolled = msgspec.json.decode(answer, type=Enrolled)
        self.journal = uuid4()

    def pack(self, entries: int) -> list[Batch]:
        """A journal of its own, in pushes."""
        batches = list(packed(journal(self.journal, str(self._enrolled.zone.id), entries)))
        self._connection.close()  # it is opened again; the server closes idle connections
        return batches

    def push(self, batch: Batch) -> Pushed:
        """Returns when the server has it on its disk."""
        headers = {
            "Authorization": f"Bearer {self._enrolled.token}",
            "Content-Type": NDJSON,
            "Content-Encoding": "gzip",
        }
        return msgspec.json.decode(self._post(f"/v1/journals/{self.journal}/entries", batch.body, headers), type=Pushed)

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        self._connection.request("POST", path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {content.decode()}")
        return content

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def journal(of: UUID, zone: str, entries: int) -> Iterator[Entry]:
    """Parties check in and out until the session closes; the same at every run except for their ids."""
    chance = random.Random(11)
    boot, session, inside = uuid4(), uuid7(BEGAN), list[UUID]()
    for seq in range(1, entries + 1):
        at = BEGAN + seq * 90_000
        subject, event = session, _opening(zone) if seq == 1 else SessionClosed()
        if 1 < seq < entries and inside and (len(inside) == INSIDE or chance.random() < 0.5):
            subject, event = inside.pop(chance.randrange(len(inside))), VisitCheckedOut()
        elif 1 < seq < entries:
            inside.append(visit_of(f"HS1:{of}{seq}"))
            subject, event = inside[-1], _arrival(session, chance)
        yield Entry(
            id=uuid7(at), journal=of, seq=seq, tick=seq, kind=event.kind, v=event.v, subject=subject, at=at,
            clock=Stamp(boot, seq * 90_000, True), body=write_body(event),
        )  # fmt: skip


def _opening(zone: str) -> Event:
    return SessionOpened(zone=zone, title="Open hours", session_kind="open_hours", capacity=30)


def _arrival(session: UUID, chance: random.Random) -> Event:
    size = chance.choice((1, 1, 1, 2, 2, 3, 4))
    numbers = tuple(chance.sample(range(1, 41), size))
    return VisitCheckedIn(session, size, phones=size, stow="pouch", numbers=numbers, language="en")


def packed(entries: Iterator[Entry]) -> Iterator[Batch]:
    """Pushes of BATCH entries, gzipped as a kiosk does it."""
    lines = [msgspec.json.encode(entry) + b"\n" for entry in entries]
    for first in range(0, len(lines), BATCH):
        batch = lines[first : first + BATCH]
        yield Batch(gzip.compress(b"".join(batch), compresslevel=6), len(batch))
