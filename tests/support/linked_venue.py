"""A venue's kiosks and its server, which exchange their entries without a network."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from kiosk.services.context import KioskContext
from sync.domain.events import KioskRevoked
from sync.ledger.ledger import Ledger


@dataclass
class LinkedVenue:
    """A server's ledger and the kiosks that exchange their entries over it."""

    server: Ledger
    kiosks: dict[UUID, KioskContext]
    id: UUID = field(default_factory=uuid4)

    def exchange(self, *contexts: KioskContext) -> None:
        """Each of these kiosks (all, where none is named) pushes what it has, then reads the feed."""
        chosen = {id: kiosk for id, kiosk in self.kiosks.items() if not contexts or kiosk in contexts}
        for kiosk, context in chosen.items():
            journal = context.ledger.waiting().journal
            if journal:
                lines = [line.encode() for line in context.ledger.lines(journal, 0, 1000)]
                self.server.absorb(journal, lines, kiosk, self.id)
        own = self.server.waiting().journal
        for kiosk, context in chosen.items():
            page = self.server.feed(self.id, 0, 1000, kiosk)
            context.ledger.apply_feed([line.encode() for line in page.lines], {}, [own] if own else [])

    def revoke(self) -> None:
        """The server ends the pairing of a kiosk that is not among these."""
        self.server.record((uuid4(), KioskRevoked()), stream=self.id)
