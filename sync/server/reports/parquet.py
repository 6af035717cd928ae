"""Exports rows as a Parquet file, for programs of statistics; needs pyarrow, which the extra ``parquet`` installs."""

import importlib
import importlib.util
from collections.abc import Generator, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from sync.errors import UserError
from sync.ledger.chunks import chunks
from sync.server.reports.base import ReportColumn, Table
from sync.server.reports.finished_file import STEP, file_pieces, temporary_folder

MEDIA_TYPE = "application/vnd.apache.parquet"
PACKAGE = "pyarrow"
GROUP = 20 * STEP  # rows of a row group, which is written at once


class ParquetUnavailable(UserError):
    """pyarrow is not installed here; the text says how to."""


def is_available() -> bool:
    """Whether Parquet files can be written here."""
    return importlib.util.find_spec(PACKAGE) is not None


def check_available() -> None:
    """Raises ParquetUnavailable."""
    if not is_available():
        raise ParquetUnavailable(
            "this server can’t write Parquet: its extra “parquet”, pyarrow, is not installed. Choose CSV"
        )


def parquet_pieces(table: Table, rows: Iterable[object], folder: Path | None = None) -> Generator[bytes, None, None]:
    """A Parquet file, a row group at a time; None is null, and each field's metadata has its definition.

    Days are date32, times timestamps in UTC, counts int64, other numbers double, all else strings. Until the file is
    finished the pieces are empty. ``folder``: for the temporary file; None: the system's. Raises ParquetUnavailable,
    and OSError where the file can't be written.
    """
    check_available()
    arrow, parquet = importlib.import_module(PACKAGE), importlib.import_module(f"{PACKAGE}.parquet")
    schema = _schema(arrow, table)
    with temporary_folder(folder) as place:
        file = Path(place) / "report.parquet"
        with parquet.ParquetWriter(file, schema) as writer:
            group: list[Any] = []
            for some in chunks(rows, STEP):
                group.append(_batch(arrow, schema, table, some))
                if len(group) * STEP >= GROUP:
                    writer.write_table(arrow.Table.from_batches(group, schema))
                    group.clear()
                yield b""
            if group:
                writer.write_table(arrow.Table.from_batches(group, schema))
        yield from file_pieces(file)


def _batch(arrow: ModuleType, schema: object, table: Table, rows: list[object]) -> object:
    columns: list[list[object]] = [[getattr(row, column.key) for row in rows] for column in table.columns]
    return arrow.record_batch(
        [arrow.array(values, field.type) for values, field in zip(columns, schema, strict=True)],  # type: ignore[call-overload]
        schema=schema,
    )


def _schema(arrow: ModuleType, table: Table) -> object:
    return arrow.schema(
        [
            arrow.field(column.key, _type(arrow, column), metadata={"definition": column.definition})
            for column in table.columns
        ],
        metadata={"title": table.title},
    )


def _type(arrow: ModuleType, column: ReportColumn) -> object:
    match column.format:
        case "day":
            return arrow.date32()
        case "moment":
            return arrow.timestamp("s", tz="UTC")
        case "number":
            return arrow.float64() if column.decimals or column.unit else arrow.int64()
        case _:
            return arrow.string()
