"""The funder's PDF: what another reader finds in it, and what nobody can find out from it."""

import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

import pytest
import requests
from msgspec import structs
from sqlalchemy import select

from sync.domain.events import VisitCheckedIn, VisitCheckedOut
from sync.server import tables
from sync.server.kiosks import repository
from sync.server.organisation import rename_organisation
from sync.server.reports import rollups
from sync.server.reports.base import ReportFilters
from sync.server.reports.funder_report import FunderReport, ProtectedFigures
from sync.server.reports.pdf import to_pdf
from sync.server.reports.protected_months import month_number
from sync.server.reports.protected_sums import ProtectedMonth, ProtectedSums
from sync.server.reports.shared_reports import protected_figures
from sync.server.web.days import read_day
from sync.server.web.languages import COOKIE

HOUR = 60 * 60_000
DAY = 24 * HOUR
OCTOBER = "from=2026-10-01&to=2026-10-31"
SMALLEST = 10
FIGURE_HEIGHT = 18  # points, more than those of other text


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

    answer = fixed_pdf(central, signed_in)

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


def test_the_first_figure_is_at_the_right_in_arabic(central, kiosk, signed_in, tmp_path):
    visit_of_october(central, kiosk)
    signed_in.cookies.set(COOKIE, "ar")

    boxes = read("pdftotext", fixed_pdf(central, signed_in).content, tmp_path / "a.pdf", "-bbox")

    words = re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax=".*?" yMax="(.*?)">(.*?)</word>', boxes)
    figures = [
        (float(top), float(left), word)
        for left, top, bottom, word in words
        if float(bottom) - float(top) > FIGURE_HEIGHT and (word.isdecimal() or word == "–")
    ]
    first_row = [(left, word) for top, left, word in figures if top < min(figures)[0] + FIGURE_HEIGHT]
    assert [word for _, word in sorted(first_row, reverse=True)] == ["–", "10", "35"]  # sessions, visits, people


def fixed_pdf(central, browser, query: str = OCTOBER) -> requests.Response:
    """The PDF of figures that may still change."""
    return browser.post(f"{central.url}/report.pdf?{query}", timeout=60)


def pdf_text(central, browser, path: Path, query: str = OCTOBER) -> str:
    """What is in the PDF of final figures."""
    answer = browser.get(f"{central.url}/report.pdf?{query}", timeout=60)
    assert answer.status_code == 200, answer.text
    return " ".join(read("pdftotext", answer.content, path / "a.pdf", "-layout").split())


def visit_of_october(central, kiosk) -> None:
    """Enough that there is something to share."""
    for number in range(12):
        come(kiosk, central.now - 40 * DAY + number * HOUR, 3)
    assert kiosk.push().status_code == 200


def test_the_organisations_name_is_at_the_head_and_in_the_properties(central, kiosk, signed_in, tmp_path):
    visit_of_october(central, kiosk)

    def made(query: str) -> tuple[str, str]:
        answer = fixed_pdf(central, signed_in, query)
        about = read("pdfinfo", answer.content, tmp_path / "a.pdf")
        return read("pdftotext", answer.content, tmp_path / "a.pdf"), " ".join(about.split())

    text, about = made(OCTOBER)
    assert text.startswith("Phone-free time") and "Title: Phone-free time, October 2026, all venues" in about
    assert "Author: Hearth" in about

    rename_organisation(central.store, "Rest & Talk <Ltd>")
    text, about = made(f"{OCTOBER}&venue=Mill+café")
    assert text.split("\n\n")[:2] == ["Rest & Talk <Ltd>", "Phone-free time\n1 Oct 2026 – 31 Oct 2026, Mill café"]
    assert "Title: Rest & Talk <Ltd>: Phone-free time, October 2026, Mill café" in about
    assert "Author: Rest & Talk <Ltd>" in about
    assert made(OCTOBER)[0].startswith("Phone-free time"), "a document stays as it was"


CHOICES = {
    "from=2026-10-02&to=2026-10-31": {"from": "begins on the first day of one, such as 1 Oct 2026"},
    "from=2026-10-01&to=2026-10-30": {"to": "ends on the last day of one, such as 31 Oct 2026"},
    "from=2026-11-01&to=2026-11-30": {
        "from": "of months that are over, October 2026 at the latest",
        "to": "of months that are over: it ends on 31 Oct 2026 at the latest",
    },
    f"{OCTOBER}&kind=club": {"kind": "of all kinds of sessions"},
    f"{OCTOBER}&venue=Mill+café&zone=Main+room": {"zone": "not of one zone"},
    f"{OCTOBER}&venue=Library+East&venue=Mill+café": {"venue": "not of several"},
    f"{OCTOBER}&venue=Mil+cafe": {"venue": "did you mean “Mill café”"},
}


@pytest.mark.parametrize("query", CHOICES)
def test_a_wrong_choice_stands_beside_its_field_and_the_others_are_kept(central, kiosk, signed_in, query):
    central.code("Library East")
    address = f"{central.url}/report.pdf?{query}&report=stays"
    answer = signed_in.get(address)
    as_program = signed_in.get(address, headers={"Accept": "application/json"})

    assert answer.status_code == as_program.status_code == 400
    shown = re.findall(r'<p class="error" id="error-(\w+)" role="alert">([^<]*)</p>', answer.text)
    assert [field for field, _ in shown] == list(CHOICES[query])
    for field, sentence in shown:
        assert CHOICES[query][field] in sentence and sentence in as_program.json()["detail"]
    chosen = dict(parse_qsl(query))
    venues = [unescape(name) for name in re.findall(r'name="venue" value="([^"]*)" checked', answer.text)]
    selected = {unescape(text) for text in re.findall(r"<option [^>]*selected>([^<]*)</option>", answer.text)}
    assert "Length of stay" in selected
    assert chosen.get("kind", "").capitalize() in selected | {""}
    assert venues == [name for field, name in parse_qsl(query) if field == "venue" and name != "Mil cafe"]
    for name in ("from", "to"):
        value = re.search(rf'name="{name}" value="([^"]*)"', answer.text)[1]
        assert read_day(value) == date.fromisoformat(chosen[name])
    assert "zone" not in chosen or f'name="zone" value="{chosen["zone"]}"' in answer.text
    is_nearest_shown = "The nearest is" in answer.text
    assert is_nearest_shown == ("Mil+cafe" not in query)


def test_a_period_without_visits_has_nothing_to_share(central, kiosk, signed_in):
    answer = signed_in.get(f"{central.url}/report.pdf?{OCTOBER}")

    assert answer.status_code == 404
    assert "there is nothing to share.</p>" in answer.text and 'value="1 Oct 2026"' in answer.text
    assert "The nearest is" not in answer.text


TAGS = re.compile(r"<[^>]+>")


def missing(central, browser, query: str = OCTOBER) -> str:
    """What the page says that comes instead of the PDF while figures may change."""
    answer = browser.get(f"{central.url}/report.pdf?{query}", timeout=60)
    assert answer.status_code == 409 and "Make the PDF as it is" in answer.text
    return " ".join(unescape(TAGS.sub(" ", answer.text)).split()).partition("may still change ")[2]


def test_it_says_up_to_when_kiosks_have_reported_and_what_is_not_final(central, kiosk, signed_in, tmp_path):
    central.code("Kyoto house", "Hall", "Asia/Tokyo")
    tokyo = central.kiosk("Kyoto house", "Hall")
    visit_of_october(central, kiosk)
    first = "Not complete: no kiosk has reported past the end of this period. Silent: "
    assert missing(central, signed_in).startswith(first + "Kyoto house, Hall (never reported); Mill café")

    kiosk.beat()
    sentences = missing(central, signed_in)
    assert sentences.startswith(
        "Not complete: reported up to 24 Nov 2026 08:00 (UTC) by 1 of 2 kiosks. "
        "Silent: Kyoto house, Hall (never reported)."
    )
    assert "Not final" not in sentences

    come(tokyo, central.now - 40 * DAY, 2)
    tokyo.write(uuid4(), VisitCheckedIn(session=uuid4(), party_size=1, phones=1), central.now - 30 * DAY)
    unknown = tokyo.write(uuid4(), VisitCheckedOut(), central.now - 30 * DAY)
    tokyo.written[-1] = structs.replace(unknown, kind="visit.weighed")
    tokyo.push()
    tokyo.beat()
    sentences = pdf_text(central, signed_in, tmp_path)
    assert "Complete: every kiosk has reported past the end of this period. Not final: some visits" in sentences
    assert "Not final: some of what kiosks have sent can’t be read yet and is in no figure." in sentences
    assert "Silent" not in sentences


def test_a_day_that_was_computed_again_says_when_the_figures_changed(central, kiosk, signed_in, tmp_path):
    visit_of_october(central, kiosk)
    kiosk.beat()
    rollups.refresh(central.store, repository.venues(central.store, central.scope), central.now)

    assert "The figures last changed on 24 Nov 2026 08:00." in pdf_text(central, signed_in, tmp_path)


def test_figures_that_may_change_are_fixed_on_purpose_only(central, kiosk, signed_in, tmp_path):
    visit_of_october(central, kiosk)
    as_program = signed_in.get(f"{central.url}/report.pdf?{OCTOBER}", headers={"Accept": "application/json"})
    assert as_program.status_code == 409 and "not final" in as_program.json()["detail"]
    assert missing(central, signed_in)
    with central.store.reading() as connection:
        assert connection.execute(select(tables.shared_month)).all() == []

    fixed = fixed_pdf(central, signed_in)

    assert fixed.headers["Content-Type"] == "application/pdf"
    assert "People – 10 35" in pdf_text(central, signed_in, tmp_path)


def test_papers_agree_and_late_facts_change_none(central, kiosk, signed_in, tmp_path):
    """A year, its months and another language: nothing to subtract."""
    for day in (80, 50, 20):  # 5 September, 5 October, 4 November
        for number in range(12):
            come(kiosk, central.now - day * DAY + number * HOUR, 3)
    kiosk.push()
    kiosk.beat()
    both, september = "from=2026-09-01&to=2026-10-31", "from=2026-09-01&to=2026-09-30"

    before = pdf_text(central, signed_in, tmp_path, both)
    come(kiosk, central.now - 79 * DAY, 40)
    kiosk.push()
    kiosk.beat()

    assert "September 2026 – 10 35 35 – 35 h October 2026 – 10 35 35 – 35 h" in before
    assert pdf_text(central, signed_in, tmp_path, both) == before
    of_september = pdf_text(central, signed_in, tmp_path, september)
    assert "People – 10 35" in of_september
    assert "Some of these months were shared before: their figures are the ones of that day." in of_september
    signed_in.headers["Accept-Language"] = "de"
    german = pdf_text(central, signed_in, tmp_path, both)
    assert "September 2026 – 10 35 35 – 35" in german and "Oktober 2026 – 10 35 35 – 35" in german


def test_the_page_and_a_link_of_a_period_show_the_same_document(central, kiosk, signed_in, tmp_path):
    visit_of_october(central, kiosk)
    kiosk.beat()
    made = signed_in.post(f"{central.url}/shared-links/new?{OCTOBER}", data={"incomplete": "yes"}, timeout=60)
    address = central.url + re.search(r"/shared/[\w-]{43}(?=<)", made.text)[0]
    come(kiosk, central.now - 40 * DAY, 40)
    kiosk.push()

    shared = requests.get(f"{address}/report.pdf", timeout=60)

    ours = signed_in.get(f"{central.url}/report.pdf?{OCTOBER}", timeout=60)
    assert read("pdftotext", shared.content, tmp_path / "a.pdf") == read("pdftotext", ours.content, tmp_path / "a.pdf")


def test_the_page_links_to_the_nearest_finished_months(central, kiosk, signed_in):
    kiosk.visit(central.now - DAY, minutes=60)
    kiosk.push()

    page = signed_in.get(f"{central.url}/?from=2026-11-01&to=2026-11-24").text

    assert f'/report.pdf?{OCTOBER.replace("&", "&amp;")}">PDF for funders, October 2026</a>' in page


LONG = (  # Arabic without ligatures, whose letters poppler gives back in the wrong order
    "W" * 80,  # no place to break it
    "The house of the long evenings by the old lock, upstairs behind the willow trees",
    "مركز المدينة للقراءة والراحة",
    "بيت الحي القديم عند النهر الطويل عند الطابق العلوي خلف المكتبة العامة وقرب حديقة",
)
MARGIN, WIDTH, HEIGHT = 16 / 25.4 * 72, 595.3, 841.9  # of A4, in points
WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">([^<]*)</word>')


def figures_of(names: Sequence[str], months: Sequence[date]) -> ProtectedFigures:
    """Every venue's month has the same figures."""
    venues = {UUID(int=number): name for number, name in enumerate(names)}
    counts = {"sessions": 40, "visits": 800, "people": 1234, "phones": 1000, "kept": 20, "phone_free_hours": 2345}
    cells = {
        (venue, month_number(month)): ProtectedMonth(venue, month_number(month), SMALLEST, {**counts, "answers": 0}, {})
        for venue in venues
        for month in months
    }
    return protected_figures(ProtectedSums(cells, [], SMALLEST), venues)


def letters(text: str) -> str:
    """Without spaces, line breaks and marks of direction, in the letters that were typed."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in plain if unicodedata.category(letter)[0] not in "ZC")


def check_whole(made: bytes, path: Path, names: Iterable[str]) -> int:
    """Every name is in the PDF, no word is outside the margins, each page states its number; returns how many."""
    pages = read("pdftotext", made, path).split("\f")[:-1]
    everything = letters("".join(pages))
    assert [name for name in names if letters(name) not in everything] == []
    outside = [
        word
        for left, top, right, bottom, word in WORD.findall(read("pdftotext", made, path, "-bbox"))
        if float(left) < MARGIN - 1 or float(right) > WIDTH - MARGIN + 1 or float(top) < 0 or float(bottom) > HEIGHT
    ]
    assert outside == []
    assert f"Pages: {len(pages)}" in " ".join(read("pdfinfo", made, path).split())
    for number, page in enumerate(pages, 1):
        assert f"{number}/{len(pages)}" in page.replace(" ", "")
    return len(pages)


def test_forty_venues_and_three_years_are_all_in_it(tmp_path):
    names = [*(f"Venue {number:02}" for number in range(36)), *LONG]
    months = [date(year, month, 1) for year in (2023, 2024, 2025) for month in range(1, 13)]
    assert sum(len(name) == 80 for name in LONG) == 3 and len(names) == 40
    figures = figures_of(names, months)
    filters = ReportFilters(date(2023, 1, 1), date(2025, 12, 31))

    made = to_pdf(FunderReport(filters, ["Complete."], figures, []), date(2026, 1, 5))

    of_months = [f"{month:%B %Y}" for month in months]
    assert check_whole(made, tmp_path / "a.pdf", [*names, *of_months]) == 3
    lines = read("pdftotext", made, tmp_path / "a.pdf", "-layout").splitlines()
    whole = [" ".join(line.split()) for line in lines]
    cells = "1,440 28,800 44,425 36,000 720 84,420 h"
    assert sum(line.endswith(cells) for line in whole) == 40  # every column of every venue


@pytest.mark.parametrize("name", LONG)
def test_a_long_name_is_whole_at_the_head_and_foot(name, tmp_path):
    filters = ReportFilters(date(2026, 9, 1), date(2026, 10, 31), name)
    figures = figures_of([name], [date(2026, 9, 1), date(2026, 10, 1)])

    made = to_pdf(FunderReport(filters, ["Complete."], figures, [], name), date(2026, 11, 24))

    assert check_whole(made, tmp_path / "a.pdf", [name]) == 1
    everything = letters(read("pdftotext", made, tmp_path / "a.pdf"))
    assert everything.count(letters(name)) == 3  # the organisation's, the venue's, and at the foot
    assert "IBM-Plex-Sans-Arabic" in read("pdffonts", made, tmp_path / "a.pdf") or name.isascii()
