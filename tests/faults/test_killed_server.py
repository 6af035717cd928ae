"""A server that is killed at any moment of a push has everything that it has acknowledged."""

import random
import threading
from pathlib import Path

from sync.client.api import TryLater
from tests.support.server_process import ReplicatingKiosk, ServerProcess, replicating_kiosk, server_process
from tests.support.soak import figure, times

KILLS = times(6, 1000)
LONGEST = 0.12  # seconds from the first push to the kill: some twenty pushes


def push_until_it_dies(kiosk: ReplicatingKiosk, server: ServerProcess, chance: random.Random) -> None:
    """Entries go up in small batches; in the middle of it the server is killed."""
    reaper = threading.Timer(chance.uniform(0, LONGEST), server.kill)
    reaper.start()
    try:
        while True:
            kiosk.live(parties=1)
            kiosk.replicator.exchange()
    except TryLater:
        reaper.join()


def test_everything_acknowledged_is_there_whenever_the_server_is_killed(tmp_path: Path) -> None:
    chance = random.Random()
    with server_process(tmp_path) as server, replicating_kiosk(tmp_path, server, batch=2) as kiosk:
        for _ in range(KILLS):
            push_until_it_dies(kiosk, server, chance)
            kiosk.assert_believes_only_what_is_true(server)
            server.start()

        kiosk.replicator.exchange()
        server.kill()

        kiosk.assert_arrived_once(server)
        figure(f"killed server: {KILLS:,} kills, {kiosk.ledger.waiting().last:,} entries acknowledged, each there once")


def test_files_of_downloads_that_were_cut_off_are_removed(tmp_path: Path) -> None:
    with server_process(tmp_path) as server:
        server.kill()
        unfinished = server.folder / ".hearth-export-k3v9"
        unfinished.mkdir()
        (unfinished / "report.xlsx").write_bytes(b"unfinished")

        server.start()

        assert not unfinished.exists()
