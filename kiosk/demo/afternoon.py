"""A scripted afternoon, offscreen, that checks whether screen, kiosk and server report the same totals.

Twenty-five parties at a real kiosk, a server that is down for the middle third, and a power cut in between.
"""

import json
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk import bootstrap
from kiosk.demo import plan
from kiosk.demo.demo_server import DemoServer
from kiosk.devices.simulators.printer import SimulatedPrinter
from kiosk.devices.simulators.pty_port import SimulatedPort
from sync.errors import UserError
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock

VENUE, ZONE = "The Reading Room", "Back room"
SETTINGS = """\
[venue]
name = "The Reading Room"
reach = "+31 20 555 0123"
[stow]
shelf = "from the shelf on the left"
[[devices]]
kind = "printer"
name = "slips"
port = "{printer}"
"""
PRINTER_PORT = "printer-port"
MS_PER_HOUR = 3_600_000


@dataclass(frozen=True)
class AfternoonTotals:
    """The totals of an afternoon; ``hours`` None where a source does not have them."""

    visits: int
    people: int
    phones: int
    kept: int
    hours: float | None = None


def run(folder: Path) -> int:
    """Run the afternoon in ``folder`` (recreated); returns 0 if all totals are equal, 1 if one differs."""
    _clear(folder)
    began = time.monotonic()
    server = DemoServer(folder / "server")
    printer = SimulatedPrinter(folder=folder / "slips")
    with closing(SimulatedPort(printer, folder / PRINTER_PORT)) as port:
        port.plug_in()
        server.start()
        try:
            return _afternoon(folder, server, began)
        finally:
            server.stop()


def _clear(folder: Path) -> None:
    if (folder / "kiosk.db").exists() and not (folder / "demo.toml").exists():
        raise UserError(f"{folder} holds a real kiosk: choose another --data for the demonstration")
    shutil.rmtree(folder)
    (folder / "screens").mkdir(parents=True)
    (folder / "server").mkdir()
    (folder / "slips").mkdir()
    (folder / "demo.toml").write_text(SETTINGS.format(printer=folder.absolute() / PRINTER_PORT))


def _afternoon(folder: Path, server: DemoServer, began: float) -> int:
    print(f"The server listens on {server.url}; the kiosk is paired with it and opens its doors.", flush=True)
    code = server.run("pair", "--venue", VENUE, "--zone", ZONE).splitlines()[-1]
    _kiosk(folder, "pair", "--server", server.url, "--code", code)
    _visits(folder, server)
    start = datetime.fromtimestamp(_start(folder) / 1000, UTC)
    report = server.run("report", "--from", f"{start:%F}", "--to", f"{datetime.now(UTC):%F}", "--format", "json")
    same = _compare(_confirmed(folder), _in_ledger(folder), _reported(report))
    _list_screens(folder)
    print(f"\nThat took {time.monotonic() - began:.0f} s. Everything is in {folder}.")
    print("For two years of twelve venues to look around in: .venv/bin/hearth-server example --data build/example")
    print("Every number holds." if same else "The numbers differ: this must not happen.")
    return 0 if same else 1


def _kiosk(folder: Path, *command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", *command, "--data", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise UserError(done.stderr.strip())


def _start(folder: Path) -> int:
    """The start of the afternoon: ms since 1970 UTC, stored at the first call."""
    file = folder / "start"
    if not file.exists():
        file.write_text(str(int(last_afternoon(datetime.now().astimezone()).timestamp() * 1000)))
    return int(file.read_text())


def last_afternoon(now: datetime) -> datetime:
    """The latest noon from which the afternoon is over by now, so that no venue's day ends within it."""
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    return noon if now >= noon + timedelta(minutes=plan.minutes()) else noon - timedelta(days=1)


def _visits(folder: Path, server: DemoServer) -> None:
    """Start the kiosk, and restart it after each power cut, until the afternoon is over."""
    command = [sys.executable, "-m", "kiosk.demo.driven", str(folder), str(folder / "demo.toml"), str(_start(folder))]
    while True:
        with (folder / "kiosk.log").open("a") as log, subprocess.Popen(command, stderr=log) as kiosk:
            while kiosk.poll() is None:
                _run_outside_events(folder, server)
                time.sleep(0.05)
        if kiosk.returncode == -signal.SIGKILL:
            print("The kiosk's power was cut the moment it had confirmed a party; it starts again.", flush=True)
        elif kiosk.returncode:
            raise UserError(f"the kiosk ended with {kiosk.returncode}; {folder / 'kiosk.log'} says why")
        else:
            return


def _run_outside_events(folder: Path, server: DemoServer) -> None:
    """Stop or start the server when the visitors have reached that event."""
    lines = _lines(folder)
    for line in lines:
        mark = line.get("mark")
        if mark and not (folder / str(mark)).exists():
            people = sum(int(str(other.get("people", 0))) for other in lines)
            print(
                f"{people} people have come in; now the server {'is away' if mark == 'server_gone' else 'is back'}.",
                flush=True,
            )
            (server.stop if mark == "server_gone" else server.start)()
            (folder / str(mark)).touch()


def _lines(folder: Path) -> list[dict[str, object]]:
    file = folder / "confirmed.jsonl"
    whole = file.read_text().splitlines(keepends=True) if file.exists() else []
    return [json.loads(line) for line in whole if line.endswith("\n")]


def _confirmed(folder: Path) -> AfternoonTotals:
    """The totals that the screen confirmed."""
    parties = [line for line in _lines(folder) if "code" in line]
    return AfternoonTotals(
        len(parties), *(sum(int(str(party[field])) for party in parties) for field in ("people", "phones", "kept"))
    )


def _in_ledger(folder: Path) -> AfternoonTotals:
    """The totals in the kiosk's ledger."""
    ledger: Ledger = bootstrap.open_ledger(folder, ManualClock(0))
    visits = [visit for visit in ledger.visits() if visit.checked_in is not None and not visit.voided]
    ledger.store.close()
    hours = sum(visit.phone_free_people_ms for visit in visits) / MS_PER_HOUR
    people, phones, kept = (sum(getattr(visit, what) for visit in visits) for what in ("party_size", "phones", "kept"))
    return AfternoonTotals(len(visits), people, phones, kept, round(hours, 2))


def _reported(report: str) -> AfternoonTotals:
    """The totals in the server's report."""
    rows = json.loads(report)["rows"]
    sums = {what: sum(row[what] for row in rows) for what in ("visits", "people", "phones", "kept", "phone_free_hours")}
    return AfternoonTotals(
        sums["visits"], sums["people"], sums["phones"], sums["kept"], round(sums["phone_free_hours"], 2)
    )


def _compare(screen: AfternoonTotals, ledger: AfternoonTotals, server: AfternoonTotals) -> bool:
    names = [field.name for field in fields(AfternoonTotals)]
    print(f"\n{'':24}" + "".join(f"{name:>10}" for name in names))
    for title, sums in (
        ("confirmed on the screen", screen),
        ("in the kiosk's ledger", ledger),
        ("the server reports", server),
    ):
        print(f"{title:24}" + "".join(f"{'' if value is None else value:>10}" for value in astuple(sums)))
    counts = {astuple(sums)[:-1] for sums in (screen, ledger, server)}
    hours_agree = ledger.hours is not None and server.hours is not None and abs(ledger.hours - server.hours) < 0.015
    return len(counts) == 1 and hours_agree


def _list_screens(folder: Path) -> None:
    print("\nScreens, as they were seen:")
    for shot in sorted((folder / "screens").iterdir()):
        print(f"  {shot}")
    slips = list((folder / "slips").iterdir())
    print(f"\nA simulated printer has printed {len(slips)} pieces of paper, slips and the closing: {folder / 'slips'}")
