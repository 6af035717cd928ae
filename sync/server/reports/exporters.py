"""Exports a report's rows as CSV (RFC 4180) and JSON."""

import csv
import io
from collections.abc import Iterable

import msgspec

from sync.printable import REPLACEMENT, printable
from sync.server.kiosks.missing import Missing
from sync.server.reports.base import AnyReport

LEADING = " \N{NO-BREAK SPACE}'" + REPLACEMENT  # what spreadsheets skip before a formula
FORMULA = tuple("=+-@＝＋－＠")  # how a spreadsheet recognises a formula (OWASP, CSV injection)


def to_csv(report: AnyReport, rows: Iterable[object]) -> str:
    """A header of the columns' keys, and the rows. Text that a spreadsheet would take for a formula gets an apostrophe
    before it; tabs and other control characters are replaced."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    keys = [column.key for column in report.columns]
    writer.writerow(keys)
    for row in rows:
        fields = msgspec.to_builtins(row)
        writer.writerow([_escape_formula(fields[key]) for key in keys])
    return file.getvalue()


def _escape_formula(cell: str | float | None) -> str | float | None:
    if not isinstance(cell, str):
        return cell
    text = printable(cell)
    return "'" + text if text.lstrip(LEADING).startswith(FORMULA) else text


def to_json(report: AnyReport, rows: Iterable[object], missing: Missing) -> str:
    """``{"rows": […], "unread": […], "undated": […]}``: the last two list what is in no row."""
    keys = [column.key for column in report.columns]
    items = [{key: getattr(row, key) for key in keys} for row in rows]
    return msgspec.json.encode({"rows": items, **msgspec.structs.asdict(missing)}).decode()
