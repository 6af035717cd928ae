"""Server and kiosk together, for trying Hearth on a machine with a screen: a window, and the coordinator's address."""

import subprocess
import sys
from pathlib import Path

from kiosk.demo.central import Central

VENUE, ZONE = "The Reading Room", "Back room"


def run(folder: Path, config: Path | None) -> int:
    """Show the kiosk until its window is closed; the data stays in ``folder`` for the next time."""
    central = Central(folder / "server")
    (folder / "server").mkdir(exist_ok=True)
    central.start()
    try:
        print(f"The coordinator's page: {central.url}")
        print(f"Choose a password for it here: {central.url}{_path(central.say('init').splitlines()[-1])}")
        return _kiosk(folder / "kiosk", config, central)
    finally:
        central.stop()


def _path(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def _kiosk(folder: Path, config: Path | None, central: Central) -> int:
    kiosk = [sys.executable, "-m", "kiosk"]
    data = ["--data", str(folder)]
    code = central.say("pair", "--venue", VENUE, "--zone", ZONE).splitlines()[-1]
    paired = subprocess.run([*kiosk, "pair", "--server", central.url, "--code", code, *data], check=False)
    if paired.returncode:
        return paired.returncode
    chosen = ["--config", str(config)] if config else []
    return subprocess.run([*kiosk, "run", *data, *chosen], check=False).returncode
