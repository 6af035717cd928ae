"""From a slip's first byte at the serial port to the goodbye on the screen: ``python tests/bench/scan.py [SCANS]``.

In a window that draws 60 frames a second, from a scanner on a pseudo-terminal, which has no baud rate: at 9,600 baud
the 33 bytes of a code take 34 ms more.
"""

import sys
from statistics import quantiles

import start
from measure import Ratio, ratio, scratch, show
from window import figures, virtual_display

SCANS = 30  # in make bench
FRAME_MS = 1000 / 60


def measure(scans: int = SCANS) -> list[Ratio]:
    """The median and the slowest in a hundred, over the length of a frame."""
    with scratch("scan") as folder, virtual_display(folder, "800x480") as screen:
        start.furnish(folder / "kiosk")
        (first, _), *read = figures(screen, folder / "kiosk", "scans", scans)
    slowest = quantiles((ms for ms, _ in read), n=100, method="inclusive")[98]
    print(f"The first page, which is built then, took {first:.0f} ms.\n")
    return [
        ratio("slip scanned to goodbye", "ms", [(ms, FRAME_MS) for ms, _ in read], None),
        ratio("the slowest scan in a hundred", "ms", [(slowest, FRAME_MS)], None),
    ]


if __name__ == "__main__":
    show(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
