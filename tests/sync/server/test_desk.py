"""Every page of the coordinator's desk in Chromium, by the routes: axe, width, zoom and keyboard, with data."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from sync.domain.events import PulseGiven, SessionOpened, SessionPlanned, VisitCheckedIn, VisitCheckedOut
from sync.server import tables
from sync.server.app import PAGES
from sync.server.auth import invitations
from sync.server.planning import service as planning_service
from sync.server.reports import saved_reports, shared_links
from sync.server.reports.base import ReportFilters
from sync.server.reports.registry import REPORTS
from sync.server.reports.saved_reports import SavedChoice
from sync.server.reports.shared_content import MadeBy
from sync.server.reports.shared_reports import share_report
from sync.server.reports.terms import add_term, read_terms
from sync.server.today.pages import REFRESH_S
from sync.server.web import i18n
from sync.server.web.languages import COOKIE
from tests.support import web_browser
from tests.support.bracketed_texts import BracketCatalogue, words_outside

WIDTHS = (320, 360, 640, 1024, 1280, 1560, 1920)  # 320: 400 % of 1,280 pixels; 640: 200 %
HOUR = 60 * 60_000
PARAMETER = re.compile(r"{(\w+)[^}]*}")
SHOWN = """() => [...document.querySelectorAll('main, header, .skip')].map((part) => {
  const copy = part.cloneNode(true);
  const others = 'noscript, script, option[value], input, datalist, svg, code';
  for (const other of copy.querySelectorAll(others)) other.remove();
  const labels = [...part.querySelectorAll('[aria-label]')].map((one) => one.getAttribute('aria-label'));
  return [copy.textContent, ...labels].join('\\n');
}).join('\\n')"""
NAMES = "|".join(
    map(
        re.escape,
        (
            "Mill café", "Library East, the reading room upstairs", "Hall", "Back room", "Main room", "Quiet evening",
            "Book club", "Hearth", "Amsterdam", "London", "Europe/", "UTC", "ada", "grace", "CSV", "JSON", "Excel",
            "Parquet", "PDF", "The last month of everything that we do", "The last month", "quiet 60, talk 30",
        ),
    )
)  # fmt: skip
SHARED = re.compile(r"/shared/|/shared-links/[0-9a-f-]{36}")
DOWNLOADS = re.compile(r"/static/|\.(csv|json|xlsx|parquet|pdf|ics|svg|js)$|/published/")


def page_paths() -> list[str]:
    """The patterns of all pages, whatever module they are in."""
    routes = [route for module in PAGES for route in module.router.routes]
    paths = {route.path for route in routes if "GET" in route.methods and not DOWNLOADS.search(route.path)}
    return sorted(paths)


def addresses(examples: Mapping[str, str]) -> Iterator[str]:
    """An address of each page."""
    for path in page_paths():
        missing = [name for name in PARAMETER.findall(path) if name not in examples]
        assert not missing, f"{path}: add an example of {missing} in this test"
        yield PARAMETER.sub(lambda match: examples[match[1]], path)
    yield from (f"/?report={report.identifier}" for report in REPORTS)
    yield "/saved?from=2026-10-01&to=2026-10-31"
    yield "/shared-links/new?from=2026-09-01&to=2026-10-31"
    yield "/shared-links/new?from=2026-10-01&to=2026-10-31"


@pytest.fixture
def engine() -> str:
    """One engine: the pages look the same on both."""
    return "sqlite"


@pytest.fixture
def examples(central) -> dict[str, str]:
    """A server with something of everything; what the addresses of its pages need."""
    mill, east = central.kiosk("Mill café", "Hall"), central.kiosk("Library East, the reading room upstairs")
    central.code("Mill café", "Back room", "Europe/Amsterdam")
    for kiosk in (mill, east):
        session = uuid4()
        opened = SessionOpened(
            zone=kiosk.identity["zone"]["id"],
            title="Quiet evening",
            session_kind="event",
            planned_end=central.now - HOUR,
            capacity=30,
        )
        kiosk.write(session, opened, central.now - 3 * HOUR)
        arrived = VisitCheckedIn(session=session, party_size=3, phones=2, kept=1)
        kiosk.write(uuid4(), arrived, central.now - 2 * HOUR)
        kiosk.visit(central.now - 30 * HOUR, minutes=60)
        write_last_month(central, kiosk)
        assert kiosk.push().status_code == 200
    mill.beat(devices={"printer": "paper_out"})
    with central.store.reading() as connection:
        venue, zone = connection.execute(
            select(tables.zone.c.venue, tables.zone.c.id).order_by(tables.zone.c.id)
        ).first()
    planned = SessionPlanned(
        zone=str(zone),
        title="Book club",
        session_kind="club",
        planned_start=central.now + 5 * HOUR,
        planned_end=central.now + 7 * HOUR,
    )
    session = planning_service.plan(central.ledger, venue, planned)
    invitations.invite(central.store, central.now, "grace")
    made = MadeBy(central.scope.organisation, "ada", central.now)
    shared = share_report(central.store, central.inventory, ReportFilters(date(2026, 10, 1), date(2026, 10, 31)), made)
    choice = SavedChoice(REPORTS[0], ReportFilters(date(2026, 10, 1), date(2026, 10, 31)), "last_month")
    saved_reports.save(central.store, central.scope, "The last month of everything that we do", choice, central.now)
    add_term(central.store, "The last month", date(2026, 10, 1), date(2026, 10, 31), central.now)
    (saved,) = saved_reports.listed(central.store, central.inventory, read_terms(central.store))
    return {
        "saved_id": str(saved.id),
        "venue": str(venue),
        "zone": str(zone),
        "kiosk": mill.identity["kiosk"],
        "session": str(session),
        "report_id": str(shared.id),
        "shared_token": shared_links.make_link(central.store, central.scope, shared, made, 30),
    }


def write_last_month(central, kiosk) -> None:
    """Enough visits with passes and moods that protected reports show them."""
    for number in range(12):
        at, visit = central.now - 30 * 24 * HOUR + number * HOUR, uuid4()
        kiosk.write(visit, VisitCheckedIn(session=uuid4(), party_size=2, phones=1, pass_=f"{number:032}"), at)
        kiosk.write(visit, PulseGiven("before", 2 + number % 2), at)
        kiosk.write(visit, PulseGiven("after", 4), at + HOUR)
        kiosk.write(visit, VisitCheckedOut(), at + HOUR)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all tests here."""
    with web_browser.chromium() as browser:
        yield browser


@pytest.fixture
def desk(central, chromium) -> Iterator[Page]:
    """A browser's page, in which somebody has signed in by a one-time link."""
    page = chromium.new_page()
    page.goto(central.link())
    page.fill("#login", "ada")
    page.fill("#password", uuid4().hex)
    page.press("#password", "Enter")
    page.wait_for_url("**/today")
    yield page
    page.close()


@pytest.fixture
def pages(central, examples, desk) -> list[str]:
    """An address of each page, all of which have something to show."""
    with central.store.reading() as connection:
        account = connection.execute(select(tables.account.c.id)).scalar_one()
    desk.goto(f"{central.url}/kiosks/pair")
    desk.click("button.main")
    code = desk.url.rpartition("/")[2]
    examples |= {
        "account_id": str(account),
        "code": code,
        "token": invitations.create_invitation(central.store, central.now),
    }
    return list(addresses(examples))


def test_every_page_suits_every_window_scheme_and_hand(central, pages, desk):
    wrong = []
    for address in pages:
        answer = desk.goto(central.url + address)
        assert answer is not None and answer.ok, f"{address}: {answer and answer.status}"
        assert "text/html" in answer.headers["content-type"], f"{address} is no page: add it to DOWNLOADS"
        for width in WIDTHS:
            wrong += [f"{address} at {width}: {part} is too wide" for part in web_browser.overflowing(desk, width)]
        for scheme, width in (("light", 1024), ("dark", 360)):
            web_browser.show_as(desk, scheme, width)
            wrong += [f"{address}, {scheme}, {violation}" for violation in web_browser.axe_violations(desk)]
        wrong += [f"{address}: Tab does not reach {element}" for element in web_browser.unreachable(desk)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["de", "ar"])  # the longest words, and the other direction
def test_every_page_suits_other_languages(central, pages, desk, language):
    desk.context.add_cookies([{"name": COOKIE, "value": language, "url": central.url}])
    wrong = []
    for address in pages:
        desk.goto(central.url + address)
        assert desk.evaluate("document.documentElement.lang") == language, address
        for width in (360, 820, 1024, 1280, 1800, 1920):
            wrong += [f"{address} at {width}: {part} is too wide" for part in web_browser.overflowing(desk, width)]
    desk.goto(central.url)
    wrong += web_browser.axe_violations(desk)
    assert not wrong, "\n".join(wrong)


def test_every_text_is_looked_up_in_the_readers_catalogue(central, pages, desk, monkeypatch):
    monkeypatch.setattr(i18n, "_catalogue", lambda code: BracketCatalogue())
    desk.context.add_cookies([{"name": COOKIE, "value": "de", "url": central.url}])
    wrong = []
    for address in pages:
        if SHARED.search(address):  # whose texts were stored before
            continue
        desk.goto(central.url + address)
        text = desk.title() + "\n" + desk.evaluate(SHOWN)
        wrong += [f"{address}: {word}" for word in words_outside(text, NAMES)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_the_page_that_comes_before_a_pdf_suits_every_window(central, kiosk, desk, language):
    write_last_month(central, kiosk)
    kiosk.push()
    desk.context.add_cookies([{"name": COOKIE, "value": language, "url": central.url}])

    answer = desk.goto(f"{central.url}/report.pdf?from=2026-10-01&to=2026-10-31")

    assert answer is not None and answer.status == 409
    wrong = [part for width in WIDTHS for part in web_browser.overflowing(desk, width)]
    assert wrong + web_browser.axe_violations(desk) + web_browser.unreachable(desk) == []


@dataclass(frozen=True)
class WrongForm:
    """A form that is sent with a text that none of its fields can be; ``fields``: by name."""

    address: str
    action: str
    fields: Mapping[str, str]


WRONG_FORMS = (
    WrongForm("/plan/{venue}/new", "", {"title": "", "capacity": "x", "rhythm": "x"}),
    WrongForm("/calendars/{venue}", "/calendars/{venue}", {"address": "x", "name": ""}),
    WrongForm("/venues/{venue}", "/venues/{venue}", {"name": "", "pouches": "x", "lockers": "x"}),
    WrongForm("/venues/{venue}", "/venues/{venue}/zones", {"zone": ""}),
    WrongForm("/venues/new", "/venues/new", {"name": "", "zone": ""}),
    WrongForm("/terms", "/terms", {"name": "", "first": "x", "last": ""}),
    WrongForm("/account", "/account/password", {"password": "x", "new": "y"}),
    WrongForm("/saved", "/saved/{saved_id}/rename", {"name": " "}),
    WrongForm("/?from=2026-10-01&to=2026-10-31", "/", {"from": "x", "to": "y"}),
)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ar", "dark")])
def test_errors_beside_fields_suit_every_window(central, examples, desk, language, scheme):
    desk.context.add_cookies([{"name": COOKIE, "value": language, "url": central.url}])
    wrong = []
    for form in WRONG_FORMS:
        desk.goto(central.url + form.address.format_map(examples))
        sent = desk.locator("main form").filter(has=desk.locator(f"[name={next(iter(form.fields))}]"))
        if form.action:
            sent = desk.locator(f"main form[action='{form.action.format_map(examples)}']")
        for name, text in form.fields.items():
            sent.locator(f"[name={name}]").fill(text)
        sent.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
        desk.locator("main [aria-invalid]").first.wait_for()
        for width in WIDTHS:
            wrong += [f"{form.action} at {width}: {part}" for part in web_browser.overflowing(desk, width)]
        web_browser.show_as(desk, scheme, 1024)
        wrong += [f"{form.action}: {violation}" for violation in web_browser.axe_violations(desk)]
        wrong += [f"{form.action}: {name} looks valid" for name in web_browser.unmarked_errors(desk)]
    assert not wrong, "\n".join(wrong)


def test_every_button_has_an_edge_in_forced_colours(central, pages, desk):
    desk.emulate_media(forced_colors="active")
    wrong = []
    for address in pages:
        desk.goto(central.url + address)
        wrong += [f"{address}: {element}" for element in web_browser.without_edge(desk)]
    assert not wrong, "\n".join(wrong)


def words_by_place(document: bytes, path: Path) -> Iterator[tuple[int, str, tuple[float, ...]]]:
    """Each word of a PDF with its page and its box: left, top, right, bottom."""
    path.write_bytes(document)
    output = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True).stdout
    for number, page in enumerate(output.split("<page ")[1:], 1):
        for *box, word in re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', page):
            yield number, word, tuple(map(float, box))


def test_nothing_is_printed_over_anything_else(central, pages, desk, tmp_path):
    wrong = []
    for address in pages:
        desk.goto(central.url + address)
        words = list(words_by_place(desk.pdf(format="A4"), tmp_path / "printed.pdf"))
        for (number, word, box), (other_number, other, other_box) in combinations(words, 2):
            across = min(box[2], other_box[2]) - max(box[0], other_box[0])
            down = min(box[3], other_box[3]) - max(box[1], other_box[1])
            height = min(box[3] - box[1], other_box[3] - other_box[1])
            if number == other_number and across > 2 and down > height / 2:
                wrong.append(f"{address}, page {number}: “{word}” and “{other}”")
    assert not wrong, "\n".join(wrong)


def test_a_printed_report_says_what_its_figures_are(central, examples, desk, tmp_path):
    desk.goto(f"{central.url}/?from=2026-10-01&to=2026-10-31")

    words = [word for _, word, _ in words_by_place(desk.pdf(format="A4"), tmp_path / "printed.pdf")]

    assert "Show" not in words
    assert "Check-ins on the day, each of one party" in " ".join(words)


@pytest.mark.parametrize(("width", "columns"), [(320, 2), (360, 2), (820, 3)])
def test_a_row_of_a_table_has_columns_that_hold_its_words(central, examples, desk, width, columns):
    desk.set_viewport_size({"width": width, "height": 800})
    desk.goto(f"{central.url}/venues")

    row = desk.locator("tbody tr").first

    assert len(row.evaluate("row => getComputedStyle(row).gridTemplateColumns").split()) == columns


def test_labels_of_pictures_are_read_from_their_own_end(central, examples, desk):
    desk.context.add_cookies([{"name": COOKIE, "value": "ar", "url": central.url}])
    desk.goto(f"{central.url}/?report=stays&from=2026-10-01&to=2026-10-31")

    labels = desk.locator(".pictures .wide text").filter(has_text=re.compile(r"^15 "))
    first, last = labels.first.evaluate(
        "text => [0, text.getNumberOfChars() - 1].map(place => text.getStartPositionOfChar(place).x)"
    )

    assert first > last, labels.first.text_content()  # “15” is at the right


def test_fields_of_latin_names_are_read_from_the_left_in_arabic(central, pages, desk):
    desk.context.add_cookies([{"name": COOKIE, "value": "ar", "url": central.url}])
    wrong = []
    for address in pages:
        desk.goto(central.url + address)
        fields = desk.locator("main input:not([hidden], [type=hidden], [type=checkbox], [type=radio])").all()
        for field in (field for field in fields if re.match("[A-Za-z]", field.input_value())):
            if field.evaluate("field => getComputedStyle(field).direction") == "rtl":
                wrong.append(f"{address}: {field.input_value()}")
    assert not wrong, "\n".join(wrong)


def open_session(central, kiosk, title: str) -> None:
    opened = SessionOpened(zone=kiosk.identity["zone"]["id"], title=title, session_kind="event")
    kiosk.write(uuid4(), opened, central.now)
    assert kiosk.push().status_code == 200


def test_today_renews_itself_until_it_is_held(central, kiosk, desk):
    desk.clock.install()
    desk.goto(f"{central.url}/today")
    open_session(central, kiosk, "Quiet evening")
    desk.clock.run_for(REFRESH_S * 1000)
    desk.get_by_text("Quiet evening").wait_for()

    desk.get_by_role("button", name="Hold still").click()
    open_session(central, kiosk, "Book club")
    desk.clock.run_for(REFRESH_S * 2000)
    assert not desk.get_by_text("Book club").count()

    desk.get_by_role("button", name=f"Renew every {REFRESH_S} seconds").click()
    desk.get_by_text("Book club").wait_for()
