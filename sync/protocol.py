"""The messages between kiosk and server; entries are in domain/events.py."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Raw, Struct

from sync.allocation.model import AllocationReport, Amounts, Grant
from sync.domain.events import Time
from sync.printable import CONTROLS, is_printable

NDJSON = "application/x-ndjson"
PROBLEM = "application/problem+json"  # RFC 9457
UNSENT_FROM = "Hearth-Unsent-From"  # header of a push: when the earliest entry happened that waits behind it
MAX_PUSH_BYTES = 4 * 1024 * 1024  # of a request's body, compressed or not
MAX_LINE_BYTES = 64 * 1024  # of one entry; the largest valid one has some two thousand
MAX_FEED_ENTRIES = 1000  # in one answer
DEVICE_HEADER = "Hearth-Device"  # which device sends a request, where it can tell
TURN_HEADER = "Hearth-Turn"  # what the last heartbeat's answer asked to be sent
COPIED = "copied"  # the name of the problem that a copy is refused with
UNKNOWN_TOKEN = "unknown-token"
NOT_YOURS = "not-yours"
MAX_PLAIN_BYTES = 32 * 1024 * 1024  # of the same after decompression

Text = Annotated[str, Meta(pattern=f"^[^{CONTROLS}]*$", description="without control characters")]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Milliseconds = Annotated[int, Meta(ge=-(2**53), le=2**53)]
SlipFormat = Annotated[str, Meta(min_length=1, max_length=8, pattern="^[A-Z0-9]+$")]
SlipFormats = Annotated[list[SlipFormat], Meta(max_length=16)]
AheadKind = Annotated[str, Meta(min_length=1, max_length=32, pattern="^[a-z_]+$")]
AheadKinds = Annotated[
    list[AheadKind],
    Meta(
        max_length=16,
        description="the sessions whose seats are dealt before they open: of `plans`, of weekly `series`. Of such a "
        "session a kiosk has the seats that its share mentions and no others, even if it opens it. Left out by older "
        "servers, which deal those of open sessions alone",
    ),
]
EntryField = Annotated[str, Meta(min_length=1, max_length=32, pattern="^[a-z_]+$")]
EntryFields = Annotated[
    list[EntryField],
    Meta(
        max_length=16,
        description="the optional fields of an entry's envelope that the server reads (`actor`); send no others. Left "
        "out by older servers, which read none",
    ),
]


class EnrolRequest(Struct, frozen=True, omit_defaults=True):
    """POST /v1/enrol. ``device``: a secret, the same at each pairing of a kiosk, so that it keeps its share."""

    code: Annotated[
        str, Meta(min_length=1, max_length=32, description="8 characters, as `hearth-server pair` prints them")
    ]
    device: Annotated[str, Meta(min_length=16, max_length=128)] | None = None
    reads: Annotated[SlipFormats, Meta(description="as in the heartbeat")] | None = None


class PlaceRef(Struct, frozen=True):
    """A venue or a zone."""

    id: UUID
    name: str


class Enrolled(Struct, frozen=True):
    """The answer to a code. ``token`` is shown this once; the server keeps only its hash.

    ``copied``: another device serves as the kiosk whose token was sent; this one is another kiosk from now on.
    """

    kiosk: UUID
    organisation: UUID  # which server this is, whatever its address
    venue: PlaceRef
    zone: PlaceRef
    time_zone: str  # the venue's, an IANA name
    token: str
    share: Grant | None = None  # so that it can work should the network go right after this
    copied: bool = False
    slips: Annotated[SlipFormats, Meta(description="as in the answer to a heartbeat")] | None = None
    entry_fields: EntryFields | None = None
    ahead: AheadKinds | None = None


class Pushed(Struct, frozen=True, omit_defaults=True):
    """200: all entries up to ``acknowledged`` are durable; ``quarantined`` of this push could not be read yet.

    The venue's feed was at ``feed_before`` without these entries and is at ``feed`` with them: who knew it up to
    ``feed_before`` needs not ask for it. Both positions have a mark, as :class:`Feed` says.
    """

    acknowledged: int
    quarantined: int
    feed_before: int | None = None
    feed: int | None = None
    feed_mark_before: int | None = None
    feed_mark: int | None = None


class Gap(Struct, frozen=True):
    """409: the server has all before ``expected`` and nothing from there on."""

    expected: int


class Fork(Struct, frozen=True):
    """409: at ``forked`` the server holds another fact than the one sent."""

    forked: int


class ClockState(Struct, frozen=True):
    """A kiosk's clock: ``at`` in ms since 1970 UTC by its wall clock, ``up`` in ms since boot."""

    at: Milliseconds
    boot: UUID
    up: Milliseconds
    sure: bool


class Feed(Struct, frozen=True, omit_defaults=True):
    """GET /v1/feed: what others at the venue did, in the order of arrival; the next request is ``after`` this position.

    ``mark`` belongs to that position: send both, and the server can tell whether what was read before still holds.
    ``restart``: it does not (the server's database was restored from a backup), or the position is beyond the end. Then
    there are no entries and ``position`` is 0: read the feed again from there. What is known already changes nothing.
    """

    entries: list[Raw]
    position: int
    own: bool = False  # these are the asking kiosk's own entries, as it asked
    server: Annotated[
        list[UUID] | None,
        Meta(
            description="the server's own journals: what only the server may state is believed from these alone. Left "
            "out where there is nothing to judge by it, and by older servers"
        ),
    ] = None
    mark: int | None = None
    restart: bool = False


class Heartbeat(Struct, frozen=True):
    """POST /v1/heartbeat: how a kiosk is. ``oldest_waiting`` is that entry's time in ms since 1970 UTC.

    A kiosk reads ``clock`` before it counts what waits. It has reported up to that time, or to ``oldest_waiting``
    where that is earlier: what it records while the heartbeat is under way is not covered. Where the clock is not
    sure, the anchor of its boot tells the time; without one, or without ``oldest_waiting`` while entries wait, nothing
    moves. So ``oldest_waiting`` is left out where the time of a waiting entry is not known.
    ``feed`` with its ``feed_mark``, and ``journal`` with ``acknowledged``, are how far the kiosk knows the feed and how
    far it believes that its current journal is stored: so that both notice when the server's database was restored.
    """

    version: Annotated[Text, Meta(max_length=64)]
    waiting: Annotated[int, Meta(ge=0, le=2**53)]
    oldest_waiting: Time | None = None
    clock: ClockState | None = None
    devices: dict[Text, Text] = {}
    disk_free: Annotated[int, Meta(ge=0, le=2**53, description="bytes")] | None = None
    temperature: float | None = None  # °C
    share: AllocationReport | None = None  # None: this kiosk knows nothing of shares
    feed: Count | None = None
    feed_mark: Count | None = None
    journal: UUID | None = None
    acknowledged: Count | None = None
    reads: (
        Annotated[
            SlipFormats,
            Meta(description="the formats of slips that the kiosk reads, by their prefix; without it `HS1` alone"),
        ]
        | None
    ) = None

    def __post_init__(self) -> None:
        """Reject control characters: people read these texts. (A pattern's ``$`` allows a line break at the end.)"""
        for text in (self.version, *self.devices, *self.devices.values()):
            if not is_printable(text):
                raise ValueError("a heartbeat's texts have no control characters")


class CopiedRange(Struct, frozen=True):
    """Entries that a copy of this kiosk pushed in its name: in the feed after one position, up to another."""

    after: int
    up_to: int


class HeartbeatAnswer(Struct, frozen=True, omit_defaults=True):
    """The server's time, ms since 1970 UTC, and how far the venue's feed goes.

    ``token``: keep this one, and send it from now on; the old one is good until then, and ends when the new one comes.
    ``feed_mark``: of the feed's end. ``stored``: how far the journal is stored that the heartbeat named.
    ``turn``: another device has sent requests as this kiosk since. Send another heartbeat at once with this as its
    Hearth-Turn, which shows that this device is still in use.
    ``copied``: a copy of this kiosk was found; ask for what it pushed with ``own=true``.
    """

    server_time: int
    feed: int | None = None
    token: str | None = None
    share: Annotated[Grant, Meta(description="where the kiosk does not have this version yet")] | None = None
    wanted: Annotated[Amounts, Meta(description="what the venue's other kiosks lack: please give it back")] | None = (
        None
    )
    feed_mark: int | None = None
    stored: int | None = None
    turn: str | None = None
    copied: CopiedRange | None = None
    slips: (
        Annotated[
            SlipFormats,
            Meta(
                description="where the kiosk said what it `reads`: the formats that all the venue's kiosks read, those "
                "whose pairing has ended left out. A kiosk gives out slips in no other, except `HS1`"
            ),
        ]
        | None
    ) = None
    entry_fields: EntryFields | None = None
    ahead: AheadKinds | None = None
