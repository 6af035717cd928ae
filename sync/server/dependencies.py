"""What requests need of the running server: one record, made once in app.build."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated
from uuid import UUID

from anyio import CapacityLimiter
from fastapi import Depends, Request

from sync.domain.clock import Clock
from sync.ledger.ledger import Ledger
from sync.ledger.store import Store
from sync.server.http.memory_budget import MemoryBudget
from sync.server.pass_keys import PassKeyring
from sync.server.rate_limit import RateLimiter
from sync.server.settings import ServerSettings

STRANGER_THREADS = 4  # for the sign-ins of unknown browsers; other requests have separate threads
KNOWN_THREADS = 8  # for the sign-ins of known browsers and for one-time links, which may wait for a slot
PDF_THREADS = 1  # a PDF takes seconds of the processor and a hundred megabytes: one at a time
EXPORT_THREADS = 2  # that make the pieces of downloads while their clients read, without the slot of a request
MIB = 1024 * 1024


def _budget(mebibytes: int) -> MemoryBudget:
    """A budget of which each client may use a quarter."""
    return MemoryBudget(mebibytes * MIB, mebibytes * MIB // 4)


@dataclass(frozen=True)
class Services:
    """What the routes and pages work with."""

    ledger: Ledger
    settings: ServerSettings
    clock: Clock
    organisation: UUID
    secret: str  # the organisation's, in hex
    limiter: RateLimiter
    stranger_threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(STRANGER_THREADS))
    known_threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(KNOWN_THREADS))
    pdf_threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(PDF_THREADS))
    export_threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(EXPORT_THREADS))
    messages: MemoryBudget = field(default_factory=lambda: _budget(16))  # heartbeats, codes and forms, by address
    bodies: MemoryBudget = field(default_factory=lambda: _budget(64))  # pushes as they were sent, by kiosk
    parsing: MemoryBudget = field(default_factory=lambda: _budget(128))  # pushes that are being stored, by kiosk

    @cached_property
    def pass_keyring(self) -> PassKeyring:
        """The organisation's keys for passes."""
        return PassKeyring(self.settings.pass_key_file)

    @property
    def store(self) -> Store:
        """The ledger's database, which contains the server's tables too."""
        return self.ledger.store

    @property
    def now(self) -> int:
        """ms since 1970 UTC."""
        return self.clock.read().at


async def services_of(request: Request) -> Services:
    """The services of the request's app. As every dependency without I/O, async: others run in a thread."""
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(services_of)]
