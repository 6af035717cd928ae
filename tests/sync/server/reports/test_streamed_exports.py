"""Exports go out as their rows are read: many rows take no more memory than few, and no file is left over."""

import json
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from msgspec import Struct

from sync.server.reports import exporters, json_export, parquet, visit_rows, workbooks
from sync.server.reports.base import ReportColumn, ReportFilters, totals
from sync.server.reports.json_export import ExportDetails
from sync.server.reports.number_formats import COMMA
from sync.server.reports.visit_rows import VisitTable

DAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 18, 3, tzinfo=UTC)
FEW, MANY = 2_000, 50_000
MANY_LINES = 15_000  # of a workbook, which is slow to write while memory is traced
BOUND = 500_000  # bytes that many rows may take beyond FEW; as objects MANY_LINES are 2.6 MB, MANY 8.6 MB


class StayedRow(Struct, frozen=True):
    day: date
    venue: str
    checked_in: datetime
    people: int
    hours: float
    share: float | None


TABLE = VisitTable(
    "Visits",
    (
        ReportColumn("day", "Day", "day"),
        ReportColumn("venue", "Venue", "venue"),
        ReportColumn("checked_in", "Checked in", "moment"),
        ReportColumn("people", "People", is_totalled=True),
        ReportColumn("hours", "Phone-free", unit="h", decimals=2, is_totalled=True),
        ReportColumn("share", "Share", unit="%", decimals=1, share_of=("people", "hours"), is_totalled=True),
    ),
)
FILTERS = ReportFilters(DAY, DAY)
DETAILS = ExportDetails(
    [],
    [],
    "attendance",
    "Visits",
    "?",
    (),
    json_export.ExportedFilters(DAY, DAY, None, None, None, None, 10),
    [],
    json_export.ExportedProvisional(0, 0, 0, None, 0, None),
    json_export.ExportedCompleteness(False, None, []),
    "2026-11-24T18:03:00+00:00",
)
FORMATS: dict[str, Callable[[Iterator[StayedRow]], Iterator[str] | Iterator[bytes]]] = {
    "csv": lambda rows: exporters.joined(exporters.csv_lines(TABLE, rows)),
    "excel csv": lambda rows: exporters.joined(exporters.excel_csv_lines(TABLE, rows, COMMA)),
    "json": lambda rows: exporters.joined(json_export.json_pieces(TABLE, rows, DETAILS)),
    "xlsx": lambda rows: workbooks.workbook_pieces(TABLE, rows),
    "parquet": lambda rows: parquet.parquet_pieces(TABLE, rows),
}


class CountedRows:
    """Rows that are made when they are read; ``read``: how many were."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.read = 0

    def __iter__(self) -> Iterator[StayedRow]:
        for number in range(self.count):
            self.read += 1
            yield StayedRow(DAY, f"Venue {number}", AT, number % 7, number / 8, None)


@pytest.mark.parametrize("format", FORMATS)
def test_the_first_piece_is_made_of_the_first_rows(format):
    rows = CountedRows(MANY)

    next(iter(FORMATS[format](iter(rows))))

    assert 0 < rows.read <= FEW


@pytest.mark.parametrize("format", FORMATS)
def test_many_rows_take_no_more_memory_than_few(format):
    peak(format, 10)  # imports
    few = peak(format, FEW)

    assert peak(format, MANY_LINES if format == "xlsx" else MANY) - few < BOUND


def peak(format: str, count: int) -> int:
    """Bytes of the highest use of memory while the rows are exported, and every piece is dropped."""
    tracemalloc.start()
    for _ in FORMATS[format](iter(CountedRows(count))):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("format", ["xlsx", "parquet"])
def test_an_export_that_is_given_up_leaves_no_temporary_file(format, tmp_path):
    make = workbooks.workbook_pieces if format == "xlsx" else parquet.parquet_pieces
    pieces = make(TABLE, CountedRows(MANY), tmp_path)
    next(pieces)
    assert list(tmp_path.iterdir())

    pieces.close()

    assert not list(tmp_path.iterdir())


def test_the_totals_of_a_json_export_are_those_of_its_rows():
    rows = list(CountedRows(1000))

    document = json.loads("".join(json_export.json_pieces(TABLE, rows, DETAILS)))

    assert len(document["rows"]) == 1000
    assert document["totals"] == totals(TABLE.columns, rows)
    assert document["totals"]["people"] == sum(row["people"] for row in document["rows"])
    assert document["totals"]["share"] == round(100 * document["totals"]["people"] / document["totals"]["hours"], 1)


def test_a_json_export_without_rows_is_a_document():
    document = json.loads("".join(json_export.json_pieces(TABLE, [], DETAILS)))

    assert document["rows"] == [] and document["totals"] == {"people": 0, "hours": 0, "share": 0}


@pytest.mark.parametrize("rows", ["", "&rows=visits"])
def test_a_download_of_several_batches_and_pieces_is_whole(central, kiosk, signed_in, monkeypatch, rows):
    monkeypatch.setattr(visit_rows, "BATCH", 3)
    monkeypatch.setattr(exporters, "PIECE", 10)
    for number in range(10):
        kiosk.visit(central.now + number, minutes=30, size=number + 1)
    kiosk.push()
    query = f"from={DAY}&to={DAY}{rows}"

    document = signed_in.get(f"{central.url}/report.json?{query}", timeout=60).json()
    lines = signed_in.get(f"{central.url}/report.csv?{query}", timeout=60).text.splitlines()

    assert document["totals"]["people"] == sum(range(11))
    assert len(lines) == 1 + len(document["rows"]) == (11 if rows else 2)
