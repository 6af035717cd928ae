"""The funder's PDF: what another reader finds in it, and what nobody can find out from it."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.events import VisitCheckedIn, VisitCheckedOut
from sync.server.organisation import rename_organisation
from sync.server.reports.attendance import AttendanceRow
from sync.server.reports.funder_report import protect

HOUR = 60 * 60_000
DAY = 24 * HOUR
OCTOBER = "from=2026-10-01&to=2026-10-31"
SMALLEST = 10


@pytest.fixture
def engine() -> str:
    """One engine: the figures are tested on both elsewhere."""
    return "sqlite"


def come(kiosk, at: int, people: int) -> None:
    visit = uuid4()
    kiosk.write(visit, VisitCheckedIn(session=uuid4(), party_size=people, phones=people), at)
    kiosk.write(visit, VisitCheckedOut(), at + HOUR)


def read(program: str, pdf: bytes, path: Path, *options: str) -> str:
    """What poppler says of a PDF."""
    assert shutil.which(program), "the package poppler-utils is missing: python3 config/prepare.py --for-tests"
    path.write_bytes(pdf)
    output = ["-"] if program == "pdftotext" else []
    return subprocess.run([program, *options, path, *output], capture_output=True, text=True, check=True).stdout


def test_another_reader_finds_every_figure_on_two_pages(central, kiosk, signed_in, tmp_path):
    quiet = central.kiosk("House by the lock")
    in_october = central.now - 40 * DAY
    for number in range(12):
        come(kiosk, in_october + number * HOUR, 3)
    come(quiet, in_october, 4)
    kiosk.push()
    quiet.push()

    answer = signed_in.get(f"{central.url}/report.pdf?{OCTOBER}")

    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pdf"
    text = " ".join(read("pdftotext", answer.content, tmp_path / "a.pdf", "-layout").split())
    assert "Phone-free time 1 Oct 2026 – 31 Oct 2026, all venues" in text
    assert "Sessions Visits People – 10 35" in text
    assert "Mill café – 10 35 35 – 35 h" in text and "House by the lock – – – – – –" in text
    for expected in (
        "Feelings",
        "Different people",
        "What these figures are",
        "counts below 10",
        "Made on 24 Nov 2026",
    ):
        assert expected in text
    about = read("pdfinfo", answer.content, tmp_path / "a.pdf")
    assert int(about.split("Pages:")[1].split()[0]) <= 2
    assert "Tagged:          yes" in about and "Phone-free time, October 2026, all venues" in about


def visit_of_october(central, kiosk) -> None:
    """Enough that there is something to share."""
    for number in range(12):
        come(kiosk, central.now - 40 * DAY + number * HOUR, 3)
    assert kiosk.push().status_code == 200


def test_the_organisations_name_is_at_the_head_and_in_the_properties(central, kiosk, signed_in, tmp_path):
    visit_of_october(central, kiosk)

    def made() -> tuple[str, str]:
        answer = signed_in.get(f"{central.url}/report.pdf?{OCTOBER}")
        about = read("pdfinfo", answer.content, tmp_path / "a.pdf")
        return read("pdftotext", answer.content, tmp_path / "a.pdf"), " ".join(about.split())

    text, about = made()
    assert text.startswith("Phone-free time") and "Title: Phone-free time, October 2026, all venues" in about
    assert "Author: Hearth" in about

    rename_organisation(central.store, "Rest & Talk <Ltd>")
    text, about = made()
    assert text.split("\n\n")[:2] == ["Rest & Talk <Ltd>", "Phone-free time\n1 Oct 2026 – 31 Oct 2026, all venues"]
    assert "Title: Rest & Talk <Ltd>: Phone-free time, October 2026, all venues" in about
    assert "Author: Rest & Talk <Ltd>" in about


@pytest.mark.parametrize(
    "query", ["from=2026-10-02&to=2026-10-31", "from=2026-11-01&to=2026-11-30", f"{OCTOBER}&kind=club"]
)
def test_it_comes_for_finished_months_alone_and_says_so(central, kiosk, signed_in, query):
    answer = signed_in.get(f"{central.url}/report.pdf?{query}")

    assert answer.status_code == 400
    assert "whole months that are over" in answer.text


def test_a_period_without_visits_has_nothing_to_share(central, kiosk, signed_in):
    assert signed_in.get(f"{central.url}/report.pdf?{OCTOBER}").status_code == 404


def test_the_page_links_to_the_nearest_finished_months(central, kiosk, signed_in):
    kiosk.visit(central.now - DAY, minutes=60)
    kiosk.push()

    page = signed_in.get(f"{central.url}/?from=2026-11-01&to=2026-11-24").text

    assert f'/report.pdf?{OCTOBER.replace("&", "&amp;")}">PDF for funders, October 2026</a>' in page


@st.composite
def attendance(draw) -> dict[tuple[str, int], int]:
    """People by venue and month."""
    venues, months = draw(st.integers(2, 4)), draw(st.integers(1, 3))
    people = st.one_of(st.integers(0, 12), st.integers(0, 60))
    return {(f"Venue {venue}", month): draw(people) for venue in range(venues) for month in range(months)}


def day_rows(people: dict[tuple[str, int], int]) -> list[AttendanceRow]:
    """A row for each venue's month with anybody."""
    return [
        AttendanceRow(date(2026, 1 + month, 5), venue, 1, count, count, count, 0, 1.0 * count, 0, None)
        for (venue, month), count in people.items()
        if count
    ]


def others(people: dict[tuple[str, int], int], venue: str, hidden: set[str]) -> Iterator[dict[tuple[str, int], int]]:
    """Other attendances, in which this hidden venue has other people, and perhaps one more hidden venue too."""
    own = [cell for cell, count in people.items() if cell[0] == venue and count]
    further = [cell for cell, count in people.items() if cell[0] in hidden - {venue} and count]
    for cell in own:
        for step in (-1, 1, -2, 2, -3, 3, -4, 4):
            changed = {**people, cell: people[cell] + step}
            for other in [None, *further]:
                if other is not None:
                    changed = {**people, cell: people[cell] + step, other: people[other] - step}
                if all(changed[place] > 0 for place in (cell, other) if place is not None):
                    yield changed


@given(attendance())
def test_no_hidden_venue_can_be_had_by_subtraction(people) -> None:
    shown = protect(day_rows(people), SMALLEST)
    hidden = {row.label for row in shown.by_venue if row.values["people"] is None}

    for venue in hidden:
        same = (other for other in others(people, venue, hidden) if protect(day_rows(other), SMALLEST) == shown)
        assert next(same, None) is not None, (venue, people)
