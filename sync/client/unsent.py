"""Finds when the earliest entry happened that the server does not have yet."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from sync.domain.clock import resolve_moment
from sync.domain.events import Stamp, Time
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.ledger import Ledger
from sync.ledger.tables import LOCAL_VENUE

BLOCK = 250  # entries read at once, of which only the earliest time is kept
UNKNOWN = 0  # the time of an entry that was written with an unset clock


class _TimeFields(msgspec.Struct):
    at: Time
    clock: Stamp


_time_decoder = msgspec.json.Decoder(_TimeFields)


class Unsent:
    """The earliest time of each block of unsent entries: where a clock was set, times in a journal are not in order.

    Each entry is read once, so that a long upload does not read all that remains again before each batch.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._journal: UUID | None = None
        self._from = 0  # the seq after which everything was read
        self._read = 0  # the last seq that was read
        self._earliest: dict[int, int] = {}  # by the last seq of its block

    def earliest(self, journal: UUID, after: int) -> int | None:
        """The earliest time after a seq, in ms since 1970 UTC; UNKNOWN where one is not known, None without entries.

        It may be that of an earlier entry in the same block: then less is claimed than could be.
        """
        if journal != self._journal or after < self._from:
            self._journal, self._from, self._read, self._earliest = journal, after, after, {}
        while lines := self._ledger.lines(journal, self._read, BLOCK):
            self._read += len(lines)
            self._earliest[self._read] = min(self._times(lines))
        self._from = after
        self._earliest = {last: time for last, time in self._earliest.items() if last > after}
        return min(self._earliest.values(), default=None)

    def _times(self, lines: Sequence[str]) -> list[int]:
        entries = [_time_decoder.decode(line) for line in lines]
        with self._ledger.store.reading() as connection:
            anchors = hot_path(connection).anchors(
                LOCAL_VENUE, {entry.clock.boot for entry in entries if not entry.clock.sure}
            )
        moments = [resolve_moment(entry.at, entry.clock, anchors.get(entry.clock.boot)) for entry in entries]
        return [UNKNOWN if when.estimated else when.at for when in moments]
