"""The state of a visit: one party's stay in one session."""

import uuid
from uuid import UUID

from msgspec import Struct, field

FIRST_FORMAT, CHECKED_FORMAT = "HS1", "HS2"  # of slips; kiosk/rules/slips.py describes them
SLIP_FORMATS = (FIRST_FORMAT, CHECKED_FORMAT)  # that this release can read
SLIPS = uuid.uuid5(uuid.NAMESPACE_URL, "https://hearth.invalid/slip")  # the namespace of DESIGN's slip codes


def visit_of(slip: str) -> UUID:
    """The id of the visit that belongs to a slip's code; ``slip`` includes the prefix."""
    return uuid.uuid5(SLIPS, slip)


def code_of(visit: UUID) -> str:
    """The four-digit code of a visit, which is derived from its id, so that it needs no storing."""
    return f"{visit.int % 10_000:04d}"


class Visit(Struct, frozen=True, gc=False):
    """A row: times in ms since 1970 UTC, durations in ms; ``checked_in`` is None until that fact arrives."""

    id: UUID
    code: str
    journal: UUID | None = None  # in which the check-in was written; tells kiosk and venue
    session: UUID | None = None
    party_size: int = 0
    phones: int = 0
    kept: int = 0
    stow: str = "none"
    numbers: tuple[int, ...] = ()
    language: str | None = None
    pass_: str | None = field(name="pass", default=None)
    checked_in: int | None = None
    checked_out: int | None = None
    stay: int | None = None
    phone_free: int | None = None  # of one person whose phone was stowed
    on_break: bool = False
    taken_early: bool = False
    voided: bool = False
    estimated: bool = False
    before: int | None = None
    after: int | None = None
    lost: tuple[int, ...] = ()
    over_capacity: bool = False  # admitted by a host beyond the capacity: it takes no place
    split_from: UUID | None = None  # the visit of the party that it was a part of
    phones_back: int = 0  # handed back for good
    phones_lost: int = 0
    held: tuple[int, ...] = ()  # numbers that no other visit may get: the pouch is not back, or the phone is still here
    outstanding: bool = False  # the party is in, or a number or a phone has not come back

    @property
    def is_in(self) -> bool:
        """Whether the party is in the session now (on a break included)."""
        return self.checked_in is not None and self.checked_out is None and not self.voided

    @property
    def phones_here(self) -> int:
        """Phones that are stowed now, or were left behind: neither handed back nor lost, nor out on a break."""
        if self.checked_in is None or self.voided or self.on_break:
            return 0
        return self.phones - self.phones_back - self.phones_lost

    @property
    def phone_free_people_ms(self) -> int:
        """(party_size − kept) × phone-free time; 0 until the visit has ended."""
        return max(0, self.party_size - self.kept) * (self.phone_free or 0)
