"""How often a property is tried: a few times in every test run, at the full count in ``make soak``."""

import os

SOAKING = bool(os.environ.get("HEARTH_SOAK"))
SHARE = float(os.environ.get("HEARTH_SOAK") or 1)  # HEARTH_SOAK=0.1: a tenth of the full counts


def times(few: int, soak: int) -> int:
    """The count for this run."""
    return max(few, round(soak * SHARE)) if SOAKING else few


def figure(text: str) -> None:
    """A line for the reliability page; shown in ``make soak`` alone."""
    if SOAKING:
        print(f"\n  {text}")
