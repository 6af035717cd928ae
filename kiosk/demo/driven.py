"""The kiosk of the demonstration: the same parts and the same app, offscreen, with visitors before it.

Run by afternoon.py as a process of its own, so that it can be killed:
python -m kiosk.demo.driven DATA SETTINGS-FILE START
"""

import logging
import sys
from pathlib import Path

from kiosk import bootstrap, settings, window
from sync.client.replicator import Pace
from sync.data_dir import locked
from sync.manual_clock import ManualClock

PACE = Pace(heartbeat=1.0, first_pause=0.2, longest_pause=1.0)  # an afternoon lasts a minute here
READING = 0.1  # and its visitors read ten times as fast as others


def main(folder: Path, config: Path, start: int) -> None:
    """Go on with the afternoon that began at ``start`` (ms since 1970 UTC) until it ends or the power goes."""
    logging.basicConfig(level=logging.ERROR)
    chosen = settings.read(config)
    with locked(folder, bootstrap.LOCK):
        window.prepare(chosen.panel, folder, offscreen=True)
        from kiosk.app import HearthApp
        from kiosk.demo.visitors import Visitors, last_time

        clock = ManualClock(last_time(folder) or start)
        visitors = Visitors(folder, clock)
        HearthApp(bootstrap.build(chosen, folder, clock, PACE), chosen.panel, visitors.arrive, reading=READING).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
