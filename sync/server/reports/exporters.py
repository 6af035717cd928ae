"""Exports a report's rows as CSV (RFC 4180), for programs and for Excel, and as JSON."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator

import msgspec

from sync.printable import REPLACEMENT, printable
from sync.server.kiosks.missing import Missing
from sync.server.reports.base import AnyReport
from sync.server.reports.number_formats import PLAIN, NumberFormat

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # Excel reads a CSV as UTF-8 only with it
LEADING = " \N{NO-BREAK SPACE}'" + REPLACEMENT  # what spreadsheets skip before a formula
SIGNS = "=+-@＝＋－＠"  # how a spreadsheet recognises a formula (OWASP, CSV injection)
# A reader that takes another separator than ours begins a cell after it, and may begin one after a quote.
_inner_formula = re.compile(rf'([,;|"])(?=[{LEADING}"]*[{re.escape(SIGNS)}])')


def to_csv(report: AnyReport, rows: Iterable[object]) -> str:
    """CSV for programs: a header of the columns' keys, and the rows; commas, decimal points, ISO days.

    A formula in a text gets an apostrophe before it; tabs and other control characters are replaced.
    """
    keys = [column.key for column in report.columns]
    return "".join(_csv_lines(report, keys, rows, PLAIN))


def to_excel_csv(report: AnyReport, rows: Iterable[object], number_format: NumberFormat) -> str:
    """CSV that Excel opens by a double click: with a byte order mark, the columns' headings, and the separator and
    decimal sign of the reader's language; days are ISO, which it reads as dates in any language."""
    headings = [heading(column.heading, column.unit) for column in report.columns]
    return BYTE_ORDER_MARK + "".join(_csv_lines(report, headings, rows, number_format))


def heading(text: str, unit: str) -> str:
    """The heading of a column of bare numbers: Phone-free (h)."""
    return f"{text} ({unit})" if unit else text


def _csv_lines(
    report: AnyReport, names: list[str], rows: Iterable[object], number_format: NumberFormat
) -> Iterator[str]:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=number_format.separator)
    cell = _cell_writer(number_format)
    writer.writerow(map(escape_formula, names))
    for row in rows:
        fields = msgspec.to_builtins(row)
        writer.writerow([cell(fields[column.key]) for column in report.columns])
        yield file.getvalue()
        file.seek(0)
        file.truncate()
    yield file.getvalue()


def _cell_writer(number_format: NumberFormat) -> Callable[[str | float | None], str | float | None]:
    def cell(value: str | float | None) -> str | float | None:
        if isinstance(value, str):
            return escape_formula(value)
        return str(value).replace(".", number_format.decimal_sign) if isinstance(value, float) else value

    return cell


def escape_formula(text: str) -> str:
    """The text on one line, with an apostrophe before whatever a spreadsheet would take for a formula."""
    line = printable(text)
    begins = line.lstrip(LEADING + '"').startswith(tuple(SIGNS))
    inner = _inner_formula.sub(r"\1'", line)
    return "'" + inner if begins else inner


def to_json(report: AnyReport, rows: Iterable[object], missing: Missing) -> str:
    """``{"rows": […], "unread": […], "undated": […]}``: the last two list what is in no row."""
    keys = [column.key for column in report.columns]
    items = [{key: getattr(row, key) for key in keys} for row in rows]
    return msgspec.json.encode({"rows": items, **msgspec.structs.asdict(missing)}).decode()
