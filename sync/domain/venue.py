"""The state that a venue's own facts add up to: what its coordinator has said of it."""

from uuid import UUID

from msgspec import Struct


class Configuration(Struct, frozen=True):
    """A row. None: nothing was said, and what each kiosk says itself counts."""

    id: UUID
    name: str | None = None
    time_zone: str | None = None  # an IANA name
    pouches: int | None = None
    lockers: int | None = None
    reach: str | None = None  # the telephone to show; empty: none
