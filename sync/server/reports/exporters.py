"""Exports rows as CSV (RFC 4180), for programs and for Excel; line by line, so that rows can be read as they go out."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache

import msgspec

from sync.printable import REPLACEMENT, printable
from sync.server.reports.base import ReportColumn, Table
from sync.server.reports.number_formats import PLAIN, NumberFormat
from sync.server.web.i18n import say

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # Excel reads a CSV as UTF-8 only with it
# What a spreadsheet may skip before a formula: Unicode's spaces (Zs), invisible format characters (Cf) and quotes.
LEADING = (
    r"[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff'\""
    + f"{REPLACEMENT}]*"
)
SIGNS = "=+-@＝＋－＠"  # how a spreadsheet recognises a formula (OWASP, CSV injection)
PIECE = 64 * 1024  # characters that are written at once
REMEMBERED = 1024  # texts, as names come again in every row
Value = str | float | None
# A reader that takes another separator than ours begins a cell after it, and may begin one after a quote.
_formula = re.compile(rf"{LEADING}[{re.escape(SIGNS)}]")
_inner_formula = re.compile(rf'([,;|"])(?={LEADING}[{re.escape(SIGNS)}])')


def csv_lines(table: Table, rows: Iterable[object]) -> Iterator[str]:
    """CSV for programs: a header of the columns' keys, and the rows; commas, decimal points, ISO days and times.

    A formula in a text gets an apostrophe before it; tabs and other control characters are replaced.
    """
    keys = [column.key for column in table.columns]
    return _lines(table, keys, rows, PLAIN)


def excel_csv_lines(table: Table, rows: Iterable[object], number_format: NumberFormat) -> Iterator[str]:
    """CSV that Excel opens by a double click: with a byte order mark, the columns' headings, and the separator and
    decimal sign of the reader's language; days are ISO, which it reads as dates in any language, and times are the
    venue's own, without an offset, which it would not read."""
    yield BYTE_ORDER_MARK
    headings = [heading(column) for column in table.columns]
    yield from _lines(table, headings, rows, number_format, is_for_reader=True)


def joined(lines: Iterable[str]) -> Iterator[str]:
    """The same text in pieces of about PIECE characters, which take fewer steps to send."""
    pending: list[str] = []
    size = 0
    for line in lines:
        pending.append(line)
        size += len(line)
        if size >= PIECE:
            yield "".join(pending)
            pending.clear()
            size = 0
    if pending:
        yield "".join(pending)


def heading(column: ReportColumn) -> str:
    """The heading of a column of bare numbers, in the reader's language: Phone-free (h)."""
    text = say(column.heading)
    return f"{text} ({say(column.unit)})" if column.unit else text


def _lines(
    table: Table,
    names: list[str],
    rows: Iterable[object],
    number_format: NumberFormat,
    *,
    is_for_reader: bool = False,
) -> Iterator[str]:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=number_format.separator)
    cell = _cell_writer(number_format)
    keys = [column.key for column in table.columns]
    moments = [column.key for column in table.columns if column.format == "moment" and is_for_reader]
    labelled = [column for column in table.columns if column.labels and is_for_reader]
    writer.writerow(map(escape_formula, names))
    for row in rows:
        fields = msgspec.to_builtins(row)
        for key in moments:
            fields[key] = _local_text(getattr(row, key))
        for column in labelled:
            fields[column.key] = column.value(row)
        writer.writerow([cell(fields[key]) for key in keys])
        yield file.getvalue()
        file.seek(0)
        file.truncate()
    yield file.getvalue()


def _local_text(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%d %H:%M}"


def _cell_writer(number_format: NumberFormat) -> Callable[[Value], Value]:
    def cell(value: Value) -> Value:
        if isinstance(value, str):
            return escape_formula(value)
        return str(value).replace(".", number_format.decimal_sign) if isinstance(value, float) else value

    return cell


@lru_cache(REMEMBERED)
def escape_formula(text: str) -> str:
    """The text on one line, with an apostrophe before whatever a spreadsheet would take for a formula."""
    line = printable(text)
    inner = _inner_formula.sub(r"\1'", line)
    return "'" + inner if _formula.match(line) else inner
