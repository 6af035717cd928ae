"""A report's rows for other programs: CSV as RFC 4180 has it, and JSON."""

import csv
import io
from collections.abc import Iterable

import msgspec

from sync.server.reports.attendance import Row
from sync.server.reports.missing import Missing

COLUMNS = Row.__struct_fields__
FORMULA = ("=", "+", "-", "@")  # how a spreadsheet knows a formula (OWASP, CSV injection)


def to_csv(rows: Iterable[Row]) -> str:
    """A header and the rows. A name that a spreadsheet would calculate gets an apostrophe before it."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in rows:
        cells = msgspec.to_builtins(row)
        writer.writerow([_guarded(cells[name]) for name in COLUMNS])
    return file.getvalue()


def _guarded(cell: str | float | None) -> str | float | None:
    return "'" + cell if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def to_json(rows: Iterable[Row], missing: Missing) -> str:
    """``{"rows": […], "unread": […], "undated": […]}``: the last two say what is in no row."""
    return msgspec.json.encode({"rows": list(rows), **msgspec.structs.asdict(missing)}).decode()
