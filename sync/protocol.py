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
        description="the optional fields of an entry's envelope that the server reads (`actor`); send no others. "
        "Missing from older servers, which read none",
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
    """The response to a valid code. No other response has the ``token``; the server stores only its hash.

    ``copied``: another device is in use as the kiosk whose token was sent; this one gets a new identity.
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

    The venue's feed was at ``feed_before`` without these entries and is at ``feed`` with them: a kiosk that
    has read it up to ``feed_before`` needs no request for it. Both positions have a mark, as :class:`Feed` says.
    """

    acknowledged: int
    quarantined: int
    feed_before: int | None = None
    feed: int | None = None
    feed_mark_before: int | None = None
    feed_mark: int | None = None


class Gap(Struct, frozen=True):
    """409: the server has every entry before ``expected``, and not that one."""

    expected: int


class Fork(Struct, frozen=True):
    """409: at ``forked`` the server has another fact than the one sent."""

    forked: int


class ClockState(Struct, frozen=True):
    """A kiosk's clock: ``at`` in ms since 1970 UTC by its wall clock, ``up`` in ms since boot."""

    at: Milliseconds
    boot: UUID
    up: Milliseconds
    sure: bool


class Feed(Struct, frozen=True, omit_defaults=True):
    """GET /v1/feed: the venue's entries in the order of arrival; the next request is ``after`` this position.

    ``mark`` belongs to that position: send both, so that the server can check whether earlier reads are still valid.
    ``restart``: they are not (the server's database was restored from a backup), or the position is beyond the end.
    Then there are no entries and ``position`` is 0: read the feed again from there. Known entries have no effect.
    """

    entries: list[Raw]
    position: int
    own: bool = False  # these are the asking kiosk's own entries, as it asked
    server: Annotated[
        list[UUID] | None,
        Meta(
            description="the server's own journals: facts that only the server may state are valid in these alone. "
            "Missing if no entry of this response needs it, and from older servers"
        ),
    ] = None
    mark: int | None = None
    restart: bool = False


KeyText = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="32 bytes in hex")]
PassText = Annotated[str, Meta(max_length=160, pattern="^HP1:[A-Z2-7]+$")]


class PassReport(Struct, frozen=True):
    """What a kiosk has for passes: ``unused`` ones that it may issue, and the ``fingerprint`` of its keys."""

    unused: Count
    fingerprint: Annotated[str, Meta(max_length=64, pattern="^[0-9a-f]*$", description="empty: it has none")] = ""


class PassDeal(Struct, frozen=True, omit_defaults=True):
    """The organisation's keys for passes, and passes that the kiosk may issue without asking again.

    ``public_keys``: of Ed25519; passes that another key has signed are not this organisation's, or valid no more.
    ``hash_key``: for the keyed hash that is stored and travels. ``passes``: add them to the unused ones.
    """

    fingerprint: str
    hash_key: KeyText
    public_keys: list[KeyText]
    passes: list[PassText] = []


class Heartbeat(Struct, frozen=True):
    """POST /v1/heartbeat: a kiosk's state. ``oldest_waiting`` is that entry's time in ms since 1970 UTC.

    A kiosk reads ``clock`` before it counts what waits. It has reported up to that time, or to ``oldest_waiting``
    where that is earlier: what it records while the heartbeat is under way is not covered. Where the clock is not
    sure, the anchor of its boot gives the time; without one, or without ``oldest_waiting`` while entries wait, the
    reported time does not change. So ``oldest_waiting`` is omitted if the time of a waiting entry is unknown.
    ``feed`` with its ``feed_mark``, and ``journal`` with ``acknowledged``, are the kiosk's position in the feed and the
    last acknowledged entry of its current journal: so that both detect that the server's database was restored.
    """

    version: Annotated[Text, Meta(max_length=64)]
    waiting: Annotated[int, Meta(ge=0, le=2**53)]
    oldest_waiting: Time | None = None
    clock: ClockState | None = None
    devices: dict[Text, Text] = {}  # by name, how the devices on wires are
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
            Meta(description="the slip formats that the kiosk reads, by prefix; without it only `HS1`"),
        ]
        | None
    ) = None
    passes: PassReport | None = None  # None: this kiosk knows nothing of passes

    def __post_init__(self) -> None:
        """Reject control characters: people read these texts. (A pattern's ``$`` allows a line break at the end.)"""
        for text in (self.version, *self.devices, *self.devices.values()):
            if not is_printable(text):
                raise ValueError("a heartbeat's texts have no control characters")


class CopiedRange(Struct, frozen=True):
    """Entries that a copy of this kiosk pushed as this kiosk: in the feed after one position, up to another."""

    after: int
    up_to: int


class HeartbeatAnswer(Struct, frozen=True, omit_defaults=True):
    """The server's time, ms since 1970 UTC, and how far the venue's feed goes.

    ``token``: store it and use it from now on; the old one remains valid until the new one is first used.
    ``feed_mark``: the mark of the feed's end. ``stored``: the last stored ``seq`` of the journal in the heartbeat.
    ``turn``: another device has sent requests as this kiosk since. Send another heartbeat at once with this as its
    Hearth-Turn, which shows that this device is still in use.
    ``copied``: a copy of this kiosk was detected; read the entries that it pushed with ``own=true``.
    """

    server_time: int
    feed: int | None = None
    token: str | None = None
    share: Annotated[Grant, Meta(description="present if the kiosk does not have this version yet")] | None = None
    wanted: (
        Annotated[Amounts, Meta(description="what the venue's other kiosks lack: give it back if possible")] | None
    ) = None
    feed_mark: int | None = None
    stored: int | None = None
    turn: str | None = None
    copied: CopiedRange | None = None
    slips: (
        Annotated[
            SlipFormats,
            Meta(
                description="present if the heartbeat has `reads`: the formats that all paired kiosks of the venue "
                "read. A kiosk issues slips in no other format, except `HS1`"
            ),
        ]
        | None
    ) = None
    entry_fields: EntryFields | None = None
    ahead: AheadKinds | None = None
    passes: (
        Annotated[
            PassDeal,
            Meta(
                description="present if the heartbeat has `passes` and the kiosk lacks keys, or has few unused passes"
            ),
        ]
        | None
    ) = None
