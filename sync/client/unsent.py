"""When the earliest of the entries happened that the server does not have yet."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from sync.domain.clock import resolve_moment
from sync.domain.events import Stamp, Time
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.ledger import Ledger
from sync.ledger.tables import LOCAL_VENUE

BLOCK = 250  # entries read at once, of which the earliest time alone is remembered
UNKNOWN = 0  # the time of an entry that was written with an unset clock


class _Timed(msgspec.Struct):
    at: Time
    clock: Stamp


_timed = msgspec.json.Decoder(_Timed)


class Unsent:
    """The earliest time of each block of unsent entries: times in a journal are not in order where a clock was set.

    Each entry is read once, so that a long upload does not read its whole rest again before each batch.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._journal: UUID | None = None
        self._from = 0  # the place after which all was read
        self._read = 0  # the last place that was read
        self._earliest: dict[int, int] = {}  # by the last place of its block

    def earliest(self, journal: UUID, after: int) -> int | None:
        """In ms since 1970 UTC, of all entries after this place; UNKNOWN where one can't be told, None: there is none.

        May be that of an entry of the same block before this place: then less is claimed than could be.
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
        timed = [_timed.decode(line) for line in lines]
        with self._ledger.store.reading() as connection:
            anchors = hot_path(connection).anchors(LOCAL_VENUE, {one.clock.boot for one in timed if not one.clock.sure})
        moments = [resolve_moment(one.at, one.clock, anchors.get(one.clock.boot)) for one in timed]
        return [UNKNOWN if when.estimated else when.at for when in moments]
