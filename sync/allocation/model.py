"""What a kiosk may promise by itself: its share of a venue's pouches, lockers, codes and seats (escrow).

Shares of one venue never overlap, and the seats of a session never exceed its capacity, so two kiosks that can't reach
each other promise nothing twice. A kiosk may use what it was granted, less what it has given back. The rule that keeps
this true on any network: what is given back is stored before it is reported, it is reported with the version of the
share that it was part of, and the server accepts it only while it has the same version.

Source: P. O'Neil, "The Escrow Transactional Method", ACM Transactions on Database Systems 11 (4), 1986; shares that
travel between replicas: V. Balegas et al., "Extending Eventually Consistent Cloud Databases for Enforcing Numeric
Invariants" (bounded counters), SRDS 2015.
"""

import uuid
from collections.abc import Collection, Iterable
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from sync.allocation import intervals
from sync.allocation.intervals import Ranges

STRIPES = 100  # a code belongs to stripe code % 100, so each has 100 of the 10,000 codes
MAX_NUMBER = 9999  # the highest number of a pouch or locker
MAX_SESSIONS = 200  # that a share can mention
PLANS, SERIES = "plans", "series"  # what a server may deal ahead: sessions of plans, and of weekly series
DERIVED = 5  # the version of the UUIDs that kiosks derive for the sessions of series, each the same

Kind = Literal["pouches", "lockers", "codes"]
NUMBER_KINDS: tuple[Kind, ...] = ("pouches", "lockers", "codes")
Version = Annotated[int, Meta(ge=0, le=2**53)]
Number = Annotated[int, Meta(ge=0, le=MAX_NUMBER)]
Stripe = Annotated[int, Meta(ge=0, le=STRIPES - 1)]
NumberRanges = Annotated[
    tuple[tuple[Number, Number], ...],
    Meta(max_length=1000, description="ranges [first, last], both included, in ascending order: [[1, 20], [25, 25]]"),
]
StripeRanges = Annotated[
    tuple[tuple[Stripe, Stripe], ...],
    Meta(max_length=STRIPES, description="ranges of stripes, in the form of `pouches`"),
]
Seats = Annotated[
    dict[UUID, Number],
    Meta(
        max_length=MAX_SESSIONS,
        description="number of people by session id. What a session's firm limit is above its capacity is under the "
        "UUIDv5 of `over` in the namespace of the session's id",
    ),
]


class Share(Struct, frozen=True, omit_defaults=True):
    """``codes`` are stripes: code % 100. ``seats``: how many people admitted by this kiosk may be in a session."""

    pouches: NumberRanges = ()
    lockers: NumberRanges = ()
    codes: StripeRanges = ()
    seats: Seats = {}

    @property
    def is_ordered(self) -> bool:
        """Whether its ranges are sets of numbers: each ends where it begins or later, and none overlaps another."""
        return all(intervals.is_ordered(getattr(self, kind)) for kind in NUMBER_KINDS)


EMPTY_SHARE = Share()


class Amounts(Struct, frozen=True, omit_defaults=True):
    """A count of each kind."""

    pouches: Number = 0
    lockers: Number = 0
    codes: Number = 0
    seats: Seats = {}


NO_AMOUNTS = Amounts()


class HeldShare(Struct, frozen=True):
    """What a kiosk stores: the share of that version, and what it has given back since.

    ``claimed``: the seats of its own sessions when it first gave some back; until then a session is wholly its
    opener's, and no share mentions it. ``ahead``: what the server deals before it opens (PLANS, SERIES). Of such a
    session a kiosk has what a share mentions alone, even if it has opened it.
    """

    version: int
    granted: Share
    given: Share = EMPTY_SHARE
    claimed: Seats = {}
    ahead: tuple[str, ...] = ()

    def usable(self, kind: Kind) -> Ranges:
        """The numbers that may be promised."""
        return intervals.difference(getattr(self.granted, kind), getattr(self.given, kind))

    def seats(self, session: UUID, capacity: int, own: bool) -> int:
        """How many people admitted here may be in a session; ``own``: this kiosk opened it."""
        whole = self.claimed.get(session, capacity if own else 0)
        return self.granted.seats.get(session, whole) - self.given.seats.get(session, 0)

    def give_back(self, returned: Share, limits: Iterable[Seats]) -> "HeldShare":
        """Give back more. ``limits``: seats and headroom of each open session, claimed once by its opener."""
        own: Seats = {}
        for of_session in limits:
            if (returned.seats.keys() - self.granted.seats.keys()) & of_session.keys():
                own |= of_session
        return replace(self, given=add(self.given, returned), claimed={**own, **self.claimed})

    def apply_grant(self, version: int, granted: Share, open_sessions: Collection[UUID]) -> "HeldShare":
        """Apply a newer grant. It already reflects what was given back, or has rejected it for good.

        A session that was in a share is no longer its opener's alone, even when the new share does not mention it.
        """
        if version <= self.version:
            return self
        shared = {session: 0 for session in self.granted.seats if session in open_sessions}
        return HeldShare(version, replace(granted, seats={**shared, **granted.seats}), ahead=self.ahead)


def over_id(session: UUID) -> UUID:
    """The id under which a share has the headroom of a session: people whom hosts may admit over its capacity."""
    return uuid.uuid5(session, "over")


def seat_limit(capacity: int | None, firm_limit: int | None) -> int | None:
    """How many seats a session has; None: no limit. A session without a capacity is full at its firm limit."""
    limits = [limit for limit in (capacity, firm_limit) if limit is not None]
    return min(limits, default=None)


def limits_of(session: UUID, capacity: int | None, firm_limit: int | None) -> Seats:
    """What is shared of a session: its seats, and its headroom where it has a firm limit."""
    seats = seat_limit(capacity, firm_limit)
    if seats is None:
        return {}
    return {session: seats} if firm_limit is None else {session: seats, over_id(session): firm_limit - seats}


WHOLE_VENUE = Share(pouches=((1, MAX_NUMBER),), lockers=((1, MAX_NUMBER),), codes=((0, STRIPES - 1),))


class Grant(Struct, frozen=True):
    """The share that a kiosk may allocate offline; of two grants, the one with the higher version is valid."""

    version: Version
    granted: Share


class AllocationReport(Struct, frozen=True, omit_defaults=True):
    """A kiosk's report of its share. It stores what it gives back before it reports it, and no longer uses it."""

    version: Annotated[
        Version, Meta(description="version of its grant; 0: none. The server ignores versions above 2^52")
    ]
    given: Annotated[Share, Meta(description="everything that it has given back of that version, in every report")] = (
        EMPTY_SHARE
    )
    claimed: Annotated[
        Seats,
        Meta(
            description="by session that it opened and that no share contains yet: the places before it gave some of "
            "them back. Until then all places of such a session belong to the kiosk that opened it"
        ),
    ] = {}
    spare: Annotated[Amounts, Meta(description="what is free, as the basis of a fair division")] = NO_AMOUNTS
    pouches: Annotated[
        Number, Meta(description="how many the venue has by the settings of the kiosk, numbered from 1")
    ] = 0
    lockers: Number = 0
    granted: Annotated[
        Share | None,
        Meta(
            description="what it was granted in that version; the server uses it only if it has an earlier version, "
            "because its database was restored from a backup"
        ),
    ] = None


def add(left: Share, right: Share) -> Share:
    """The numbers that are in either; seats are added."""
    numbers = {kind: intervals.union(getattr(left, kind), getattr(right, kind)) for kind in NUMBER_KINDS}
    return Share(**numbers, seats=add_seats(left.seats, right.seats))


def add_seats(left: Seats, right: Seats) -> Seats:
    """The sum for each session that is in either."""
    return {session: left.get(session, 0) + right.get(session, 0) for session in left | right}


def subtract(left: Share, right: Share) -> Share:
    """What is in ``left`` and not in ``right``; a session without seats left is still mentioned, with 0."""
    numbers = {kind: intervals.difference(getattr(left, kind), getattr(right, kind)) for kind in NUMBER_KINDS}
    seats = {session: max(0, count - right.seats.get(session, 0)) for session, count in left.seats.items()}
    return Share(**numbers, seats=seats)


def pick_returns(free: Share, wanted: Amounts, useless: Share = EMPTY_SHARE) -> Share:
    """What to give back of what is free: the highest first, so that ranges stay whole; and with it what is useless."""
    numbers = {}
    for kind in NUMBER_KINDS:
        if count := getattr(wanted, kind):
            numbers[kind] = intervals.union(intervals.highest(getattr(free, kind), count), getattr(useless, kind))
    seats = {session: min(count, wanted.seats.get(session, 0)) for session, count in free.seats.items()}
    return Share(**numbers, seats={session: count for session, count in seats.items() if count > 0})


def amounts_of(share: Share) -> Amounts:
    """The count of each kind in a share."""
    return Amounts(**{kind: intervals.size(getattr(share, kind)) for kind in NUMBER_KINDS}, seats=share.seats)


def stripe_of(code: str) -> int:
    """The stripe that a four-digit code belongs to."""
    return int(code) % STRIPES
