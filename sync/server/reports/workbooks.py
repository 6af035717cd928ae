"""Exports a report's rows as an Excel workbook (.xlsx).

By XlsxWriter: it writes line by line (``constant_memory``) with widths and frozen headers, and needs no other package.
"""

from collections.abc import Iterable
from datetime import date
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sync.printable import printable
from sync.server.reports.base import AnyReport, ReportColumn
from sync.server.reports.exporters import heading

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {  # no text becomes a formula, a link or a number
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
DAY_FORMAT = "yyyy-mm-dd"
WIDTHS = {"day": 12, "text": 24, "venue": 28, "reported_up_to": 28, "number": 12}  # characters
LONGEST_NAME = 31  # of a sheet, in Excel
FORBIDDEN = str.maketrans("", "", "[]:*?/\\'")


def write_workbook(report: AnyReport, rows: Iterable[object], file: BinaryIO) -> None:
    """Write one sheet: a frozen header, and the rows with days and numbers as such. None stays an empty cell."""
    with xlsxwriter.Workbook(file, OPTIONS) as workbook:
        sheet = workbook.add_worksheet(report.title.translate(FORBIDDEN)[:LONGEST_NAME])
        bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        formats = [workbook.add_format({"num_format": _number_format(column)}) for column in report.columns]
        sheet.freeze_panes(1, 0)
        for index, column in enumerate(report.columns):
            words = heading(column.heading, column.unit)
            sheet.set_column(index, index, max(WIDTHS[column.format], len(words) + 2), formats[index])
            sheet.write_string(0, index, words, bold)
        for line, row in enumerate(rows, 1):
            for index, column in enumerate(report.columns):
                _write_cell(sheet, line, index, getattr(row, column.key), formats[index])


def _number_format(column: ReportColumn) -> str:
    if column.format == "day":
        return DAY_FORMAT
    if column.format != "number":
        return "@"
    return "#,##0" + ("." + "0" * column.decimals if column.decimals else "")


def _write_cell(sheet: Worksheet, line: int, index: int, value: object, cell_format: Format) -> None:
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(line, index, value, cell_format)
    elif isinstance(value, int | float):
        sheet.write_number(line, index, value, cell_format)
    else:
        sheet.write_string(line, index, printable(str(value)), cell_format)
