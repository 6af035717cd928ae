"""A report that is added to the registry has a page, downloads and the command, without further code."""

from datetime import date
from uuid import uuid4

import pytest
from msgspec import Struct

from sync.server.kiosks.lookup import NotFound
from sync.server.reports import registry
from sync.server.reports.base import DailyReport, FigureCard, Report, ReportColumn
from sync.server.reports.picture_data import BarsOverTime

DAY = date(2026, 11, 24)


class PulseRow(Struct, frozen=True):
    """A row of the second report."""

    day: date
    venue: str
    taps: int
    average: float
    reported_up_to: str | None


def pulse_rows(store, scope, filters):
    rows = [PulseRow(DAY, "Garden house", 1200, 4.5, None), PulseRow(DAY, "Mill café", 3, 2.25, None)]
    return [row for row in rows if filters.venue in (None, row.venue)]


PULSE = DailyReport(
    "pulse",
    "How people feel",
    "How do people feel?",
    (
        ReportColumn("day", "Day", "day"),
        ReportColumn("venue", "Venue", "venue"),
        ReportColumn("taps", "Taps", is_totalled=True),
        ReportColumn("average", "Average", unit="of 5", decimals=2),
        ReportColumn("reported_up_to", "Reported up to", "reported_up_to"),
    ),
    pulse_rows,
    cards=lambda rows: [FigureCard("Taps", str(sum(row.taps for row in rows)), "in all")],
    answer=lambda rows: f"There were {len(rows)} rows.",
    picture=lambda rows, filters: BarsOverTime(
        "Taps", [(row.day, row.taps) for row in rows], filters.first, filters.last
    ),
    charted="taps",
)


class MoodRow(Struct, frozen=True):
    """A row of a report that is not by day."""

    mood: str
    people: int | None


MOODS = Report(
    "moods",
    "Moods",
    "Which moods are there?",
    (ReportColumn("mood", "Mood", "text"), ReportColumn("people", "People", definition="Who felt so.")),
    lambda store, scope, filters: [MoodRow("fine", 1200), MoodRow("tired", None)],
    cards=lambda rows: [],
    answer=lambda rows: "Most people are fine.",
    notes=("Asked on the way out.",),
)


@pytest.fixture
def second_report(central, monkeypatch):
    for venue in ("Garden house", "Mill café"):
        central.kiosk(venue)
    monkeypatch.setattr(registry, "REPORTS", (*registry.REPORTS, PULSE))


@pytest.mark.usefixtures("second_report")
def test_a_second_report_has_a_page_with_its_columns_totals_and_chart(central, signed_in):
    text = signed_in.get(f"{central.url}/?report=pulse", timeout=60).text

    assert '<option value="pulse" selected>How people feel</option>' in text
    assert '<dd class="figure">1203</dd><dd class="about">in all</dd>' in text
    assert '<td class="n" data-label="Taps">1,203</td>' in text
    assert "Taps by day" in text
    assert "/report.csv?report=pulse&amp;from=" in text


@pytest.mark.usefixtures("second_report")
def test_a_second_report_has_downloads(central, signed_in):
    csv = signed_in.get(f"{central.url}/report.csv?report=pulse&venue=Mill+caf%C3%A9", timeout=60)
    json = signed_in.get(f"{central.url}/report.json?report=pulse", timeout=60).json()

    assert csv.text == "day,venue,taps,average,reported_up_to\r\n2026-11-24,Mill café,3,2.25,\r\n"
    assert json["rows"][0] == {
        "day": "2026-11-24",
        "venue": "Garden house",
        "taps": 1200,
        "average": 4.5,
        "reported_up_to": None,
    }


def test_a_second_report_is_printed_by_the_command(run, data, monkeypatch):
    assert run("pair", "--venue", "Mill café", data=data).returncode == 0
    monkeypatch.setattr(registry, "REPORTS", (*registry.REPORTS, PULSE))

    report = run("report", "pulse", "--from", "2026-11-24", "--to", "2026-11-24", data=data)

    assert report.stdout.splitlines()[0] == "day,venue,taps,average,reported_up_to"


def test_a_report_that_is_not_by_day_has_its_rows_as_a_table(central, signed_in, monkeypatch):
    central.kiosk()
    monkeypatch.setattr(registry, "REPORTS", (*registry.REPORTS, MOODS))

    text = signed_in.get(f"{central.url}/?report=moods", timeout=60).text

    assert "Most people are fine." in text
    assert '<th scope="row">fine</th><td class="n" data-label="People">1,200</td>' in text
    assert '<th scope="row">tired</th><td class="n" data-label="People">–</td>' in text
    assert "Asked on the way out." in text and "Who felt so." in text
    csv = signed_in.get(f"{central.url}/report.csv?report=moods", timeout=60).text
    assert csv == "mood,people\r\nfine,1200\r\ntired,\r\n"


def test_the_command_names_all_reports(run):
    assert f"which report: {', '.join(registry.identifiers())} (default: attendance)" in " ".join(
        run("report", "--help").stdout.split()
    )


def test_an_unknown_report_is_not_found(central, signed_in, problem):
    assert (
        problem(signed_in.get(f"{central.url}/report.csv?report={uuid4()}", headers={"Accept": "*/*"}, timeout=60))[
            "status"
        ]
        == 404
    )
    with pytest.raises(NotFound, match="there are: attendance"):
        registry.find_report("attendence")
