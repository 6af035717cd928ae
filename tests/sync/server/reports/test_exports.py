"""Every download of a report, read again by another reader than the one that wrote it."""

import csv
import io
import os
import pty
import re
import zipfile
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pyarrow as arrow
import pyarrow.parquet
import pytest
from msgspec import Struct
from python_calamine import CalamineWorkbook

from sync import command_line
from sync.server.__main__ import main
from sync.server.kiosks import repository as kiosk_repository
from sync.server.reports import exporters, finished_file, parquet, registry, rollups, workbooks
from sync.server.reports.base import Report, ReportColumn, ReportFilters
from sync.server.reports.number_formats import COMMA, PLAIN, POINT, NumberFormat, preferred_format
from sync.server.reports.visit_rows import VisitTable

DAY = date(2026, 11, 24)
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    '"=1+1',
    "Mill;=1+1",
    "Mill,@SUM(A1)",
    'Mill"=1+1',
    'Mill; "-1+1',
    "Mill|+1",
    "\N{ZERO WIDTH SPACE}=1+1",
    "\N{ZERO WIDTH NO-BREAK SPACE}=1+1",
    "\N{SOFT HYPHEN}@SUM(A1)",
    "\N{IDEOGRAPHIC SPACE}=1+1",
    "Mill;\N{WORD JOINER}\N{EM SPACE}-1+1",
]
UNSEEN = "\u200b\ufeff\u00ad\u3000\u2060\u2003"
HARMLESS = [
    'The "Mill", café',
    "two\nlines",
    "طاحونة",
    "3 - 2 = 1",
    "a-b",
    "https://example.org",
    "0123",
    "Mill; = 1 pm",
]


class FigureRow(Struct, frozen=True):
    day: date
    venue: str
    visits: int
    hours: float | None


COLUMNS = (
    ReportColumn("day", "Day", "day"),
    ReportColumn("venue", "Venue", "venue"),
    ReportColumn("visits", "Visits", is_totalled=True),
    ReportColumn("hours", "Phone-free", unit="h", decimals=2),
)
REPORT = Report("figures", "What/came: [figures]", "?", COLUMNS, lambda *_: [], lambda _: [], lambda _: "")


def rows_of(names: list[str]) -> list[FigureRow]:
    return [FigureRow(DAY, name, 1200, 1234.5) for name in names] + [FigureRow(DAY, "none", 0, None)]


def read_workbook(content: bytes) -> list[list[object]]:
    [sheet] = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()


def csv_text(rows: list[FigureRow]) -> str:
    return "".join(exporters.csv_lines(REPORT, rows))


def excel_csv_text(rows: list[FigureRow], number_format: NumberFormat) -> str:
    return "".join(exporters.excel_csv_lines(REPORT, rows, number_format))


def workbook(names: list[str]) -> bytes:
    return b"".join(workbooks.workbook_pieces(REPORT, rows_of(names)))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_begins_a_formula_whatever_separator_reads_it(name, separator):
    for text in (
        csv_text(rows_of([name])),
        excel_csv_text(rows_of([name]), COMMA),
    ):
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            for cell in line:
                assert not cell.strip(' "' + UNSEEN).startswith(("=", "+", "-", "@", "\t", "\r")), cell


def test_a_quote_in_a_formulas_way_is_no_way_round_it():
    text = csv_text(rows_of(['x","=1+1"']))
    assert all("'" in cell or "=" not in cell for line in csv.reader(io.StringIO(text)) for cell in line)


def test_harmless_names_come_back_as_they_are_in_csv_and_workbook():
    names = [name for name in HARMLESS if "\n" not in name and ";" not in name]
    lines = list(csv.DictReader(io.StringIO(csv_text(rows_of(names)), newline="")))
    assert [line["venue"] for line in lines[:-1]] == names
    assert [row[1] for row in read_workbook(workbook(names))[1:-1]] == names


def test_csv_for_excel_has_the_readers_decimal_sign_and_separator():
    text = excel_csv_text(rows_of(["Mill; café"]), COMMA)

    assert text.encode().startswith(b"\xef\xbb\xbf")
    head, line, last = csv.reader(io.StringIO(text[1:], newline=""), delimiter=";")
    assert head == ["Day", "Venue", "Visits", "Phone-free (h)"]
    assert line == ["2026-11-24", "Mill; café", "1200", "1234,5"]
    assert last == ["2026-11-24", "none", "0", ""]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", PLAIN),
        ("en-GB,en;q=0.9,de;q=0.8", PLAIN),
        ("de-DE,de;q=0.9,en;q=0.8", COMMA),
        ("en;q=0.1, nl", COMMA),
        ("de-CH", POINT),
        ("es-MX", PLAIN),
        ("ar-EG", POINT),
        ("xx, fr;q=0.5", COMMA),
        ("fr;q=0, en", PLAIN),
        ("de;q=much,*", PLAIN),
        (",;=,;q", PLAIN),
    ],
)
def test_the_language_that_is_preferred_chooses_the_format(header: str, expected: NumberFormat):
    assert preferred_format(header) == expected


def test_a_workbook_has_days_and_numbers_as_such_and_names_as_text():
    head, *lines, last = read_workbook(workbook(HOSTILE + HARMLESS))

    assert head == ["Day", "Venue", "Visits", "Phone-free (h)"]
    assert lines[0] == [DAY, HOSTILE[0], 1200, 1234.5]
    assert {type(line[1]) for line in lines} == {str}
    assert last[2:] == [0, ""], "what is not known is empty, not 0"


def test_a_workbook_has_no_formula_and_no_link_and_a_frozen_header():
    sheet = zipfile.ZipFile(io.BytesIO(workbook(HOSTILE + HARMLESS))).read("xl/worksheets/sheet1.xml").decode()

    assert "<f>" not in sheet and "hyperlink" not in sheet
    assert re.search(r'<pane ySplit="1"[^>]*state="frozen"', sheet)
    assert sheet.count("<col ") == len(COLUMNS)


def test_a_reports_downloads_have_the_same_rows(central, kiosk, signed_in):
    kiosk.visit(central.now, minutes=30)
    kiosk.push()
    page = signed_in.get(f"{central.url}/", timeout=60).text
    paths = {
        name: href.replace("&amp;", "&")
        for href, name in re.findall(r'href="(/report\.[^"]+)">([^<]+)', page)
        if "rows=" not in href
    }
    assert list(paths) == ["CSV", "CSV for Excel", "Excel", "JSON", "Parquet", "PDF for funders, October 2026"]

    plain = list(csv.reader(io.StringIO(signed_in.get(central.url + paths["CSV"], timeout=60).text)))
    german = signed_in.get(central.url + paths["CSV for Excel"], headers={"Accept-Language": "de"}, timeout=60)
    chosen = signed_in.get(central.url + paths["CSV for Excel"] + "&lang=fr", timeout=60)
    [listed] = signed_in.get(central.url + paths["JSON"], timeout=60).json()["rows"]
    workbook = signed_in.get(central.url + paths["Excel"], timeout=60)

    assert german.content.splitlines()[1:] == chosen.content.splitlines()[1:], (
        "the headings are in the reader’s language"
    )
    assert german.headers["Vary"].find("Accept-Language") >= 0
    assert 'filename="hearth-' in german.headers["Content-Disposition"]
    in_german = list(csv.reader(io.StringIO(german.content.decode("utf-8-sig")), delimiter=";"))
    assert [[cell.replace(",", ".") for cell in line] for line in in_german[1:]] == plain[1:]
    assert [str(listed[key]) for key in plain[0]] == plain[1]
    assert workbook.headers["Content-Type"] == workbooks.MEDIA_TYPE
    [line] = read_workbook(workbook.content)[1:]
    assert [str(line[0]), line[1], line[3], line[7]] == [
        plain[1][0],
        plain[1][1],
        float(plain[1][3]),
        float(plain[1][7]),
    ]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_the_command_writes_a_workbook_and_csv_for_excel(central, kiosk, data, capfdbinary):
    kiosk.visit(central.now, minutes=30)
    kiosk.push()
    command = ["report", "--from", "2026-11-24", "--to", "2026-11-24", "--data", str(data), "--format"]

    main([*command, "xlsx"])
    head, line = read_workbook(capfdbinary.readouterr().out)
    main([*command, "excel-csv", "--language", "de"])
    text = capfdbinary.readouterr().out.decode("utf-8-sig")

    assert (head[0], line[0], line[3]) == ("Day", DAY, 1)
    assert text.splitlines()[0].startswith("Day;Venue;")
    assert ";0,5;" in text


def test_a_workbook_is_not_written_to_a_terminal(monkeypatch):
    _, terminal = pty.openpty()
    with os.fdopen(terminal, "w") as output:
        monkeypatch.setattr("sys.stdout", output)
        with pytest.raises(command_line.OutputError, match="FILE"):
            command_line.write_bytes(b"PK")


def test_json_says_what_is_not_final_who_has_reported_and_what_the_columns_are(central, kiosk, signed_in):
    silent = central.kiosk("Mill café", "Garden")
    kiosk.visit(central.now, minutes=30)
    kiosk.visit(central.now, minutes=None)
    kiosk.push()
    kiosk.beat()

    document = signed_in.get(f"{central.url}/report.json?from=2026-11-24&to=2026-11-24&venue=Mill+café", timeout=60)
    exported = document.json()

    assert exported["totals"]["visits"] == 2
    assert exported["report"] == "attendance" and exported["filters"]["venues"] == ["Mill café"]
    assert (exported["filters"]["from"], exported["filters"]["to"], exported["filters"]["kind"]) == (
        str(DAY),
        str(DAY),
        None,
    )
    provisional = exported["provisional"]
    assert (provisional["visits"], provisional["not_ended"]) == (2, 1)
    assert (provisional["estimated"], provisional["estimated_share"]) == (0, 0.0)
    assert provisional["last_change"] is None, "no day is stored yet"
    complete = exported["completeness"]
    assert (complete["is_final"], complete["reported_up_to"]) == (False, None)
    assert complete["kiosks"] == [
        {
            "venue": "Mill café",
            "kiosk": silent.identity["zone"]["name"],
            "reported_up_to": None,
            "is_silent": True,
        },
        {
            "venue": "Mill café",
            "kiosk": kiosk.identity["zone"]["name"],
            "reported_up_to": "2026-11-24T08:00:00+00:00",
            "is_silent": False,
        },
    ]
    columns = {column["key"]: column for column in exported["columns"]}
    assert columns.keys() == exported["rows"][0].keys()
    assert columns["phone_free_hours"]["unit"] == "h" and "rested" in columns["phone_free_hours"]["definition"]

    rollups.refresh(central.store, kiosk_repository.venues(central.store, central.scope), central.now, waits=True)
    changed = signed_in.get(document.url, timeout=60).json()["provisional"]["last_change"]
    assert changed == {"at": "2026-11-24T08:00:00+00:00", "venue": "Mill café", "day": "2026-11-24"}


def test_json_says_when_figures_are_final(central, kiosk, signed_in):
    kiosk.visit(central.now - 24 * 60 * 60_000, minutes=30)
    kiosk.push()
    kiosk.beat()

    exported = signed_in.get(f"{central.url}/report.json?from=2026-11-23&to=2026-11-23", timeout=60).json()

    assert exported["completeness"]["is_final"] is True
    assert exported["completeness"]["reported_up_to"] == "2026-11-24T08:00:00+00:00"
    assert exported["provisional"]["not_ended"] == 0


def read_parquet(content: bytes) -> arrow.Table:
    return pyarrow.parquet.read_table(io.BytesIO(content))


def test_parquet_has_types_values_and_definitions():
    names = [*HOSTILE, *HARMLESS]
    table = read_parquet(b"".join(parquet.parquet_pieces(REPORT, rows_of(names))))

    assert table.schema.types == [arrow.date32(), arrow.string(), arrow.int64(), arrow.float64()]
    assert table.column_names == [column.key for column in COLUMNS]
    assert table.to_pylist()[0] == {"day": DAY, "venue": HOSTILE[0], "visits": 1200, "hours": 1234.5}
    assert table["venue"].to_pylist() == [*names, "none"], "every text is as it is"
    assert table["hours"].to_pylist()[-1] is None
    assert table.schema.field("hours").metadata[b"definition"] == COLUMNS[3].definition.encode()


def test_parquet_is_written_in_row_groups(monkeypatch):
    monkeypatch.setattr(parquet, "GROUP", 2 * finished_file.STEP)
    rows = [FigureRow(DAY, "Mill", number, None) for number in range(5 * finished_file.STEP + 1)]

    content = b"".join(parquet.parquet_pieces(REPORT, iter(rows)))

    groups = pyarrow.parquet.ParquetFile(io.BytesIO(content)).metadata
    assert [groups.row_group(index).num_rows for index in range(groups.num_row_groups)] == [2000, 2000, 1001]
    assert read_parquet(content)["visits"].to_pylist() == [row.visits for row in rows]


def test_the_visits_as_parquet_add_up_to_the_report(central, kiosk, signed_in):
    kiosk.open_session(central.now)
    kiosk.visit(central.now, minutes=30, size=3, phones=2, kept=1)
    kiosk.visit(central.now, minutes=None, size=2)
    kiosk.push()
    query = "from=2026-11-24&to=2026-11-24"

    visits = read_parquet(signed_in.get(f"{central.url}/report.parquet?{query}&rows=visits", timeout=60).content)
    [day] = read_parquet(signed_in.get(f"{central.url}/report.parquet?{query}", timeout=60).content).to_pylist()

    assert visits.schema.field("checked_in").type == arrow.timestamp("ms", tz="UTC")  # Parquet has no seconds
    sums = {key: sum(visits[key].to_pylist()) for key in ("people", "phones", "kept", "phone_free_hours")}
    assert sums == {key: day[key] for key in sums} == {"people": 5, "phones": 3, "kept": 1, "phone_free_hours": 1.0}
    assert visits.num_rows == day["visits"] == 2
    at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert visits["checked_in"].to_pylist() == [at, at]
    assert sorted(visits["checked_out"].is_null().to_pylist()) == [False, True]


@pytest.mark.parametrize("report", registry.REPORTS, ids=lambda report: report.identifier)
def test_every_report_can_be_written_as_parquet(central, kiosk, report):
    at = central.now - 45 * 24 * 60 * 60_000  # in October, which is over
    for number in range(12):
        kiosk.visit(at + number, minutes=30, size=2)
    kiosk.push()
    filters = ReportFilters(date(2026, 10, 1), date(2026, 10, 31), smallest_count=1)
    rows = report.rows(central.store, central.inventory, filters)

    table = read_parquet(b"".join(parquet.parquet_pieces(report, rows)))

    assert table.to_pylist() == [{key.key: getattr(row, key.key) for key in report.columns} for row in rows]


def test_without_pyarrow_there_is_a_clear_error_and_no_link(central, kiosk, signed_in, problem, monkeypatch):
    kiosk.visit(central.now, minutes=30)
    kiosk.push()
    assert "/report.parquet?" in signed_in.get(f"{central.url}/", timeout=60).text
    monkeypatch.setattr(parquet, "PACKAGE", "no_such_package")

    refused = signed_in.get(f"{central.url}/report.parquet", headers={"Accept": "*/*"}, timeout=60)

    assert refused.status_code == 501 and "pyarrow" in str(problem(refused)["detail"])
    assert "/report.parquet?" not in signed_in.get(f"{central.url}/", timeout=60).text


@pytest.mark.parametrize("engine", ["sqlite"])
def test_the_command_writes_parquet_or_says_what_is_missing(central, kiosk, data, capfdbinary, monkeypatch):
    kiosk.visit(central.now, minutes=30)
    kiosk.push()
    command = ["report", "--from", "2026-11-24", "--to", "2026-11-24", "--format", "parquet"]

    main([*command, "--data", str(data), "--rows"])
    [visit] = read_parquet(capfdbinary.readouterr().out).to_pylist()
    monkeypatch.setattr(parquet, "PACKAGE", "no_such_package")

    assert (visit["day"], visit["minutes"]) == (DAY, 30.0)
    assert main([*command, "--data", str(data)]) != 0
    assert b"pyarrow" in capfdbinary.readouterr().err


def test_visits_as_a_workbook_have_times_as_such_and_a_full_sheet_is_followed_by_another(monkeypatch):
    monkeypatch.setattr(workbooks, "LINES", 3)
    at = datetime(2026, 11, 24, 18, 3, tzinfo=ZoneInfo("Europe/Amsterdam"))
    columns = (ReportColumn("at", "At", "moment"), ReportColumn("people", "People"))
    table = VisitTable("Visits", columns)
    rows = [MomentRow(at, 1), MomentRow(None, 2), MomentRow(at, 3)]

    content = b"".join(workbooks.workbook_pieces(table, rows))

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    local = datetime(2026, 11, 24, 18, 3)  # noqa: DTZ001 - a spreadsheet's, which has no zone
    assert book.sheet_names == ["Visits", "Visits 2"]
    assert book.get_sheet_by_name("Visits").to_python() == [["At", "People"], [local, 1], ["", 2]]
    assert book.get_sheet_by_name("Visits 2").to_python() == [["At", "People"], [local, 3]]
    plain = list(csv.reader(io.StringIO("".join(exporters.csv_lines(table, rows)))))
    excel = list(csv.reader(io.StringIO("".join(exporters.excel_csv_lines(table, rows, PLAIN))[1:])))
    assert [line[0] for line in plain[1:]] == ["2026-11-24T18:03:00+01:00", "", "2026-11-24T18:03:00+01:00"]
    assert [line[0] for line in excel[1:]] == ["2026-11-24 18:03", "", "2026-11-24 18:03"]


class MomentRow(Struct, frozen=True):
    at: datetime | None
    people: int


def test_the_page_links_the_visits_of_reports_that_have_them(central, kiosk, signed_in):
    kiosk.visit(central.now, minutes=30)
    kiosk.push()
    for report, has_visits in (("attendance", True), ("stays", True), ("capacity", False), ("people", False)):
        text = signed_in.get(f"{central.url}/?report={report}", timeout=60).text
        assert ("rows=visits" in text) is has_visits, report
