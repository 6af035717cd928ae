"""What the tests of the planning pages have in common."""

from uuid import uuid4

import pytest


@pytest.fixture
def evening(kiosk) -> dict[str, str]:
    """The fields of a form that plans one session, two hours of an evening."""
    return {
        "id": str(uuid4()),
        "title": "Quiet evening",
        "kind": "event",
        "zone": kiosk.identity["zone"]["id"],
        "day": "2026-11-24",
        "start": "19:00",
        "end": "21:00",
        "repeats": "once",
        "until": "never",
        "capacity": "12",
    }
