"""What a request needs from the running server: one record, put together once in app.build."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from sync.domain.clock import Clock
from sync.ledger.engine import Store
from sync.ledger.ledger import Ledger
from sync.server.settings import Settings
from sync.server.tries import Tries


@dataclass(frozen=True)
class Parts:
    """The real things that the routes and pages work with."""

    ledger: Ledger
    settings: Settings
    clock: Clock
    wrong_codes: Tries = field(default_factory=Tries)

    @property
    def store(self) -> Store:
        """The ledger's database, which holds the server's own tables too."""
        return self.ledger.store

    @property
    def now(self) -> int:
        """ms since 1970 UTC."""
        return self.clock.read().at


def parts_of(request: Request) -> Parts:
    """The parts of the app that this request came to."""
    parts: Parts = request.app.state.parts
    return parts


Here = Annotated[Parts, Depends(parts_of)]
