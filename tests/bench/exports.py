"""Memory and time of the downloads of ten visits and of a million, by the command and over HTTP.

``python tests/bench/exports.py [--visits 1000000] [--postgres] [--formats csv,json]``. The command's memory is the peak
of its process (getrusage(2), ru_maxrss); the server's is the peak of a process that has answered nothing else (proc(5),
VmHWM). Both databases have twelve venues and a year of sessions.
"""

import argparse
import os
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import requests
from measure import scratch
from pushing import SERVER, Kiosk, Served, served
from reports import VENUES, fill

from tests.support.postgres_server import postgres

FORMATS = {
    "csv": "report.csv",
    "excel-csv": "report.excel.csv",
    "json": "report.json",
    "parquet": "report.parquet",
    "xlsx": "report.xlsx",
}
FEW = 10
KIB_PER_MIB = 1024
GOAL_MIB = 40  # that the many may take beyond the few: a batch of rows, and a row group of Parquet in Arrow
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Peak:
    """``memory``: MiB; ``size``: bytes that came."""

    memory: float
    seconds: float
    size: int


def main() -> None:
    """Fill two databases, and measure."""
    options = arguments()
    peaks: dict[tuple[str, str], list[Peak]] = {}
    for visits in (FEW, options.visits):
        with ExitStack() as stack:
            folder = stack.enter_context(scratch("exports"))
            address = None
            if options.postgres:
                server = stack.enter_context(postgres(settings=()))
                address = server.address(stack.enter_context(server.database()))
            login = prepare(folder, address, visits)
            for name in options.formats:
                with served(folder, address) as running:  # a new process, whose peak is of this download
                    peaks.setdefault(("command", name), []).append(by_command(running, name))
                    peaks.setdefault(("HTTP", name), []).append(over_http(running, login, name))
    print(f"\n{'':<20}{FEW:>10} visits{options.visits:>26,} visits")
    for (way, name), (few, many) in peaks.items():
        verdict = "" if many.memory - few.memory <= GOAL_MIB else "  MISSED"
        figures = f"{few.memory:>8.1f} MiB {many.memory:>12.1f} MiB in {many.seconds:.0f} s, {many.size / 1e6:,.0f} MB"
        print(f"{way + ', ' + name:<20}{figures}{verdict}")


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=1_000_000)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--formats", type=lambda text: text.split(","), default=list(FORMATS))
    return parser.parse_args()


def prepare(folder: Path, address: str | None, visits: int) -> requests.cookies.RequestsCookieJar:
    """Fill the database; returns the cookies of an account that is signed in."""
    with served(folder, address) as running:
        for number in range(VENUES):
            Kiosk(running, f"Venue {number:02}").close()
        welcome = urlsplit(running.say("init").splitlines()[-1]).path
    with ProcessPoolExecutor(1, get_context("spawn")) as another:  # ru_maxrss of a child begins with its parent's
        another.submit(fill, address or folder, visits, 1).result()
    with served(folder, address) as running, requests.Session() as browser:
        headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        form = {"login": "bench", "password": uuid4().hex}
        browser.post(running.url + welcome, data=form, headers=headers, timeout=60).raise_for_status()
        return browser.cookies


def by_command(server: Served, name: str) -> Peak:
    """The peak of the command that prints the visits."""
    first, last = period()
    command = [*SERVER, "report", "--rows", "--from", first, "--to", last, "--format", name]
    began, size = time.perf_counter(), 0
    process = subprocess.Popen([*command, "--config", str(server.config)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as output:
        while piece := output.read(2**20):
            size += len(piece)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return Peak(usage.ru_maxrss / KIB_PER_MIB, time.perf_counter() - began, size)


def over_http(server: Served, cookies: requests.cookies.RequestsCookieJar, name: str) -> Peak:
    """The peak of the server that sends the visits."""
    first, last = period()
    began, size = time.perf_counter(), 0
    url = f"{server.url}/{FORMATS[name]}?from={first}&to={last}&rows=visits"
    with requests.get(url, cookies=cookies, stream=True, timeout=600) as answer:
        answer.raise_for_status()
        for piece in answer.iter_content(2**20):
            size += len(piece)
    return Peak(highest_memory(server.pid), time.perf_counter() - began, size)


def period() -> tuple[str, str]:
    """The first and the last day, both with room for time zones."""
    today = datetime.now(UTC).date()
    return str(today - YEAR - timedelta(days=2)), str(today)


def highest_memory(pid: int) -> float:
    """The most that was resident at once, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / KIB_PER_MIB


if __name__ == "__main__":
    main()
