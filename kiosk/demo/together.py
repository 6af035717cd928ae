"""The interactive demonstration: a server, and a kiosk in a window."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from kiosk import bootstrap
from kiosk.demo.demo_server import DemoServer
from sync.client import enrolment
from sync.data_dir import prepare
from sync.system_clock import SystemClock

VENUE, ZONE = "The Reading Room", "Back room"


def run(folder: Path, config: Path | None) -> int:
    """Show the kiosk until its window is closed; data, port and pairing stay in ``folder``."""
    server, kiosk = prepare(folder / "server"), prepare(folder / "kiosk")
    port = folder / "port"
    central = DemoServer(server, int(port.read_text()) if port.exists() else 0)
    central.start()
    port.write_text(str(central.port))
    try:
        print(f"The coordinator's page: {central.url}")
        print(
            f"Choose a login and password for it: {central.run('init', '--listen', central.address).splitlines()[-1]}"
        )
        print("Two years of twelve venues to look around in: .venv/bin/hearth-server example --data build/example")
        print("Close the window, or press Ctrl-C here, to end.", flush=True)
        if not _is_paired(kiosk):
            code = central.run("pair", "--venue", VENUE, "--zone", ZONE).splitlines()[-1]
            _kiosk("pair", "--server", central.url, "--code", code, "--data", str(kiosk))
        return _kiosk("run", "--data", str(kiosk), *(["--config", str(config)] if config else []))
    except KeyboardInterrupt:
        return 0
    finally:
        central.stop()


def _is_paired(folder: Path) -> bool:
    with closing(bootstrap.open_ledger(folder, SystemClock())) as ledger:
        return enrolment.load(ledger) is not None


def _kiosk(*words: str) -> int:
    return subprocess.run([sys.executable, "-m", "kiosk", *words], check=False).returncode
