"""Appends lines to journals: each is dense from 1, and a line that is stored already changes nothing."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Select, select

from sync.ledger import feed_positions, tables
from sync.ledger.chunks import chunks
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.journal_lines import JournalLine
from sync.ledger.projector import Projector
from sync.ledger.tables import LOCAL_VENUE


class NotOwner(Exception):
    """The journal belongs to another kiosk. ``last``: how far it is stored."""

    def __init__(self, why: str, last: int) -> None:
        super().__init__(why)
        self.last = last


class Absorbed(msgspec.Struct, frozen=True):
    """The outcome of a push. Everything up to ``acknowledged`` is stored, whatever the other fields say."""

    acknowledged: int
    quarantined: int = 0
    expected: int | None = None  # a gap: the seq that must come next
    forked: int | None = None  # the seq at which another fact is stored
    in_feed: int = 0  # new entries that got a position of the feed
    feed_before: int | None = None  # the feed's last position without these entries, and with them
    feed: int | None = None
    mark_before: int | None = None  # of these two positions
    mark: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every line was stored, now or earlier."""
        return self.expected is None and self.forked is None

    def followed_by(self, part: "Absorbed") -> "Absorbed":
        """The outcome of both, when ``part`` is that of the next lines. Other writers may have come in between."""
        first = self if self.feed == part.feed_before else part
        return replace(
            part,
            quarantined=self.quarantined + part.quarantined,
            in_feed=self.in_feed + part.in_feed,
            feed_before=first.feed_before,
            mark_before=first.mark_before,
        )


def place_lines(
    connection: Connection, journal: UUID, last: int, lines: Sequence[JournalLine], stream: UUID | None = None
) -> Absorbed:
    """Store the lines that follow ``last``, skip those that are stored already, and stop at a gap or a fork."""
    before = feed_positions.end(connection, stream) if stream else None
    ids = _stored_ids(connection, journal, [line.seq for line in lines if line.seq <= last])
    new: list[JournalLine] = []
    expected = forked = None
    for line in lines:
        stored_id = ids.get(line.seq)
        if stored_id is None and line.seq == last + len(new) + 1:
            new.append(line)
            ids[line.seq] = line.id
        elif stored_id is None:
            expected = last + len(new) + 1
            break
        elif stored_id != line.id:
            forked = line.seq
            break
    in_feed = append_lines(connection, new, stream)
    quarantined = sum(line.quarantined is not None for line in lines)
    absorbed = Absorbed(last + len(new), quarantined, expected, forked, in_feed)
    if stream is None or before is None:
        return absorbed
    end, mark = feed_positions.end(connection, stream) if in_feed else before
    return replace(absorbed, feed_before=end - in_feed, feed=end, mark_before=before.mark, mark=mark)


def append_lines(connection: Connection, lines: Sequence[JournalLine], stream: UUID | None = None) -> int:
    """Apply lines that follow the last one of their journal; returns how many of them are in the feed ``stream``."""
    if not lines:
        return 0
    in_feed = Projector(connection, stream or LOCAL_VENUE).apply(lines)
    hot_path(connection).set_last_seq(lines[0].journal, lines[-1].seq)
    return in_feed


def _stored_ids(connection: Connection, journal: UUID, seqs: Iterable[int]) -> dict[int, UUID]:
    entry = tables.entry.c
    ids: dict[int, UUID] = {}
    for chunk in chunks(seqs):
        rows = connection.execute(select(entry.seq, entry.id).where(entry.journal == journal, entry.seq.in_(chunk)))
        ids.update((row.seq, row.id) for row in rows)
    return ids


def lines_after(journal: UUID, after: int, limit: int) -> Select[Any]:
    """At most ``limit`` lines of a journal after the seq ``after``, in order."""
    entry = tables.entry.c
    return select(entry.line).where(entry.journal == journal, entry.seq > after).order_by(entry.seq).limit(limit)
