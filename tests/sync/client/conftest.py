"""A server with canned answers, and the ledger of a kiosk that is paired with it."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from sync.client.enrolment import Enrolment
from sync.client.replicator import Pace, Replicator
from sync.ledger.ledger import Ledger
from sync.protocol import PlaceRef
from tests.support.canned_server import CannedServer, canned_server


@pytest.fixture
def server() -> Iterator[CannedServer]:
    """A server with canned answers."""
    with canned_server() as server_:
        yield server_


@pytest.fixture
def replicator(ledger: Ledger, server: CannedServer) -> Iterator[Callable[..., Replicator]]:
    """Makes a replicator from ``ledger`` to ``server``, at any pace."""
    made: list[Replicator] = []

    def make(**pace: float) -> Replicator:
        place = PlaceRef(uuid4(), "The Reading Room")
        enrolment = Enrolment(server.url, uuid4(), uuid4(), place, place, "Europe/Amsterdam", "a token of this test")
        made.append(Replicator(ledger, enrolment, "0.1.0", Pace(**pace)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for replicator_ in made:
        replicator_.close()
