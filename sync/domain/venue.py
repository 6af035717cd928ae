"""The configuration of a venue, as its coordinator has set it."""

from uuid import UUID

from msgspec import Struct


class Configuration(Struct, frozen=True):
    """A row. None: not set, and each kiosk's own settings apply."""

    id: UUID
    name: str | None = None
    time_zone: str | None = None  # an IANA name
    pouches: int | None = None
    lockers: int | None = None
    reach: str | None = None  # the telephone to show; empty: none
