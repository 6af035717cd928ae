"""From the release of the pouch button to the confirmed page on the screen: ``python tests/bench/touch.py [PARTIES]``.

In a window that draws 60 frames a second, by the app as it is: the tap is durable before anything is shown.
"""

import sys
from collections import Counter
from statistics import quantiles

import start
from measure import Ratio, ratio, scratch, show
from window import figures, virtual_display

PARTIES = 60  # in make bench; some hundreds for figures to quote
FRAME_MS = 1000 / 60


def measure(parties: int = PARTIES) -> list[Ratio]:
    """The median and the slowest in a hundred, over the length of a frame."""
    with scratch("touch") as folder, virtual_display(folder, "800x480") as screen:
        start.furnish(folder / "kiosk")
        (first, _), *taps = figures(screen, folder / "kiosk", "taps", parties)
    slowest = quantiles((ms for ms, _ in taps), n=100, method="inclusive")[98]
    _explain(first, Counter(int(frames) for _, frames in taps))
    return [
        ratio("finger up to confirmed page", "ms", [(ms, FRAME_MS) for ms, _ in taps], None),
        ratio("the slowest in a hundred", "ms", [(slowest, FRAME_MS)], None),
    ]


def _explain(first: float, frames: Counter[int]) -> None:
    in_all = frames.total()
    shares = ", ".join(f"{count / in_all:.1%} in frame {number}" for number, count in sorted(frames.items()))
    print(f"The base is a frame of {FRAME_MS:.1f} ms. Of {in_all} pages, after the finger was read: {shares}.")
    print(f"The first page, which is built then, took {first:.0f} ms. A finger waits half a frame more to be read.\n")


if __name__ == "__main__":
    show(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
