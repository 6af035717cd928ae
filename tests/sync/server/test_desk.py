"""Every page of the coordinator's desk in Chromium, by the routes: axe, width, zoom and keyboard, with data."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
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
        for width in (360, 1024, 1920):
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
