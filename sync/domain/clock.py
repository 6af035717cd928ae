"""Readings of clocks, and how the time of an entry is corrected afterwards.

A Pi has no battery clock: it may boot in 1970 and learn the time later. So every fact carries the boot it happened in
and that boot's uptime, which can't be set; one anchor of a boot converts all its uptimes into real times.
"""

from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from msgspec import Struct

from sync.domain.events import ClockAnchored, Stamp

YEAR_2000, END_OF_9998 = 946_684_800_000, 253_370_764_799_999  # ms since 1970 UTC; valid dates in every time zone


@dataclass(frozen=True)
class Reading:
    """One reading of a clock; times in milliseconds."""

    at: int  # since 1970 UTC, by this machine's wall clock
    boot: UUID
    up: int  # CLOCK_BOOTTIME: continues through suspend, can't be set
    source: Literal["ntp", "rtc"] | None  # what set the wall clock in this boot; None: nothing, as far as is known

    @property
    def sure(self) -> bool:
        """Whether the wall clock was known to be set."""
        return self.source is not None


class Clock(Protocol):
    """The machine's clock, or a test's that is set by hand."""

    def read(self) -> Reading: ...


class Moment(Struct, frozen=True, gc=False):
    """When something happened, as far as is known now."""

    at: int  # ms since 1970 UTC, corrected where its boot has an anchor
    boot: UUID
    up: int
    estimated: bool


def resolve_moment(at: int, stamp: Stamp, anchor: ClockAnchored | None) -> Moment:
    """The moment of an entry: an unsure time is corrected by its boot's anchor; without one it is an estimate."""
    if stamp.sure:
        return Moment(at, stamp.boot, stamp.up, estimated=False)
    if anchor is None or not is_plausible(stamp.up + anchor.offset):
        return Moment(at, stamp.boot, stamp.up, estimated=True)
    return Moment(stamp.up + anchor.offset, stamp.boot, stamp.up, estimated=False)


def is_plausible(at: int) -> bool:
    """Whether a time (ms since 1970 UTC) can be real: a battery clock that has lost its year returns 1970."""
    return YEAR_2000 <= at <= END_OF_9998


def signed_ms(start: Moment, end: Moment) -> int:
    """Milliseconds from start to end, negative where end came first; within one boot by uptime, which can't be set."""
    return end.up - start.up if start.boot == end.boot else end.at - start.at


def elapsed_ms(start: Moment, end: Moment) -> int | None:
    """Milliseconds from start to end, never negative; None where two boots' clocks can't be compared."""
    if start.boot != end.boot and (start.estimated or end.estimated):
        return None
    return max(0, signed_ms(start, end))


def more_exact(first: ClockAnchored, second: ClockAnchored) -> ClockAnchored:
    """Of two anchors of one boot the more exact, whatever their order."""
    return min(first, second, key=lambda anchor: (anchor.error, anchor.source, anchor.offset))


def server_anchor(boot: UUID, sent_up: int, received_up: int, server_time: int, resolution: int) -> ClockAnchored:
    """An anchor from one exchange with the server, whose time is taken for the middle of the round trip (all in ms).

    The error is half the round trip and the resolution of the server's answer (RFC 5905 §8 bounds it the same way).
    """
    half = (received_up - sent_up + 1) // 2
    return ClockAnchored(boot=boot, offset=server_time - (sent_up + half), source="server", error=half + resolution)
