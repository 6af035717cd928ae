"""Venues' days as spans of time, and both as tables within a statement, so that one statement computes many days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import CTE, BigInteger, Column, ColumnElement, Connection, Date, Integer, Uuid, select, tuple_

from sync.server.reports.json_table import ColumnType, json_table

VenueDay = tuple[UUID, date]
SPANS_AT_ONCE = 500  # in one statement


@dataclass(frozen=True)
class Span:
    """A venue's day in ms since 1970 UTC; ``start`` may be later than its midnight, ``end`` is the next one."""

    venue: UUID
    day: date
    midnight: int
    start: int
    end: int


def span_table(connection: Connection, spans: Iterable[Span]) -> CTE:
    """The columns ``venue``, ``day`` (as :meth:`date.toordinal` counts), ``midnight``, ``start`` and ``end``."""
    time = BigInteger()
    columns: dict[str, ColumnType] = {"venue": Uuid(), "day": Integer(), "midnight": time, "start": time, "end": time}
    rows = [(span.venue, span.day.toordinal(), span.midnight, span.start, span.end) for span in spans]
    return json_table(connection, columns, rows)


def window_table(connection: Connection, spans: Iterable[Span]) -> CTE:
    """The spans without their venues, each once: the columns ``day``, ``start`` and ``end``."""
    rows = sorted({(span.day.toordinal(), span.start, span.end) for span in spans})
    return json_table(connection, {"day": Integer(), "start": BigInteger(), "end": BigInteger()}, rows)


def is_of_days(
    connection: Connection, venue: Column[UUID], day: Column[date], days: Iterable[VenueDay]
) -> ColumnElement[bool]:
    """Whether a row with these columns is of one of the days."""
    table = json_table(connection, {"venue": Uuid(), "day": Date()}, days)
    return tuple_(venue, day).in_(select(table.c.venue, table.c.day))


def is_of_ordinals(
    connection: Connection, venue: Column[UUID], day: Column[int], days: Iterable[VenueDay]
) -> ColumnElement[bool]:
    """The same where days are numbers as :meth:`date.toordinal` gives them."""
    rows = ((of, on.toordinal()) for of, on in days)
    table = json_table(connection, {"venue": Uuid(), "day": Integer()}, rows)
    return tuple_(venue, day).in_(select(table.c.venue, table.c.day))
