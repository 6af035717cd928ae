"""Reads the folded rows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, Select, Table, select

from sync.domain.evacuation import Evacuation
from sync.domain.host import SealedHost
from sync.domain.pass_state import PassState
from sync.domain.series import Series
from sync.domain.session import Session
from sync.domain.venue import Configuration
from sync.domain.visit import Visit
from sync.ledger import tables


def of_subject(table: Table, subject: UUID, venue: UUID | None) -> Select[Any]:
    """The rows of a subject: at one venue, or (None) at every venue that has entries of it."""
    rows = select(table).where(table.c.id == subject).order_by(table.c.venue)
    return rows if venue is None else rows.where(table.c.venue == venue)


def read_visit(row: Row[Any]) -> Visit:
    """A row of the visit table."""
    return msgspec.convert(_fields(row, tables.visit), Visit)


def read_session(row: Row[Any]) -> Session:
    """A row of the session table."""
    return msgspec.convert(_fields(row, tables.session), Session)


def read_series(row: Sequence[Any]) -> Series:
    """A row of the series table."""
    return msgspec.convert(_fields(row, tables.series), Series)


def read_configuration(row: Row[Any]) -> Configuration:
    """A row of the configuration table."""
    return msgspec.convert(_fields(row, tables.configuration), Configuration)


def read_evacuation(row: Row[Any]) -> Evacuation:
    """A row of the evacuation table."""
    return msgspec.convert(_fields(row, tables.evacuation), Evacuation)


def read_host(row: Row[Any]) -> SealedHost:
    """A row of the host table."""
    return msgspec.convert(_fields(row, tables.host), SealedHost)


def read_pass(row: Row[Any]) -> PassState:
    """A row of the pass table."""
    return msgspec.convert(_fields(row, tables.pass_state), PassState)


def _fields(row: Sequence[Any], table: Table) -> dict[str, object]:
    return dict(zip((str(column.name) for column in table.columns), row, strict=True))
