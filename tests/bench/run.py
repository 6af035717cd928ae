"""Runs every benchmark and prints one table of ratios: ``make bench`` or ``python tests/bench/run.py``."""

import os
import platform
import sqlite3
import sys
import time

import check
import flat
import fold
import growth
import ingest
import pin
import scan
import start
import tap
import touch
from measure import Ratio, show

ALL = {
    "a durable tap": tap.measure,
    "a tap during a full check": check.measure,
    "start to first screen": start.measure,
    "a tap on the glass": touch.measure,
    "a slip before the scanner": scan.measure,
    "memory over many visits": flat.measure,
    "ingest over HTTP": ingest.measure,
    "the fold alone": fold.measure,
    "a host's PIN": pin.measure,
    "ten times as much stored": growth.measure,
}


def main() -> int:
    """Measure in turn. Returns 0 whether or not the goals are met: times are reported and not tested."""
    began = time.monotonic()
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores,", end=" ")
    print(f"{os.getloadavg()[0]:.1f} processes busy before we began.\n")
    ratios: list[Ratio] = []
    for name, measure in ALL.items():
        print(f"— {name} —", flush=True)
        ratios += measure()
    print(f"\nOurs and base are medians. Each pair was measured in turn. {time.monotonic() - began:.0f} s in all.\n")
    show(ratios)
    missed = [result.name for result in ratios if result.verdict.startswith("missed")]
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nEvery goal is met.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
