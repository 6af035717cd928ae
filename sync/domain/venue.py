"""The configuration of a venue, as its coordinator has set it."""

from uuid import UUID

from msgspec import Struct

from sync.domain.events import ZoneName


class Configuration(Struct, frozen=True):
    """A row. None: not set, and each kiosk's own settings apply."""

    id: UUID
    name: str | None = None
    time_zone: str | None = None  # an IANA name
    pouches: int | None = None
    lockers: int | None = None
    reach: str | None = None  # the telephone to show; empty: none
    zones: tuple[ZoneName, ...] | None = None  # that have another name than at some kiosk's enrolment

    def name_of(self, zone: str, enrolled_name: str) -> str:
        """What the zone with this id is called now."""
        return next((named.name for named in self.zones or () if named.zone == zone), enrolled_name)
