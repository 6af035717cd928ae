"""Every download of a report, read again by another reader than the one that wrote it."""

import csv
import io
import os
import pty
import re
import zipfile
from datetime import date

import pytest
from msgspec import Struct
from python_calamine import CalamineWorkbook

from sync import command_line
from sync.server.__main__ import main
from sync.server.reports import exporters, workbooks
from sync.server.reports.base import Report, ReportColumn
from sync.server.reports.number_formats import COMMA, PLAIN, POINT, NumberFormat, preferred_format

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
]
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
                assert not cell.strip(' "').startswith(("=", "+", "-", "@", "\t", "\r")), cell


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
    paths = {name: href.replace("&amp;", "&") for href, name in re.findall(r'href="(/report\.[^"]+)">([^<]+)', page)}
    assert list(paths) == ["CSV", "CSV for Excel", "Excel", "JSON", "PDF for funders, October 2026"]

    plain = list(csv.reader(io.StringIO(signed_in.get(central.url + paths["CSV"], timeout=60).text)))
    german = signed_in.get(central.url + paths["CSV for Excel"], headers={"Accept-Language": "de"}, timeout=60)
    chosen = signed_in.get(central.url + paths["CSV for Excel"] + "&lang=fr", timeout=60)
    [listed] = signed_in.get(central.url + paths["JSON"], timeout=60).json()["rows"]
    workbook = signed_in.get(central.url + paths["Excel"], timeout=60)

    assert german.content == chosen.content and german.headers["Vary"].find("Accept-Language") >= 0
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
