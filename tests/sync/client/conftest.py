"""A central with canned answers, and a kiosk's ledger that is enrolled there."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from sync.client.enrolment import Enrolment
from sync.client.replicator import Pace, Replicator
from sync.ledger.ledger import Ledger
from sync.protocol import PlaceRef
from tests.support.canned_server import Central, central


@pytest.fixture
def server() -> Iterator[Central]:
    """A server that says what it is told to say."""
    with central() as one:
        yield one


@pytest.fixture
def replicator(ledger: Ledger, server: Central) -> Iterator[Callable[..., Replicator]]:
    """Makes a replicator from ``ledger`` to ``server``, at any pace."""
    made: list[Replicator] = []

    def make(**pace: float) -> Replicator:
        place = PlaceRef(uuid4(), "The Reading Room")
        enrolment = Enrolment(server.url, uuid4(), uuid4(), place, place, "Europe/Amsterdam", "a token of this test")
        made.append(Replicator(ledger, enrolment, "0.1.0", Pace(**pace)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()
