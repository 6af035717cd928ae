"""What a request needs from the running server: one record, put together once in app.build."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from sync.domain.clock import Clock
from sync.ledger.engine import Store
from sync.ledger.ledger import Ledger
from sync.server.settings import Settings
from sync.server.tries import Tries

MINUTE_MS = 60_000
CODES_A_MINUTE = 20
LOGINS_IN_TEN_MINUTES = 20


@dataclass(frozen=True)
class Parts:
    """The real things that the routes and pages work with."""

    ledger: Ledger
    settings: Settings
    clock: Clock
    codes: Tries = field(default_factory=lambda: Tries(CODES_A_MINUTE, MINUTE_MS))  # by address
    logins: Tries = field(default_factory=lambda: Tries(LOGINS_IN_TEN_MINUTES, 10 * MINUTE_MS))  # by address or browser

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
