"""How many bytes of requests are held at once, in all and for each client: the rest waits a moment, or is refused.

Without it, sixty bodies of 200 kB that unpack to 30 MB each take gigabytes. What is counted is what is held, from the
first byte of a body until its entries are stored, so that a client that is slow to send pays for no more than it sent.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

WAIT_S = 1.0  # an overloaded server says so within a second


class OverBudget(Exception):
    """The client has all that it may have, or there was no room within WAIT_S."""


@dataclass
class Reservation:
    """What one request holds."""

    budget: "MemoryBudget"
    client: Hashable
    held: int = 0

    async def grow(self, amount: int) -> None:
        """Hold so many bytes more. Raises OverBudget."""
        await self.budget.take(self.client, amount)
        self.held += amount


@dataclass
class MemoryBudget:
    """Bytes for all requests together, and for each client's. Lives on the event loop's thread."""

    most: int
    most_each: int
    held: int = 0
    peak: int = 0
    clients: Counter[Hashable] = field(default_factory=Counter)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @asynccontextmanager
    async def hold(self, client: Hashable) -> AsyncIterator[Reservation]:
        """Begin to hold nothing; at the end, all is given back."""
        reservation = Reservation(self, client)
        try:
            yield reservation
        finally:
            self.held -= reservation.held
            self.clients[client] -= reservation.held
            if not self.clients[client]:
                del self.clients[client]
            async with self.changed:
                self.changed.notify_all()

    async def take(self, client: Hashable, amount: int) -> None:
        """Count so many bytes, as soon as there is room. Raises OverBudget."""
        if self.clients[client] + amount > self.most_each:
            raise OverBudget(f"{self.clients[client]:,} bytes are held for this client")
        if not self._has_room(client, amount):
            await self._wait(client, amount)
        self.held += amount
        self.peak = max(self.peak, self.held)
        self.clients[client] += amount

    async def _wait(self, client: Hashable, amount: int) -> None:
        try:
            async with asyncio.timeout(WAIT_S), self.changed:
                await self.changed.wait_for(lambda: self._has_room(client, amount))
        except TimeoutError as error:
            raise OverBudget(f"{self.held:,} of {self.most:,} bytes are held") from error

    def _has_room(self, client: Hashable, amount: int) -> bool:
        return self.held + amount <= self.most and self.clients[client] + amount <= self.most_each
