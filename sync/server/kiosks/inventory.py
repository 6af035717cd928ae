"""The venues and kiosks that an account may see, read once for a page, an export or a command."""

from collections.abc import Sequence
from dataclasses import dataclass

from sync.ledger.store import Store
from sync.server.auth.scope import Scope
from sync.server.kiosks import repository
from sync.server.kiosks.repository import Kiosk, Venue


@dataclass(frozen=True)
class Inventory:
    """The venues of a scope by name, and their kiosks by venue, zone and age.

    ``all_venues``: of the organisation. Figures of people with a pass depend on whether they came to another one.
    """

    scope: Scope
    venues: Sequence[Venue]
    kiosks: Sequence[Kiosk]
    all_venues: Sequence[Venue]


def read_inventory(store: Store, scope: Scope) -> Inventory:
    """The inventory of a scope as it is now. Raises StorageError."""
    with store.reading() as connection:
        all_venues = repository.all_venues(connection)
        kiosks = repository.kiosks_in(connection, scope)
    venues = [venue for venue in all_venues if scope.venues is None or venue.id in scope.venues]
    return Inventory(scope, venues, kiosks, all_venues)
