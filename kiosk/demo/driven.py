"""The demonstration's kiosk: the real app, offscreen, used by scripted visitors.

Run by afternoon.py as a process that it can kill:
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
READING = 0.1  # share of the usual time that a page must be shown before a touch acts


def main(folder: Path, config: Path, start: int) -> None:
    """Continue the afternoon that began at ``start`` (ms since 1970 UTC) until it ends or the process is killed."""
    logging.basicConfig(level=logging.ERROR)
    kiosk_settings = settings.read(config)
    with locked(folder, bootstrap.LOCK):
        window.prepare(kiosk_settings.panel, folder, offscreen=True)
        from kiosk.app import HearthApp
        from kiosk.demo.visitors import Visitors, last_time

        clock = ManualClock(last_time(folder) or start)
        visitors = Visitors(folder, clock)
        HearthApp(
            bootstrap.build(kiosk_settings, folder, clock, PACE), kiosk_settings.panel, visitors.start, reading=READING
        ).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
