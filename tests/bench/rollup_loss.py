"""What keeping the roll-ups costs the ingest: entries a second with their triggers, over a server without these.

``python tests/bench/rollup_loss.py [--postgres]``. Two servers take the same pushes in turn; the first one's thread
also computes the changed days again meanwhile.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from measure import Goal, Ratio, ratio, scratch, show
from pushing import BATCH, Kiosk, Served, served
from sqlalchemy import text

from sync.server.storage import open_existing
from sync.system_clock import SystemClock
from tests.support.postgres_server import postgres

ENTRIES = 20_000
WARM_UP = 2  # rounds that don't count
GOAL = Goal("≥", 0.9)
SQLITE_TRIGGERS = "SELECT name, '' FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rollup_%'"
POSTGRES_TRIGGERS = (
    "SELECT tgname, ' ON ' || tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'rollup_%'"
)


def measure(*, on_postgres: bool) -> Ratio:
    """Push a journal to each server, batch by batch in turn."""
    with ExitStack() as stack:
        servers = []
        for has_rollups in (True, False):
            folder = stack.enter_context(scratch("rollup-loss"))
            address = None
            if on_postgres:
                server = stack.enter_context(postgres(settings=()))
                address = server.address(stack.enter_context(server.database()))
            with served(folder, address):
                pass  # it makes the tables
            if not has_rollups:
                drop_triggers(address or folder)
            servers.append(stack.enter_context(served(folder, address)))
        rates = list(rounds(servers))[WARM_UP:]
    return ratio("into PostgreSQL" if on_postgres else "into SQLite", "/s", rates, GOAL)


def drop_triggers(place: Path | str) -> None:
    """Drop the triggers that note changed hours."""
    with closing(open_existing(place, SystemClock())) as ledger, ledger.store.writing() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        for name, table in connection.execute(text(SQLITE_TRIGGERS if is_sqlite else POSTGRES_TRIGGERS)).all():
            connection.execute(text(f"DROP TRIGGER {name}{table}"))


def rounds(servers: list[Served]) -> Iterator[tuple[float, float]]:
    """Entries a second with roll-ups and without."""
    with ExitStack() as stack:
        kiosks = [stack.enter_context(closing(Kiosk(server))) for server in servers]
        for batches in zip(*(kiosk.pack(ENTRIES) for kiosk in kiosks), strict=True):
            rates = []
            for kiosk, batch in zip(kiosks, batches, strict=True):
                began = time.perf_counter()
                kiosk.push(batch)
                rates.append(BATCH / (time.perf_counter() - began))
            yield rates[0], rates[1]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", action="store_true")
    show([measure(on_postgres=parser.parse_args().postgres)])
