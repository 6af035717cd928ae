"""Which tests run in one process, one after the other, when pytest-xdist runs several processes."""

import re

from xdist.scheduler import LoadScopeScheduling

WINDOW = "tests/kiosk/ui/"  # share one Kivy window
JOURNEYS = "tests/journeys/"  # share one kiosk for each venue
PICTURES = "tests/gallery/test_fits.py"  # each starts a process of its own
VENUE = re.compile(r"\[.*?(\d+x\d+-[a-z]+-[a-z]+)")


def rank(nodeid: str) -> int:
    """Where a test is in the order: what takes longest comes first."""
    folders = (WINDOW, PICTURES, JOURNEYS, "tests/faults/", "tests/sync/server/")
    return next((place for place, folder in enumerate(folders) if nodeid.startswith(folder)), len(folders))


class SharedFixtures(LoadScopeScheduling):
    """Keeps together the tests that share an expensive fixture, and otherwise those of one file."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(WINDOW):
            return WINDOW
        if nodeid.startswith(JOURNEYS) and (venue := VENUE.search(nodeid)):
            return f"{JOURNEYS}{venue[1]}"
        return nodeid if nodeid.startswith(PICTURES) else nodeid.partition("::")[0]
