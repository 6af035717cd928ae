"""A real server that is killed and restored from a backup by its commands, while its kiosks keep recording."""

import subprocess
from pathlib import Path

import pytest

from kiosk.demo.demo_server import SERVER
from sync.client.api import TryLater
from tests.support.server_process import ServerProcess, replicating_kiosk, server_process


def command(server: ServerProcess, *words: str) -> str:
    done = subprocess.run([*SERVER, *words, "--data", str(server.folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("way", ["our own command", "a copy of the file"])
def test_entries_since_the_backup_are_sent_again_once(tmp_path: Path, way: str) -> None:
    backup = tmp_path / "a.backup"
    with server_process(tmp_path) as server, replicating_kiosk(tmp_path, server) as kiosk:
        kiosk.live(3)
        kiosk.replicator.exchange()
        command(server, "backup", str(backup))
        kiosk.live(3)
        kiosk.replicator.exchange()
        kiosk.ledger.start_journal(kiosk.ledger.waiting().acknowledged)
        kiosk.live(2)
        kiosk.replicator.exchange()

        server.kill()
        with pytest.raises(TryLater):
            kiosk.replicator.exchange()
        if way == "our own command":
            assert "kept as" in command(server, "restore", str(backup), "--replace")
        else:
            elsewhere = tmp_path / "elsewhere"
            subprocess.run([*SERVER, "restore", str(backup), "--data", str(elsewhere)], check=True, capture_output=True)
            for file in server.folder.glob("hearth.db*"):
                file.unlink()
            (elsewhere / "hearth.db").rename(server.folder / "hearth.db")
        server.start()
        kiosk.replicator.exchange()

        kiosk.assert_arrived_once(server)
