"""Rows of Python as a table within a statement: one parameter, so that it is compiled once for any number of rows."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import CTE, BigInteger, Boolean, Connection, Date, Integer, Uuid, bindparam, column, text

Cell = UUID | date | int
ColumnType = Uuid[UUID] | Date | Integer | BigInteger | Boolean


def json_table(connection: Connection, columns: Mapping[str, ColumnType], rows: Iterable[Sequence[Cell]]) -> CTE:
    """The rows under these columns, for SQLite or PostgreSQL."""
    dialect = connection.dialect
    if dialect.name == "sqlite":
        cells = [f"json_extract(value, '$[{place}]') AS \"{name}\"" for place, name in enumerate(columns)]
        source = "json_each(:rows)"
    else:
        cells = [
            f'CAST(value ->> {place} AS {kind.compile(dialect)}) AS "{name}"'
            for place, (name, kind) in enumerate(columns.items())
        ]
        source = "json_array_elements(CAST(:rows AS json))"
    value = json.dumps([[_plain(cell) for cell in row] for row in rows])
    query = text(f"SELECT {', '.join(cells)} FROM {source}")
    query = query.bindparams(bindparam("rows", value, unique=True))
    typed = query.columns(*(column(name, kind) for name, kind in columns.items()))
    return typed.cte().prefix_with("MATERIALIZED")


def _plain(cell: Cell) -> str | int:
    """As the database stores it: SQLite keeps UUIDs as 32 hexadecimal digits and days as ISO 8601."""
    if isinstance(cell, UUID):
        return cell.hex
    return cell if isinstance(cell, int) else cell.isoformat()
