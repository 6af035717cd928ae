"""Repeated and late entries change nothing: every order of arrival gives the same rows.

Two levels. The fold alone, on entries in any order, is quick and tries many orders. The ledger, with its places,
anchors, refolding of changed subjects and SQL, gets the same days in batches that overlap, leave gaps and are repeated;
both ledgers are files in memory (/dev/shm where there is one) that each example empties, because creating a database
takes longer than processing a day.
"""

import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from sync.domain.events import SERVER_KINDS, Entry, write_entry
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock
from sync.server import tables
from sync.server.auth.scope import command_scope
from sync.server.kiosks import pairing
from sync.server.kiosks.inventory import read_inventory
from sync.server.reports import attendance
from sync.server.reports.base import ReportFilters
from sync.server.storage import open_ledger
from sync.server.web.days import FIRST_DAY, LAST_DAY
from tests.support.ledger_invariants import folded, stored
from tests.support.simulated_days import SimulatedDay, days
from tests.support.soak import times

ANY = settings(deadline=None, derandomize=False, suppress_health_check=list(HealthCheck))
VENUES = ("Mill café", "Library")
BATCHES = st.lists(st.tuples(st.integers(0, 9), st.integers(-3, 9), st.integers(1, 12)), max_size=25)


@dataclass(frozen=True)
class Pair:
    """Two servers: one gets every journal in order, one out of order."""

    plain: Ledger
    bent: Ledger
    kiosks: dict[UUID, UUID]  # and the venue of each

    def empty(self) -> None:
        """Delete what the kiosks wrote, but not the kiosks."""
        for ledger in (self.plain, self.bent):
            with ledger.store.writing() as connection:
                for name in ("entry", "journal", "stream", "anchor", "session", "visit", "rollup_change"):
                    connection.execute(delete(tables.metadata.tables[name]))


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        plain, bent = (open_ledger(Path(folder) / name, ManualClock()) for name in ("plain", "bent"))
        code = [pairing.make_code(plain.store, VENUES[n % 2], None, "UTC", 0).code for n in range(4)]
        enrolments = [pairing.enrol(plain, each, 0) for each in code]
        kiosks = {enrolled.kiosk: enrolled.venue.id for enrolled in enrolments}
        for table in (tables.venue, tables.zone, tables.kiosk):
            with plain.store.reading() as source, bent.store.writing() as target:
                target.execute(insert(table), [row._asdict() for row in source.execute(table.select())])
        yield Pair(plain, bent, kiosks)
        plain.close()
        bent.close()


def lines(entries: list[Entry]) -> list[bytes]:
    return [write_entry(entry).encode() for entry in entries]


def tell_plainly(ledger: Ledger, day: SimulatedDay, kiosks: dict[UUID, UUID]) -> None:
    """Each journal whole, one after the other."""
    for number, journal in day.journals():
        ledger.absorb(journal[0].journal, lines(journal), *list(kiosks.items())[number])


def push_out_of_order(
    ledger: Ledger, day: SimulatedDay, kiosks: dict[UUID, UUID], batches: list[tuple[int, int, int]]
) -> None:
    """Batches from any journal: ``back`` places before what was acknowledged (repeated), or after it (a gap)."""
    journals = day.journals()
    acknowledged = [0] * len(journals)
    remaining = [
        (which, 0, 1 + (which + len(batches)) % 5) for which, (_, journal) in enumerate(journals) for _ in journal
    ]
    random.Random(len(remaining)).shuffle(remaining)
    for which, back, count in [*batches, *remaining]:
        at = which % len(journals)
        number, journal = journals[at]
        start = max(0, acknowledged[at] - back)
        batch = journal[start : start + count]
        gap = bool(batch) and start > acknowledged[at]
        absorbed = ledger.absorb(journal[0].journal, lines(batch), *list(kiosks.items())[number])
        assert (absorbed.expected, absorbed.forked) == (acknowledged[at] + 1 if gap else None, None)
        end = start + len(batch) if batch and not gap else 0
        assert absorbed.acknowledged == max(acknowledged[at], end)
        acknowledged[at] = absorbed.acknowledged
    assert acknowledged == [len(journal) for _, journal in journals]


def figures(ledger: Ledger) -> list[attendance.AttendanceRow]:
    return attendance.rows(
        ledger.store, read_inventory(ledger.store, command_scope(ledger.store)), ReportFilters(FIRST_DAY, LAST_DAY)
    )


@settings(ANY, max_examples=times(150, 10_000))
@given(day=days(), shuffle=st.randoms(use_true_random=False))
def test_the_fold_does_not_depend_on_the_order(day: SimulatedDay, shuffle: random.Random) -> None:
    entries = [entry for _, journal in day.journals() for entry in journal]
    mixed = entries + shuffle.choices(entries, k=len(entries) // 2) if entries else []
    shuffle.shuffle(mixed)

    assert folded(mixed) == folded(entries)


@settings(ANY, max_examples=times(60, 10_000))
@given(day=days(), batches=BATCHES)
def test_every_order_of_pushes_gives_the_same_rows_and_figures(
    pair: Pair, day: SimulatedDay, batches: list[tuple[int, int, int]]
) -> None:
    if not day.journals():
        return
    pair.empty()

    tell_plainly(pair.plain, day, pair.kiosks)
    push_out_of_order(pair.bent, day, pair.kiosks, batches)

    assert stored(pair.bent) == stored(pair.plain)
    assert figures(pair.bent) == figures(pair.plain)
    venues = {journal[0].journal: list(pair.kiosks.values())[number] for number, journal in day.journals()}
    written = [entry for _, journal in day.journals() for entry in journal if entry.kind not in SERVER_KINDS]
    assert stored(pair.plain) == folded(written, lambda entry: venues[entry.journal])
