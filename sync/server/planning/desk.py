"""What every page of planning is made with: who asks, and the venue with its zones and kiosks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, Response

from sync.server.auth.accounts import Account
from sync.server.auth.current_account import AccountDep, ScopeDep
from sync.server.auth.scope import Permission, Scope
from sync.server.dependencies import Services, ServicesDep
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import Kiosk, Venue, Zone
from sync.server.kiosks.words import clock_words
from sync.server.planning import service, words
from sync.server.planning.week import PlannedItem
from sync.server.web.i18n import say
from sync.server.web.problems import Problem
from sync.server.web.rendering import page
from sync.server.web.venue_time import day_of
from sync.server.web.words import sentence


@dataclass(frozen=True)
class PlanningDesk:
    """An account's request about a venue."""

    services: Services
    account: Account
    scope: Scope
    venue: Venue
    zones: Sequence[Zone]
    kiosks: Sequence[Kiosk]  # all that the account may see

    @property
    def today(self) -> date:
        return day_of(self.services.now, self.venue.clock_zone)

    @property
    def clock(self) -> ZoneInfo:
        return self.venue.clock_zone

    def zone_name(self, zone: str) -> str:
        """The name of a zone by its id; a kiosk that is not paired calls it by its name."""
        return next((each.name for each in self.zones if str(each.id) == zone), zone)

    def kiosks_in(self, zone: str) -> list[Kiosk]:
        """The venue's paired kiosks in a zone."""
        name = self.zone_name(zone)
        return [
            kiosk
            for kiosk in self.kiosks
            if kiosk.venue.id == self.venue.id and kiosk.zone == name and not kiosk.is_revoked
        ]

    def show(self, template: str, status: int = 200, **values: object) -> Response:
        """A page."""
        venues = kiosk_repository.venues(self.services.store, self.scope)
        shared: dict[str, object] = {"account": self.account, "here": "plan", "venues": venues, "kiosks": self.kiosks}
        shared["clock"] = clock_words(venues).get(self.venue.name, "")
        shared["may_change"] = self.scope.allows(Permission.MANAGE, self.venue.id)
        return page(template, status, **shared, venue=self.venue, zones=self.zones, words=words, **values)

    def item_address(self, item: PlannedItem) -> str:
        """The address of a session's page."""
        return f"/plan/{self.venue.id}/{item.id}" + (f"?day={item.day}" if item.day else "")

    def address(self, day: date) -> str:
        """The address of the week with this day."""
        return f"/plan/{self.venue.id}?day={day}"


def desk_of(services: Services, account: Account, scope: Scope, venue: UUID) -> PlanningDesk:
    """Raises Problem 404 for a venue outside the scope."""
    with services.store.reading() as connection:
        venues = kiosk_repository.venues_in(connection, scope)
        chosen = next((candidate for candidate in venues if candidate.id == venue), None)
        if chosen is None:
            raise Problem(404, say("No venue has this number. The page of the week lists those that there are."))
        zones = kiosk_repository.zones_in(connection, venue)
    return PlanningDesk(services, account, scope, chosen, zones, kiosk_repository.kiosks(services.store, scope))


def _viewed(venue: UUID, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> PlanningDesk:
    return desk_of(services, account, scope, venue)


ViewedDesk = Annotated[PlanningDesk, Depends(_viewed)]


def _managed(desk: ViewedDesk) -> PlanningDesk:
    """Raises Problem 403 where the account may not change the venue."""
    try:
        service.check_permission(desk.scope, desk.venue)
    except service.NotAllowed as error:
        raise Problem(403, sentence(str(error))) from error
    return desk


ManagedDesk = Annotated[PlanningDesk, Depends(_managed)]
