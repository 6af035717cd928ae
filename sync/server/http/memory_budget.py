"""Limits the bytes of request bodies in memory, in all and for each client: others wait a second, or are refused.

Without it, sixty bodies of 200 kB that decompress to 30 MB each take gigabytes. Bytes are counted from their arrival
until the entries are stored, so that a slow client uses no more of the budget than it has sent.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

WAIT_S = 1.0  # an overloaded server responds within a second


class OverBudget(Exception):
    """The client's limit is reached, or the budget was used up for WAIT_S."""


@dataclass
class Reservation:
    """The bytes that one request holds."""

    budget: "MemoryBudget"
    client: Hashable
    held: int = 0

    async def grow(self, amount: int) -> None:
        """Reserve more bytes. Raises OverBudget."""
        await self.budget.take(self.client, amount)
        self.held += amount


@dataclass
class MemoryBudget:
    """A number of bytes for all requests together, and for each client's. Used on the event loop's thread only."""

    most: int
    most_each: int
    held: int = 0
    peak: int = 0
    clients: Counter[Hashable] = field(default_factory=Counter)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @asynccontextmanager
    async def hold(self, client: Hashable) -> AsyncIterator[Reservation]:
        """An empty reservation, which is released at the end of the block."""
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
        """Reserve bytes, as soon as there is room. Raises OverBudget."""
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
