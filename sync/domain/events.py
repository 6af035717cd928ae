"""The kinds of facts: one frozen record for each, with a limit on every field.

A kind's version goes up when its shape changes; an entry of a kind, version or shape that is not in ``KINDS`` is
quarantined until a later release can read it. Times are milliseconds since 1970 UTC.
"""

from collections.abc import Collection
from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

MAX_TICK = 2**52  # exact in every JSON reader; 140 years of a thousand entries a millisecond
YEAR_9999 = 253_402_300_799_999  # ms

Time = Annotated[int, Meta(ge=0, le=YEAR_9999, description="milliseconds since 1970 UTC")]
Uptime = Annotated[int, Meta(ge=0, le=2**53, description="CLOCK_BOOTTIME, milliseconds")]
Size = Annotated[int, Meta(ge=1, le=99)]
Count = Annotated[int, Meta(ge=0, le=99)]
Number = Annotated[int, Meta(ge=0, le=9999, description="a pouch's or locker's number")]
Numbers = Annotated[tuple[Number, ...], Meta(max_length=99)]
Token = Annotated[str, Meta(pattern=r"^[a-z_]{1,32}$", description="one word of a fixed list, never free text")]
NO_NUL = r"^[^\x00]*$"  # the one character that PostgreSQL's text can't hold
Label = Annotated[str, Meta(min_length=1, max_length=80, pattern=NO_NUL)]
KeyId = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}$", description="which venue key: the beginning of a hash of it")]
HostId = Annotated[str, Meta(min_length=1, max_length=64, pattern=NO_NUL)]
ActorId = Annotated[
    str, Meta(min_length=1, max_length=64, pattern=NO_NUL, description="id of the host or account that did it")
]
ZoneId = Annotated[str, Meta(min_length=1, max_length=64, pattern=NO_NUL)]
PassHash = Annotated[
    str, Meta(min_length=1, max_length=128, pattern=NO_NUL, description="a keyed hash of the pass, never its id")
]
Language = Annotated[str, Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
TimeZone = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$", max_length=64, description="an IANA name")
]
Reach = Annotated[str, Meta(max_length=80, pattern=NO_NUL, description="the telephone to show; empty: none")]
Stock = Annotated[int, Meta(ge=0, le=999, description="how many there are, numbered from 1")]
Capacity = Annotated[int, Meta(ge=1, le=9999)]
SessionKind = Literal["open_hours", "event", "club", "workshop", "class"]
Stow = Literal["pouch", "locker", "none"]
StowWays = Annotated[tuple[Literal["pouch", "locker"], ...], Meta(max_length=2, description="that visitors may choose")]
SessionIds = Annotated[tuple[UUID, ...], Meta(max_length=99)]
Weekday = Annotated[int, Meta(ge=1, le=7, description="1: Monday")]
Minutes = Annotated[int, Meta(ge=1, le=1440)]
SettingName = Literal[
    "language",
    "theme",
    "sounds",
    "volume",
    "brightness",
    "night_dimming",
    "idle_minutes",
    "venue",
    "zone",
    "pouches",
    "lockers",
    "reach",
    "templates",
    "server",
]
SettingNames = Annotated[
    tuple[SettingName, ...], Meta(min_length=1, max_length=32, description="the names of the settings that changed")
]
EntryIds = Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=1000)]


class Event(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A fact's body. Each subclass names its ``kind`` and version ``v``.

    ``gc`` is False, here and in other records of which each entry makes one: frozen records can't form cycles, and
    thousands of them must not trigger Python's garbage collector.
    """

    kind: ClassVar[str]
    v: ClassVar[int] = 1


class Phase(Struct, frozen=True, forbid_unknown_fields=True):
    """One part of a session's rhythm."""

    phase: Token
    minutes: Minutes


Rhythm = Annotated[tuple[Phase, ...], Meta(max_length=48)]


class SessionPlanned(Event, frozen=True):
    """From the server: a plan. The host opens it with a ``session.opened`` of the same subject."""

    kind = "session.planned"
    zone: ZoneId
    title: Label
    session_kind: SessionKind
    planned_start: Time
    planned_end: Time
    capacity: Capacity | None = None
    rhythm: Rhythm = ()
    stow_ways: StowWays | UnsetType = UNSET
    firm_limit: Capacity | UnsetType = UNSET
    practice: Literal[True] | UnsetType = UNSET


class SessionCancelled(Event, frozen=True):
    """From the server: a plan is cancelled; a session that was opened nevertheless has taken place."""

    kind = "session.cancelled"
    reason: Token | None = None


class SessionOpened(Event, frozen=True):
    """``stow_ways``: absent, visitors may choose any. ``firm_limit``: people at once, which no host can exceed.

    ``closes_itself``: whether the timetable closes it; absent, its series says so, as in earlier releases.
    ``practice``: it is for trying, and counted nowhere. No later fact changes that.
    """

    kind = "session.opened"
    zone: ZoneId
    title: Label
    session_kind: SessionKind
    capacity: Capacity | None = None
    planned_end: Time | None = None
    rhythm: Rhythm = ()
    opened_by: HostId | None = None
    stow_ways: StowWays | UnsetType = UNSET
    firm_limit: Capacity | UnsetType = UNSET
    closes_itself: bool | UnsetType = UNSET
    practice: Literal[True] | UnsetType = UNSET


class SessionAmended(Event, frozen=True):
    """The changed fields alone."""

    kind = "session.amended"
    zone: ZoneId | UnsetType = UNSET
    title: Label | UnsetType = UNSET
    session_kind: SessionKind | UnsetType = UNSET
    capacity: Capacity | None | UnsetType = UNSET
    planned_end: Time | None | UnsetType = UNSET
    rhythm: Rhythm | UnsetType = UNSET
    stow_ways: StowWays | UnsetType = UNSET
    firm_limit: Capacity | UnsetType = UNSET


class SessionExtended(Event, frozen=True):
    kind = "session.extended"
    planned_end: Time | None


class SessionClosed(Event, frozen=True):
    """``ended_at``: when it ended, where that is an estimate and not the time of the entry.

    ``closeout``: the numbers of the visits that it ends are cleared one by one. Absent from releases before close-outs,
    which took every number for returned.
    """

    kind = "session.closed"
    reason: Literal["host", "timetable", "night"] = "host"
    estimated: bool = False
    ended_at: Time | UnsetType = UNSET
    closeout: Literal[True] | UnsetType = UNSET


class SessionTurnedAway(Event, frozen=True):
    """A host notes that so many people wanted to come in and could not. Several are added up."""

    kind = "session.turned_away"
    people: Size


class SeriesSet(Event, frozen=True):
    """A weekly series, by a host or the coordinator: the whole of it, so that the last one counts.

    ``start_minute``: of the venue's local day. ``first_day``, ``last_day``: the first and last on which it can take
    place. A session's id follows from the series' and its start: see :func:`sync.domain.series.occurrence_id`.
    """

    kind = "series.set"
    zone: ZoneId
    title: Label
    session_kind: SessionKind
    weekdays: Annotated[tuple[Weekday, ...], Meta(min_length=1, max_length=7)]
    start_minute: Annotated[int, Meta(ge=0, le=1439)]
    minutes: Minutes
    capacity: Capacity | None = None
    rhythm: Rhythm = ()
    stow_ways: StowWays | UnsetType = UNSET
    firm_limit: Capacity | UnsetType = UNSET
    first_day: date | None = None
    last_day: date | None = None
    skipped_days: Annotated[tuple[date, ...], Meta(max_length=400)] = ()
    opens_itself: bool = False
    closes_itself: bool = False


class SeriesEnded(Event, frozen=True):
    """The series takes place no more, whatever is set of it afterwards; sessions that are open stay open."""

    kind = "series.ended"


class Stamp(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """What is needed to correct a time afterwards."""

    boot: UUID
    up: Uptime
    sure: bool


class Arrival(Struct, frozen=True, forbid_unknown_fields=True):
    """The time of an earlier check-in, as its entry states it. ``away``: breaks since then, in ms."""

    at: Time
    clock: Stamp
    away: Uptime = 0


class VisitCheckedIn(Event, frozen=True):
    """``over_capacity``: admitted by a host beyond the session's capacity; it takes none of its places.

    ``split_from``: a part of that visit, which leaves on its own; ``arrived``: when that party checked in.

    ``practice``: its session is for practice. It decides nothing, as the session does; earlier releases, which know
    no practice, can't read the check-in with it, so they don't count the visit either.
    """

    kind = "visit.checked_in"
    session: UUID
    party_size: Size
    phones: Count
    kept: Count = 0
    stow: Stow = "none"
    numbers: Numbers = ()
    pass_: PassHash | UnsetType | None = field(name="pass", default=UNSET)
    language: Language | None = None
    over_capacity: Literal[True] | UnsetType = UNSET
    split_from: UUID | UnsetType = UNSET
    arrived: Arrival | UnsetType = UNSET
    practice: Literal[True] | UnsetType = UNSET


class VisitSplit(Event, frozen=True):
    """A part of the party has become the visit ``into``, because it leaves earlier: what that took with it."""

    kind = "visit.split"
    into: UUID
    party_size: Size
    phones: Count = 0
    kept: Count = 0
    numbers: Numbers = ()


class VisitAmended(Event, frozen=True):
    """A correction, as of the party's size or the pouch; the changed fields alone."""

    kind = "visit.amended"
    session: UUID | UnsetType = UNSET
    party_size: Size | UnsetType = UNSET
    phones: Count | UnsetType = UNSET
    kept: Count | UnsetType = UNSET
    stow: Stow | UnsetType = UNSET
    numbers: Numbers | UnsetType = UNSET
    language: Language | None | UnsetType = UNSET


class VisitCheckedOut(Event, frozen=True):
    """``estimated``: the party was not seen leaving. ``left_at``: the estimated time, if not that of the entry.

    ``closeout``: as in ``session.closed``; an estimate without it took every number for returned.
    """

    kind = "visit.checked_out"
    how: Literal["code", "pass", "stow", "host", "night"] = "code"
    estimated: bool = False
    left_at: Time | UnsetType = UNSET
    closeout: Literal[True] | UnsetType = UNSET


class VisitVoided(Event, frozen=True):
    kind = "visit.voided"
    reason: Token | None = None


class PhoneTaken(Event, frozen=True):
    """The visitor took the phone: for a break, or (``early``) for good before leaving."""

    kind = "phone.taken"
    early: bool = False


class PhoneReturned(Event, frozen=True):
    """The phone is stowed again; the break is over."""

    kind = "phone.returned"


class PulseGiven(Event, frozen=True):
    kind = "pulse.given"
    when: Literal["before", "after"]
    score: Annotated[int, Meta(ge=1, le=5)]


class StowLost(Event, frozen=True):
    kind = "stow.lost"
    stow: Literal["pouch", "locker"]
    numbers: Numbers


class StowFound(Event, frozen=True):
    kind = "stow.found"
    stow: Literal["pouch", "locker"]
    numbers: Numbers


class PhoneCleared(Event, frozen=True):
    """What became of the phones in these numbers; without numbers, of those that are in none.

    ``left_behind``: still here, with a ``note``. ``found`` ends ``lost``: the phone is here again.
    """

    kind = "phone.cleared"
    outcome: Literal["handed_back", "left_behind", "lost", "found"]
    numbers: Numbers = ()
    note: Token | None = None


class StowCleared(Event, frozen=True):
    """These pouches are back, or these lockers empty and closed."""

    kind = "stow.cleared"
    stow: Literal["pouch", "locker"]
    numbers: Numbers


class LockerUnlocked(Event, frozen=True):
    """A board was told to open these lockers of the visit.

    From then on each of them is held until its door was seen open and then closed after the party left, or a host has
    cleared it.
    """

    kind = "locker.unlocked"
    numbers: Numbers
    why: Literal["check_in", "check_out", "step_out", "come_back", "again", "host", "evacuation"]


class LockerDoor(Event, frozen=True):
    """What was seen of the door of a locker that the visit holds.

    ``opened_unasked``: by a key, by force or by a broken wire. ``jammed``: not seen open after the command.
    ``unknown``: the power was cut after the command, and the door is closed: whether it was open is not known.
    """

    kind = "locker.door"
    number: Number
    seen: Literal["opened", "opened_unasked", "closed", "left_open", "jammed", "unknown"]


class KioskLockerNoted(Event, frozen=True):
    """At a kiosk, a board was told to open a locker that no visit holds, or its door was seen so."""

    kind = "kiosk.locker_noted"
    number: Number
    what: Literal["unlocked", "opened", "opened_unasked", "closed", "left_open", "jammed"]


class ActUndone(Event, frozen=True):
    """The facts of one act have no effect. Written once for each of its subjects, with the ids of its entries.

    Statements of the server can't be undone.
    """

    kind = "act.undone"
    entries: EntryIds


class CloseoutNoted(Event, frozen=True):
    """The end of a close-out: what was left open, or that nothing was."""

    kind = "closeout.noted"
    what: Token
    how: Token
    numbers: Numbers = ()


class EvacuationStarted(Event, frozen=True):
    """Everybody leaves the venue. ``zone``: of the kiosk that starts it; ``sessions``: whose visits are on its roll."""

    kind = "evacuation.started"
    zone: ZoneId
    sessions: SessionIds = ()


class EvacuationCounted(Event, frozen=True):
    """A party was touched off the roll, or put on it again. It is no check-out: the visit goes on."""

    kind = "evacuation.counted"
    visit: UUID
    is_out: bool


class EvacuationStaffCounted(Event, frozen=True):
    """How many of the staff are out."""

    kind = "evacuation.staff_counted"
    staff: Count


class EvacuationEnded(Event, frozen=True):
    """The roll call is over."""

    kind = "evacuation.ended"


class VisitPassGiven(Event, frozen=True):
    """The party of this visit has a pass: it was issued to it after the check-in.

    ``pass`` is null once the pass was forgotten: then the line is written again without it.
    """

    kind = "visit.pass_given"
    pass_: PassHash | None = field(name="pass")


class PassIssued(Event, frozen=True):
    kind = "pass.issued"


class PassRevoked(Event, frozen=True):
    """The pass is valid no more. A kiosk or the server may state it."""

    kind = "pass.revoked"


class PassForgotten(Event, frozen=True):
    """Its holder wants to be forgotten: every ledger that learns of it removes the hash from its rows and lines."""

    kind = "pass.forgotten"


class PassRefused(Event, frozen=True):
    """A genuine pass was shown that is valid no more, or whose holder is in twice: it may have been copied."""

    kind = "pass.refused"
    reason: Literal["revoked", "in_twice"]


class HostSealed(Event, frozen=True):
    """A host's record, encrypted with the venue key: its name, role and PIN can be read at the venue's kiosks alone."""

    kind = "host.sealed"
    number: Annotated[int, Meta(ge=1, le=9999, description="stands for the host in exports, on paper and in logs")]
    key: KeyId
    sealed: Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]+={0,2}$", max_length=1024, description="base64")]


class HostRemoved(Event, frozen=True):
    kind = "host.removed"


class HostsReset(Event, frozen=True):
    """At its machine, a kiosk was made to forget its hosts' PINs, because all of them were lost."""

    kind = "kiosk.hosts_reset"


class KioskRevoked(Event, frozen=True):
    """From the server: a kiosk's pairing has ended, so its venue's other kiosks change their key and their PINs."""

    kind = "kiosk.revoked"


class KioskConfigured(Event, frozen=True):
    """At a kiosk, a lead has changed its own settings: the names of those that changed, never their values."""

    kind = "kiosk.configured"
    settings: SettingNames


class ZoneName(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """What a zone of a venue is called now."""

    zone: ZoneId
    name: Label


class VenueConfigured(Event, frozen=True):
    """From the server: a venue's configuration by its coordinator; the changed fields alone."""

    kind = "venue.configured"
    name: Label | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    pouches: Stock | UnsetType = UNSET
    lockers: Stock | UnsetType = UNSET
    reach: Reach | UnsetType = UNSET
    zones: Annotated[tuple[ZoneName, ...], Meta(min_length=1, max_length=200)] | UnsetType = UNSET


class ClockAnchored(Event, frozen=True):
    """Ties a boot's uptime to real time: ``offset`` is added to its CLOCK_BOOTTIME; both in milliseconds."""

    kind = "clock.anchored"
    boot: UUID
    offset: Annotated[int, Meta(ge=-(2**53), le=YEAR_9999)]
    source: Literal["ntp", "rtc", "server"]
    error: Annotated[int, Meta(ge=0, le=2**53)]


KINDS: dict[tuple[str, int], type[Event]] = {(event.kind, event.v): event for event in Event.__subclasses__()}


# Facts that only the server may state: from a kiosk they are quarantined. A pass may be revoked by either.
SERVER_KINDS = frozenset(event.kind for event in (SessionPlanned, SessionCancelled, VenueConfigured, KioskRevoked))


class Entry(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One fact as it travels; ``body`` is JSON, whose type follows from ``kind`` and ``v``.

    ``actor`` is absent where a visitor or the kiosk did it. Releases before it refuse an entry that has one, so it is
    sent only to a reader that has announced it (:func:`strip_fields`).
    """

    id: UUID
    journal: UUID
    seq: Annotated[int, Meta(ge=1, le=2**53)]
    tick: Annotated[int, Meta(ge=0, le=MAX_TICK)]
    kind: Annotated[str, Meta(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=64)]
    v: Annotated[int, Meta(ge=1, le=9999)]
    subject: UUID
    at: Time
    clock: Stamp
    body: msgspec.Raw
    actor: ActorId | UnsetType = UNSET


OPTIONAL_FIELDS = ("actor",)  # of an entry's envelope, that this release reads and earlier ones refuse


class Unreadable(Exception):
    """This release can't read the entry: its kind, version or shape is unknown here."""


_entry_decoder = msgspec.json.Decoder(Entry)
_body_decoders: dict[type[Event], msgspec.json.Decoder[Any]] = {
    event: msgspec.json.Decoder(event) for event in KINDS.values()
}


def read_entry(line: str | bytes) -> Entry:
    """Parse one line of a journal, except its body. Raises Unreadable for anything that is not an entry."""
    try:
        return _entry_decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"not an entry: {error}") from error


def read_event(entry: Entry) -> Event:
    """Parse the entry's body. Raises Unreadable for an unknown kind, version or shape."""
    kind = KINDS.get((entry.kind, entry.v))
    if kind is None:
        raise Unreadable(f"unknown kind or version: {entry.kind} v{entry.v}")
    try:
        event: Event = _body_decoders[kind].decode(entry.body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable(f"{entry.kind} v{entry.v}: {error}") from error
    return event


def pass_of(event: Event) -> str | None:
    """The keyed hash of the pass that a fact names; None where it names none."""
    match event:
        case VisitCheckedIn(pass_=str(pass_hash)) | VisitPassGiven(pass_=str(pass_hash)):
            return pass_hash
    return None


def without_pass(event: Event) -> Event:
    """The same fact without the pass that it names."""
    match event:
        case VisitCheckedIn():
            return msgspec.structs.replace(event, pass_=UNSET)
        case VisitPassGiven():
            return VisitPassGiven(None)
    return event


def write_body(event: Event) -> msgspec.Raw:
    """The body of an entry."""
    return msgspec.Raw(msgspec.json.encode(event))


def write_entry(entry: Entry) -> str:
    """One line of a journal, without the line's end."""
    return msgspec.json.encode(entry).decode()


def strip_fields(line: str, readable: Collection[str]) -> str:
    """The line of an entry without the optional fields that its reader has not announced, else unchanged."""
    if "actor" in readable or ('"actor"' not in line and "\\u" not in line):  # a key may be written with escapes
        return line
    try:
        entry = read_entry(line)
    except Unreadable:
        return line
    return line if entry.actor is UNSET else write_entry(msgspec.structs.replace(entry, actor=UNSET))
