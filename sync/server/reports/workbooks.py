"""Exports rows as an Excel workbook (.xlsx).

By XlsxWriter: it writes line by line (``constant_memory``) with widths and frozen headers, and needs no other package.
"""

from collections.abc import Generator, Iterable
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sync.printable import printable
from sync.server.reports.base import ReportColumn, Table
from sync.server.reports.exporters import heading
from sync.server.reports.finished_file import STEP, file_pieces, temporary_folder
from sync.server.web.i18n import say

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {  # no text becomes a formula, a link or a number
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
DAY_FORMAT, MOMENT_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
WIDTHS = {"day": 12, "text": 24, "venue": 28, "reported_up_to": 28, "number": 12, "moment": 18}  # characters
LONGEST_NAME = 31  # of a sheet, in Excel
LINES = 1_048_576  # of a sheet, in Excel
FORBIDDEN = str.maketrans("", "", "[]:*?/\\'")


def workbook_pieces(table: Table, rows: Iterable[object], folder: Path | None = None) -> Generator[bytes, None, None]:
    """A workbook: a frozen header, and the rows with days, times and numbers as such. None stays an empty cell.

    Times are the venue's own: spreadsheets know no time zones. Where a sheet is full another one follows. Until the
    file is finished the pieces are empty, one for each STEP rows, so that the caller can stop. ``folder``: for
    temporary files, as large as the workbook unpacked; None: the system's. Raises OSError where they can't be written.
    """
    with temporary_folder(folder) as place:
        file = Path(place) / "report.xlsx"
        with xlsxwriter.Workbook(file, {**OPTIONS, "tmpdir": place}) as workbook:
            sheets = _Sheets(workbook, table)
            for count, row in enumerate(rows, 1):
                sheets.write(row)
                if count % STEP == 0:
                    yield b""
        yield from file_pieces(file)


class _Sheets:
    """Writes rows to one sheet after another."""

    def __init__(self, workbook: Workbook, table: Table) -> None:
        self._workbook = workbook
        self._table = table
        self._bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._formats = [workbook.add_format({"num_format": _number_format(column)}) for column in table.columns]
        self._count = 0
        self._begin_sheet()

    def write(self, row: object) -> None:
        """Write the next row."""
        if self._line == LINES:
            self._begin_sheet()
        for index, column in enumerate(self._table.columns):
            _write_cell(self._sheet, self._line, index, column.value(row), self._formats[index])
        self._line += 1

    def _begin_sheet(self) -> None:
        self._count += 1
        ending = f" {self._count}" if self._count > 1 else ""
        name = say(self._table.title).translate(FORBIDDEN)[: LONGEST_NAME - len(ending)] + ending
        self._sheet = self._workbook.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        for index, column in enumerate(self._table.columns):
            words = heading(column)
            self._sheet.set_column(index, index, max(WIDTHS[column.format], len(words) + 2), self._formats[index])
            self._sheet.write_string(0, index, words, self._bold)
        self._line = 1


def _number_format(column: ReportColumn) -> str:
    if column.format == "day":
        return DAY_FORMAT
    if column.format == "moment":
        return MOMENT_FORMAT
    if column.format != "number":
        return "@"
    return "#,##0" + ("." + "0" * column.decimals if column.decimals else "")


def _write_cell(sheet: Worksheet, line: int, index: int, value: object, cell_format: Format) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        sheet.write_datetime(line, index, value.replace(tzinfo=None), cell_format)
    elif isinstance(value, date):
        sheet.write_datetime(line, index, value, cell_format)
    elif isinstance(value, int | float):
        sheet.write_number(line, index, value, cell_format)
    else:
        sheet.write_string(line, index, printable(str(value)), cell_format)
