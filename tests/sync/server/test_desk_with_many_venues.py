"""Every report of a large organisation in Chromium: no column is cut off, in no language, and axe finds nothing."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from playwright.sync_api import Page
from sqlalchemy import text

from sync.languages import LANGUAGES
from sync.server.example import service
from sync.server.example.service import SEED, ExampleSize, make_example
from sync.server.example.venues import VENUES
from sync.server.kiosks import repository as kiosk_repository
from sync.server.reports import rollups
from sync.server.reports.registry import REPORTS
from sync.server.web.languages import COOKIE
from tests.support import web_browser

WIDTHS = (360, 1024, 1920)
WITH_MANY_COLUMNS = ("attendance", "capacity")
DAYS = 56  # until today: a whole month and what came before it
OF_A_MONTH = "from=2026-10-01&to=2026-10-31"
LONG = "{}, the community centre by the old lock"
FEWER = 0.2  # of the parties; each is as much larger, so that figures are as long as those of two years
LARGER = 25
GROWN = (
    f"UPDATE visit SET party_size = party_size * {LARGER}, phones = phones * {LARGER}, kept = kept * {LARGER}",
    f"UPDATE session SET capacity = capacity * {LARGER}",
)


@pytest.fixture
def engine() -> str:
    """One engine: the pages look the same on both."""
    return "sqlite"


@pytest.fixture
def organisation(central, monkeypatch) -> None:
    """The example organisation, with longer names, fewer days and larger parties."""
    shrunken = tuple(
        replace(
            venue,
            name=LONG.format(venue.name),
            sessions=tuple(replace(session, usual=session.usual * FEWER) for session in venue.sessions),
        )
        for venue in VENUES
    )
    monkeypatch.setattr(service, "VENUES", shrunken)
    make_example(central.ledger, ExampleSize(days=DAYS), SEED, lambda _: None)
    with central.store.writing() as connection:
        for statement in GROWN:
            connection.execute(text(statement))
    venues = kiosk_repository.venues(central.store, central.scope)
    assert len(venues) == 12
    while rollups.refresh(central.store, venues, central.now):
        pass


@pytest.fixture
def desk(central, organisation) -> Iterator[Page]:
    """A browser's page, in which somebody has signed in by a one-time link."""
    with web_browser.chromium() as browser:
        page = browser.new_page()
        page.goto(central.link())
        page.fill("#login", "ada")
        page.fill("#password", uuid4().hex)
        page.press("#password", "Enter")
        page.wait_for_url("**/today")
        yield page


def test_every_report_of_twelve_venues_is_whole(central, desk):
    wrong = []
    for report in REPORTS:
        address = f"/?report={report.identifier}&{OF_A_MONTH}"
        answer = desk.goto(central.url + address)
        assert answer is not None and answer.ok, f"{address}: {answer and answer.status}"
        assert desk.locator(".answer").count() == 1, f"{address} has no figures"
        for width in WIDTHS:
            wrong += [f"{address} at {width}: {part} is too wide" for part in web_browser.overflowing(desk, width)]
            wrong += [f"{address} at {width}: {violation}" for violation in web_browser.axe_violations(desk)]
    for language in LANGUAGES:
        desk.context.add_cookies([{"name": COOKIE, "value": language, "url": central.url}])
        for report in WITH_MANY_COLUMNS:
            desk.goto(f"{central.url}/?report={report}&{OF_A_MONTH}")
            for width in WIDTHS:
                parts = web_browser.overflowing(desk, width)
                wrong += [f"{report} in {language} at {width}: {part} is too wide" for part in parts]
    assert not wrong, "\n".join(wrong)
