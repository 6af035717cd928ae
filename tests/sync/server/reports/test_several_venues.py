"""Several venues as a filter: on the page, in downloads and by the command; protected reports have one or all."""

import re
from datetime import date

import pytest

from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.lookup import NotFound
from sync.server.reports.base import ReportFilters
from sync.server.reports.registry import REPORTS
from sync.server.reports.selection import choose_venues

DAY = "from=2026-11-24&to=2026-11-24"
TWO = "venue=Mill+caf%C3%A9&venue=garden+house"


@pytest.fixture
def three(central):
    """Three venues with 1, 2 and 4 people."""
    for venue, size in (("Garden house", 1), ("Mill café", 2), ("Old library", 4)):
        kiosk = central.kiosk(venue)
        kiosk.visit(central.now, minutes=30, size=size)
        assert kiosk.push().status_code == 200


@pytest.mark.usefixtures("three")
def test_a_report_of_two_venues_counts_these(central, signed_in):
    document = signed_in.get(f"{central.url}/report.json?{DAY}&{TWO}", timeout=60).json()
    visits = signed_in.get(f"{central.url}/report.json?{DAY}&{TWO}&rows=visits", timeout=60).json()

    assert [(row["venue"], row["people"]) for row in document["rows"]] == [("Garden house", 1), ("Mill café", 2)]
    assert document["totals"]["people"] == visits["totals"]["people"] == 3
    assert document["filters"]["venues"] == ["Garden house", "Mill café"]
    assert {kiosk["venue"] for kiosk in document["completeness"]["kiosks"]} == {"Garden house", "Mill café"}
    assert document["provisional"]["visits"] == 2


@pytest.mark.usefixtures("three")
def test_the_page_has_a_box_for_each_venue_and_links_the_same_choice(central, signed_in):
    text = signed_in.get(f"{central.url}/?{DAY}&{TWO}", timeout=60).text

    boxes = re.findall(r'<input type="checkbox" name="venue" value="([^"]+)"( checked)?>', text)
    assert boxes == [("Garden house", " checked"), ("Mill café", " checked"), ("Old library", "")]
    assert "Garden house and Mill café</h1>" in text
    assert "3 people came in 2 visits" in text
    [address, _visits] = re.findall(r'href="/report\.csv\?([^"]+)"', text)
    assert address.count("venue=") == 2
    again = signed_in.get(f"{central.url}/report.csv?{address.replace('&amp;', '&')}", timeout=60).text
    assert "Old library" not in again and "Mill café" in again


@pytest.mark.usefixtures("three")
def test_an_unknown_one_of_several_venues_is_said(central, signed_in):
    answer = signed_in.get(f"{central.url}/?{DAY}&venue=Mill+caf%C3%A9&venue=Attic", timeout=60)

    assert answer.status_code == 400 and "Attic" in answer.text


@pytest.mark.usefixtures("three")
def test_protected_reports_come_for_a_venue_or_all(central, signed_in, problem):
    months = "from=2026-10-01&to=2026-10-31"
    page = signed_in.get(f"{central.url}/?report=people&{months}&{TWO}", timeout=60)
    program = {"Accept": "*/*"}
    refused = signed_in.get(f"{central.url}/report.csv?report=people&{months}&{TWO}", headers=program, timeout=60)
    pdf = signed_in.get(f"{central.url}/report.pdf?{months}&{TWO}", headers=program, timeout=60)

    assert "for a venue or all of them" in page.text and "all venues</h1>" in page.text
    assert refused.status_code == 400 and "a venue or all of them" in str(problem(refused)["detail"])
    assert pdf.status_code == 400 and "not of several" in str(problem(pdf)["detail"])


@pytest.mark.usefixtures("three")
def test_every_report_reads_only_the_chosen_venues(central):
    day = date(2026, 11, 24)
    both = ReportFilters(day, day, venues=("Garden house", "Mill café"))
    for report in REPORTS:
        if not report.is_protected and "venue" in [column.key for column in report.columns]:
            rows = report.rows(central.store, central.inventory, both)
            assert {row.venue for row in rows} <= {"Garden house", "Mill café"}, report.identifier


def test_choices_of_venues_are_one_several_or_all(central):
    for name in ("Mill café", "Garden house"):
        central.kiosk(name)
    venues = kiosk_repository.venues(central.store, central.scope)

    assert choose_venues(venues, []) == choose_venues(venues, ["", " "]) == (None, ())
    assert choose_venues(venues, ["mill café", "Mill café", ""]) == ("Mill café", ())
    assert choose_venues(venues, ["Mill café", "Garden house"]) == (None, ("Garden house", "Mill café"))
    with pytest.raises(NotFound):
        choose_venues(venues, ["Attic"])


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.usefixtures("three")
def test_the_command_takes_several_venues(run, data):
    period = ["--from", "2026-11-24", "--to", "2026-11-24"]
    two = ["--venue", "Mill café", "--venue", "Garden house"]

    printed = run("report", *period, *two, data=data).stdout
    zoned = run("report", *period, *two, "--zone", "Main room", data=data)
    protected = run("report", "people", "--from", "2026-10-01", "--to", "2026-10-31", *two, data=data)

    assert "Garden house" in printed and "Mill café" in printed and "Old library" not in printed
    assert zoned.returncode != 0 and "alone" in zoned.stderr
    assert protected.returncode != 0 and "a venue or all of them" in protected.stderr


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("venues", ["", f"&{TWO}"])
def test_no_download_has_other_zones_than_the_one_it_was_asked_for(central, signed_in, problem, venues):
    address = f"{central.url}/report.csv?{DAY}&zone=Main+room{venues}"

    refused = signed_in.get(address, headers={"Accept": "*/*"}, timeout=60)

    assert refused.status_code == 400 and "one of a venue" in str(problem(refused)["detail"])
    assert signed_in.get(f"{central.url}/?{DAY}&zone=Main+room{venues}", timeout=60).status_code == 200
