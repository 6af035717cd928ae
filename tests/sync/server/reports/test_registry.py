"""A report that is added to the registry has a page, downloads and the command, without further code."""

from datetime import date
from uuid import uuid4

import pytest
from msgspec import Struct

from sync.server.kiosks.lookup import NotFound
from sync.server.reports import registry
from sync.server.reports.base import FigureCard, Report, ReportColumn

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


PULSE = Report(
    "pulse",
    "How people feel",
    (
        ReportColumn("day", "Day", "day"),
        ReportColumn("venue", "Venue", "venue"),
        ReportColumn("taps", "Taps", is_totalled=True),
        ReportColumn("average", "Average", unit="of 5", decimals=2),
        ReportColumn("reported_up_to", "Reported up to", "reported_up_to"),
    ),
    charted="taps",
    rows=pulse_rows,
    cards=lambda totals: [FigureCard("Taps", str(totals.values["taps"]), f"on {totals.days} day")],
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
    assert '<dd class="figure">1203</dd><dd class="about">on 1 day</dd>' in text
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

    report = run("report", "--report", "pulse", "--from", "2026-11-24", "--to", "2026-11-24", data=data)

    assert report.stdout.splitlines()[0] == "day,venue,taps,average,reported_up_to"
    assert "which report (default: attendance)" in run("report", "--help").stdout


def test_the_only_report_is_not_offered_as_a_choice(central, signed_in, run):
    central.kiosk()

    assert 'name="report"' not in signed_in.get(f"{central.url}/", timeout=60).text
    assert "--report" not in run("report", "--help").stdout


def test_an_unknown_report_is_not_found(central, signed_in, problem):
    assert (
        problem(signed_in.get(f"{central.url}/report.csv?report={uuid4()}", headers={"Accept": "*/*"}, timeout=60))[
            "status"
        ]
        == 404
    )
    with pytest.raises(NotFound, match="there are: attendance"):
        registry.find_report("attendence")
