"""Whether memory stays flat over many visits, each on the screen: ``python tests/bench/flat.py [VISITS]``."""

import sys

import start
from measure import Goal, Ratio, ratio, scratch, show
from window import figures, virtual_display

VISITS = 200  # in make bench; the goal is for 10,000
KIB_PER_MIB = 1024
FLAT = Goal("≤", 1.02)


def measure(visits: int = VISITS) -> list[Ratio]:
    """Resident memory after the last tenth over that after the first, when all pages have been shown."""
    with scratch("flat") as folder, virtual_display(folder, "800x480") as screen:
        start.furnish(folder / "kiosk")
        tenths = [
            (int(number), kib / KIB_PER_MIB) for number, kib in figures(screen, folder / "kiosk", "visits", visits)
        ]
    print("MiB resident after so many visits: " + ", ".join(f"{number}: {mib:.1f}" for number, mib in tenths) + ".\n")
    (_, warm), *_, (_, last) = tenths
    return [ratio(f"memory after {visits:,} visits", "MiB", [(last, warm)], FLAT)]


if __name__ == "__main__":
    show(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
