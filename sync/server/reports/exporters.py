"""A report's rows for other programs: CSV as RFC 4180 has it, and JSON."""

import csv
import io
from collections.abc import Iterable

import msgspec

from sync.printable import REPLACEMENT, printable
from sync.server.kiosks.missing import Missing
from sync.server.reports.attendance import AttendanceRow

COLUMNS = AttendanceRow.__struct_fields__
LEADING = " \N{NO-BREAK SPACE}'" + REPLACEMENT  # what may stand before it
FORMULA = tuple("=+-@＝＋－＠")  # how a spreadsheet knows a formula (OWASP, CSV injection)


def to_csv(rows: Iterable[AttendanceRow]) -> str:
    """A header and the rows. A name that a spreadsheet would calculate gets an apostrophe before it; tabs and other
    control characters are replaced."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in rows:
        cells = msgspec.to_builtins(row)
        writer.writerow([_guarded(cells[name]) for name in COLUMNS])
    return file.getvalue()


def _guarded(cell: str | float | None) -> str | float | None:
    if not isinstance(cell, str):
        return cell
    text = printable(cell)
    return "'" + text if text.lstrip(LEADING).startswith(FORMULA) else text


def to_json(rows: Iterable[AttendanceRow], missing: Missing) -> str:
    """``{"rows": […], "unread": […], "undated": […]}``: the last two say what is in no row."""
    return msgspec.json.encode({"rows": list(rows), **msgspec.structs.asdict(missing)}).decode()
