"""Entries a second over HTTP into the server, over the driver alone with the same rows.

``python tests/bench/ingest.py``; on SQLite beside sqlite3's executemany, on PostgreSQL beside psycopg's.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from measure import Goal, Ratio, ratio, scratch, show
from plain import Copyist, Plain, Row
from pushing import BATCH, Batch, Kiosk, served

from sync.protocol import Pushed
from sync.server.storage import DATABASE
from tests.support.postgres_server import PostgresServer, postgres

ENTRIES = 20_000  # of each kiosk
WARM_UP = 2  # rounds that don't count
SIDE_BY_SIDE = 4  # kiosks, each of a venue of its own
GOAL = Goal("≥", 0.3)  # DESIGN §6 sets it for PostgreSQL
AIM = 30_000  # entries a second
POUCHDB, KINTO, PRETIX = 7_100, 246, 67
OUTSIDE = f"""\
Others, as measured on two cores at another time: PouchDB's replication 4,850–{POUCHDB:,} documents a second,
Kinto's batch API {KINTO} records a second, pretix's check-in API {PRETIX} requests a second.
"""


class Yardstick(Protocol):
    """The driver alone, on tables and indexes like the server's."""

    def written(self, after: int) -> list[Row]:
        """What the server has stored after this seq of each journal."""

    def commit_entries(self, rows: list[Row]) -> None:
        """Write them by executemany in one transaction."""


def measure() -> list[Ratio]:
    """Push journals batch by batch, each round beside the same rows written by executemany."""
    with scratch("ingest") as folder:
        sqlite = _measure("over HTTP into SQLite", 1, folder, _on_sqlite)
    with postgres(settings=()) as server, scratch("ingest") as folder:
        over_http = _measure("over HTTP into PostgreSQL", 1, folder, lambda to: _on_postgres(to, server))
    with postgres(settings=()) as server, scratch("ingest") as folder:
        name = f"the same, {SIDE_BY_SIDE} kiosks"
        several = _measure(name, SIDE_BY_SIDE, folder, lambda to: _on_postgres(to, server))
    rate = over_http.ours.middle
    print(OUTSIDE, end="")
    print(
        f"One kiosk into PostgreSQL is {rate / POUCHDB:.1f} × PouchDB's best (goal ≥ 5), {rate / KINTO:.0f} ×", end=""
    )
    print(f" Kinto's (goal ≥ 50), {rate / AIM:.0%} of the {AIM:,} a second that we aim at.\n")
    return [sqlite, over_http, several]


def _measure(
    name: str, kiosks: int, folder: Path, on: Callable[[Path], Iterator[tuple[str | None, Yardstick]]]
) -> Ratio:
    with contextmanager(on)(folder) as (database, base), served(folder, database) as server, ExitStack() as open_:
        pushing = [open_.enter_context(closing(Kiosk(server, f"Venue {number}"))) for number in range(kiosks)]
        rates = list(_rounds(pushing, base))[WARM_UP:]
    quarter = max(1, len(rates) // 4)
    first, last = (sum(ours for ours, _ in part) / len(part) for part in (rates[:quarter], rates[-quarter:]))
    print(f"{name}: {kiosks} × {ENTRIES:,} entries in pushes of {BATCH};")
    print(f"{first:,.0f} a second in the first quarter, {last:,.0f} in the last.")
    return ratio(name, "/s", rates, GOAL)


def _rounds(kiosks: list[Kiosk], base: Yardstick) -> Iterator[tuple[float, float]]:
    """Entries a second of each round, in which every kiosk pushes once, and of the plain commit that follows it."""
    journals = [kiosk.pack(ENTRIES) for kiosk in kiosks]
    with ThreadPoolExecutor(len(kiosks)) as threads:
        for number, batches in enumerate(zip(*journals, strict=True), start=1):
            count = sum(batch.entries for batch in batches)
            began = time.perf_counter()
            answers = list(threads.map(_push, kiosks, batches))
            ours = count / (time.perf_counter() - began)
            assert [(answer.acknowledged, answer.quarantined) for answer in answers] == [(number * BATCH, 0)] * len(
                kiosks
            )
            rows = base.written((number - 1) * BATCH)
            assert len(rows) == count
            began = time.perf_counter()
            base.commit_entries(rows)
            yield ours, count / (time.perf_counter() - began)


def _push(kiosk: Kiosk, batch: Batch) -> Pushed:
    return kiosk.push(batch)


class _Sqlite:
    def __init__(self, copyist: Copyist, plain: Plain) -> None:
        self.written = copyist.entries
        self.commit_entries = plain.commit_entries


def _on_sqlite(folder: Path) -> Iterator[tuple[None, Yardstick]]:
    with closing(Plain(folder / "plain.db")) as plain:
        Plain(folder / DATABASE).close()  # created, so that it can be read before the server has started
        with closing(Copyist(folder / DATABASE)) as copyist:
            yield None, _Sqlite(copyist, plain)


class _Psycopg:
    def __init__(self, server: psycopg.Connection[Row], own: psycopg.Connection[Row]) -> None:
        self._server, self._own = server, own

    def written(self, after: int) -> list[Row]:
        rows = self._server.execute("SELECT * FROM entry WHERE seq > %s ORDER BY journal, seq", (after,)).fetchall()
        self._server.commit()
        return rows

    def commit_entries(self, rows: list[Row]) -> None:
        with self._own.cursor() as cursor:
            cursor.executemany(f"INSERT INTO entry VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)
        self._own.commit()


def _on_postgres(_: Path, server: PostgresServer) -> Iterator[tuple[str, Yardstick]]:
    with (
        server.database() as ours,
        server.database() as plain,
        psycopg.connect(server.address(ours)) as reader,
        psycopg.connect(server.address(plain)) as writer,
    ):
        yield server.address(ours), _Psycopg(reader, writer)


if __name__ == "__main__":
    show(measure())
