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

    @property
    def is_in(self) -> bool:
        """Whether the party is in the session now (on a break included)."""
        return self.checked_in is not None and self.checked_out is None and not self.voided

    @property
    def phones_at_rest(self) -> int:
        """Phones that are stowed now."""
        return self.phones if self.is_in and not (self.on_break or self.taken_early) else 0

    @property
    def phone_free_people_ms(self) -> int:
        """(party_size − kept) × phone-free time; 0 until the visit has ended."""
        return max(0, self.party_size - self.kept) * (self.phone_free or 0)
