"""What time it was, how sure we are, and how it is put right; a clock is passed in, never asked for.

A Pi has no battery clock: it may boot in 1970 and learn the time later. So every fact carries the boot it happened in
and that boot's uptime, which no one can set; one anchor for a boot turns all its uptimes into real times.
"""

from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from msgspec import Struct

from sync.domain.events import ClockAnchored, Stamp

YEAR_2000, END_OF_9998 = 946_684_800_000, 253_370_764_799_999  # ms since 1970 UTC; every zone can tell what is between


@dataclass(frozen=True)
class Reading:
    """One look at a clock; times in milliseconds."""

    at: int  # since 1970 UTC, as this machine believes
    boot: UUID
    up: int  # CLOCK_BOOTTIME: goes on through suspend, never set
    source: Literal["ntp", "rtc"] | None  # who set the wall clock in this boot; None: nobody we know of

    @property
    def sure(self) -> bool:
        """Whether the wall clock was known to be set."""
        return self.source is not None


class Clock(Protocol):
    """Anything that can tell the time: the machine's own, or a test's with a hand to turn."""

    def read(self) -> Reading: ...


class Moment(Struct, frozen=True, gc=False):
    """When something happened, as well as is known now."""

    at: int  # ms since 1970 UTC, put right where its boot has an anchor
    boot: UUID
    up: int
    estimated: bool


def moment(at: int, stamp: Stamp, anchor: ClockAnchored | None) -> Moment:
    """The moment of an entry. A sure time stands; an unsure one is moved by its boot's anchor, or stays an estimate."""
    if stamp.sure:
        return Moment(at, stamp.boot, stamp.up, estimated=False)
    if anchor is None or not is_believable(stamp.up + anchor.offset):
        return Moment(at, stamp.boot, stamp.up, estimated=True)
    return Moment(stamp.up + anchor.offset, stamp.boot, stamp.up, estimated=False)


def is_believable(at: int) -> bool:
    """Whether a moment (ms since 1970 UTC) can be one of ours: a battery clock that has lost its year says 1970."""
    return YEAR_2000 <= at <= END_OF_9998


def between(start: Moment, end: Moment) -> int:
    """Milliseconds from start to end, negative where end came first; within one boot by uptime, which nobody sets."""
    return end.up - start.up if start.boot == end.boot else end.at - start.at


def elapsed(start: Moment, end: Moment) -> int | None:
    """Milliseconds from start to end, never negative; None where two boots' clocks can't be compared."""
    if start.boot != end.boot and (start.estimated or end.estimated):
        return None
    return max(0, between(start, end))


def better(one: ClockAnchored, other: ClockAnchored) -> ClockAnchored:
    """Of two anchors of one boot the more exact, whatever the order they came in."""
    return min(one, other, key=lambda anchor: (anchor.error, anchor.source, anchor.offset))


def server_anchor(boot: UUID, sent_up: int, received_up: int, server_time: int, resolution: int) -> ClockAnchored:
    """An anchor from one exchange with the server: its time belongs to the middle of the round trip (all in ms).

    The error is half the round trip and the resolution of the server's answer (RFC 5905 §8 bounds it the same way).
    """
    half = (received_up - sent_up + 1) // 2
    return ClockAnchored(boot=boot, offset=server_time - (sent_up + half), source="server", error=half + resolution)
