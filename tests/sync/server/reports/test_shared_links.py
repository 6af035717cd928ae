"""Links to shared reports: a link shows an unchanging stored report until it expires or is revoked."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID, uuid4

import pytest
import requests
from sqlalchemy import select, update

from sync.domain.events import PulseGiven, VisitCheckedIn, VisitCheckedOut
from sync.ledger import tables as ledger_tables
from sync.server import tables
from sync.server.auth.pages import LINKS
from sync.server.auth.scope import Permission, Scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.inventory import read_inventory
from sync.server.reports import shared_links, shared_reports
from sync.server.reports.base import ReportFilters
from sync.server.reports.shared_content import MadeBy
from sync.server.reports.shared_pages import PDFS
from sync.server.reports.shared_reports import NotFinal, SharingRefused, share_report

HOUR = 60 * 60_000
DAY = 24 * HOUR
OCTOBER = "from=2026-10-01&to=2026-10-31"
SEPTEMBER_TO_OCTOBER = "from=2026-09-01&to=2026-10-31"
LINK = re.compile(r"/shared/[\w-]{43}(?=<)")
CELLS = re.compile(r"<[^>]+>")


def come(kiosk, at: int, people: int, pass_: str | None = None) -> None:
    visit = uuid4()
    kiosk.write(visit, VisitCheckedIn(session=uuid4(), party_size=people, phones=people, pass_=pass_), at)
    kiosk.write(visit, PulseGiven("before", 2), at)
    kiosk.write(visit, PulseGiven("after", 4), at + HOUR)
    kiosk.write(visit, VisitCheckedOut(), at + HOUR)


@pytest.fixture
def october(central, kiosk):
    """A venue in October: twelve parties of three."""
    for number in range(12):
        come(kiosk, central.now - 40 * DAY + number * HOUR, 3, f"{number:032}")
    kiosk.push()
    kiosk.beat(reported_up_to=central.now)
    return kiosk


@pytest.fixture
def stranger():
    """A browser without an account."""
    with requests.Session() as session:
        session.headers.update({"Accept": "text/html"})
        yield session


def make(central, browser, query: str = OCTOBER, **fields: str) -> requests.Response:
    data = {"incomplete": "yes", **fields}
    return browser.post(f"{central.url}/shared-links/new?{query}", data=data, timeout=60)


def link(central, browser, query: str = OCTOBER, **fields: str) -> str:
    """The address of a new link."""
    return central.url + LINK.search(make(central, browser, query, **fields).text)[0]


def text(answer: requests.Response) -> str:
    assert answer.status_code == 200, answer.text
    return " ".join(CELLS.sub(" ", answer.text).split())


def test_whoever_has_the_link_reads_the_report(central, october, signed_in, stranger):
    address = link(central, signed_in)

    shown = stranger.get(address, timeout=60)

    assert "October 2026, all venues" in text(shown) and "People 35 each time they came" in text(shown)
    assert "About 10 different people" in text(shown) and "People felt better" in text(shown)
    assert "<nav" not in shown.text and "/kiosks" not in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in shown.headers["X-Robots-Tag"]


def test_the_same_as_a_pdf(central, october, signed_in, stranger):
    paper = stranger.get(f"{link(central, signed_in)}/report.pdf", timeout=60)

    assert paper.status_code == 200 and paper.content.startswith(b"%PDF")
    assert paper.headers["Referrer-Policy"] == "no-referrer" and paper.headers["Cache-Control"] == "no-store"


def test_what_was_shared_stays_as_it_was(central, october, signed_in, stranger):
    late = central.kiosk("Late library")
    first = link(central, signed_in)
    before = text(stranger.get(first, timeout=60))
    for kiosk in (october, late):
        for number in range(20):
            come(kiosk, central.now - 41 * DAY + number * HOUR, 5)
        kiosk.push()

    assert text(stranger.get(first, timeout=60)) == before
    assert text(stranger.get(link(central, signed_in), timeout=60)) == before
    longer = text(stranger.get(link(central, signed_in, SEPTEMBER_TO_OCTOBER), timeout=60))
    assert "People 35 each time they came" in longer and "Some of these months were shared before" in longer
    assert "another document says it of a period that overlaps" in longer


def test_only_the_hash_of_a_token_is_stored(central, october, signed_in):
    token = link(central, signed_in).rpartition("/")[2]

    with central.store.reading() as connection:
        rows = repr([connection.execute(select(table)).all() for table in ledger_tables.metadata.sorted_tables])
    assert token not in rows
    assert "not shown again" in signed_in.get(f"{central.url}/shared-links/made", timeout=60).text


@pytest.mark.parametrize("days", [7, 30, 90, 365])
def test_a_link_expires(central, october, signed_in, stranger, days):
    address = link(central, signed_in, days=str(days))
    central.clock.jump(days * DAY - 1)
    assert stranger.get(address, timeout=60).status_code == 200

    central.clock.jump(1)

    assert stranger.get(address, timeout=60).status_code == 404


def test_a_link_ends_after_thirty_days_without_a_choice(central, october, signed_in):
    link(central, signed_in, days="forever")

    (made,) = shared_links.listed(central.store, central.scope)
    assert made.expires_at == central.now + 30 * DAY


def test_all_links_that_can_not_be_read_get_the_same_page(central, october, signed_in, stranger):
    revoked, expired = link(central, signed_in), link(central, signed_in, days="7")
    longer = max(shared_links.listed(central.store, central.scope), key=lambda listed: listed.expires_at)
    page = signed_in.post(f"{central.url}/shared-links/{longer.id}/end", timeout=60)
    assert "The link has ended" in page.text and "ended by hand" in page.text
    assert stranger.get(expired, timeout=60).status_code == 200
    central.clock.jump(8 * DAY)

    answers = [
        stranger.get(address + ending, timeout=60)
        for address in (revoked, expired, f"{central.url}/shared/{'a' * 43}")
        for ending in ("", "/report.pdf")
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "October" not in answers[0].text and "Mill" not in answers[0].text
    assert answers[0].headers["Referrer-Policy"] == "no-referrer"


def test_guesses_are_limited_and_links_are_not(central, october, signed_in, stranger):
    address = link(central, signed_in)
    statuses = [
        stranger.get(f"{central.url}/shared/{number:043}", timeout=60).status_code for number in range(LINKS.tries + 1)
    ]

    assert statuses == [404] * LINKS.tries + [429]
    assert stranger.get(address, timeout=60).status_code == 200


def test_the_pdf_of_a_link_is_limited(central, october, signed_in, stranger, monkeypatch):
    monkeypatch.setattr("sync.server.reports.pdf.to_pdf", lambda report, made: b"%PDF")
    address = f"{link(central, signed_in)}/report.pdf"
    statuses = [stranger.get(address, timeout=60).status_code for _ in range(PDFS.tries + 1)]

    assert statuses == [200] * PDFS.tries + [429]


def test_an_incomplete_period_is_shared_on_purpose_only(central, october, signed_in):
    central.kiosk("Silent hall")

    refused = make(central, signed_in, incomplete="")

    assert refused.status_code == 400 and "Share it although it is not complete" in refused.text
    assert shared_links.listed(central.store, central.scope) == []
    assert "Send this link" in make(central, signed_in).text


@pytest.mark.parametrize(
    ("query", "status"),
    [("from=2026-10-02&to=2026-10-31", 400), (f"{OCTOBER}&kind=club", 400), ("from=2026-09-01&to=2026-09-30", 404)],
)
def test_what_is_not_offered_is_not_shared(central, october, signed_in, query, status):
    assert make(central, signed_in, query).status_code == status


def test_links_are_made_by_people_who_have_signed_in_from_our_own_pages(central, october, signed_in, stranger):
    stranger.headers["Sec-Fetch-Site"] = "same-origin"
    assert make(central, stranger).url.endswith("/login")
    assert shared_links.listed(central.store, central.scope) == []
    signed_in.headers["Sec-Fetch-Site"] = "cross-site"
    assert make(central, signed_in).status_code == 403


def test_the_page_of_a_report_leads_there(central, october, signed_in):
    page = signed_in.get(f"{central.url}/?{OCTOBER}", timeout=60).text
    address = re.search(r"/shared-links/new\?[^\"]+", page)[0].replace("&amp;", "&")

    form = signed_in.get(central.url + address, timeout=60)

    assert "Share October 2026, all venues" in text(form)


def scope_of(central, *venues: UUID, permission: Permission = Permission.MANAGE) -> Scope:
    return Scope(central.scope.organisation, frozenset(venues), frozenset({permission}))


def test_a_scope_shares_and_sees_its_own_venues_only(central, october):
    other = central.kiosk("Garden house")
    for number in range(12):
        come(other, central.now - 40 * DAY + number * HOUR, 2)
    other.push()
    ids = {venue.name: venue.id for venue in kiosk_repository.venues(central.store, central.scope)}
    mill, garden = ids["Mill café"], ids["Garden house"]
    period = date(2026, 10, 1), date(2026, 10, 31)
    made = MadeBy(central.scope.organisation, "ada", central.now)
    of_all = ReportFilters(*period)
    links = []
    for filters in (of_all, ReportFilters(*period, "Mill café"), ReportFilters(*period, "Garden house")):
        shared = share_report(central.store, central.inventory, filters, made)
        shared_links.make_link(central.store, central.scope, shared, made, 30)
        links.append(shared)

    ours = scope_of(central, mill)
    assert [link.place for link in shared_links.listed(central.store, ours)] == ["Mill café"]
    assert shared_links.read_report(central.store, ours, links[2].id) is None
    with pytest.raises(SharingRefused):
        shared_links.make_link(central.store, ours, links[0], made, 30)
    theirs = next(link for link in shared_links.listed(central.store, central.scope) if link.place == "Garden house")
    with pytest.raises(SharingRefused):
        shared_links.revoke(central.store, ours, theirs.id, central.now)
    viewer = scope_of(central, garden, permission=Permission.VIEW)
    with pytest.raises(SharingRefused):
        shared_links.revoke(central.store, viewer, theirs.id, central.now)


@pytest.mark.parametrize("permission", [Permission.VIEW, Permission.MANAGE])
def test_a_scope_of_some_venues_stores_no_document_of_all(central, october, permission):
    ids = [venue.id for venue in kiosk_repository.venues(central.store, central.scope)]
    made = MadeBy(central.scope.organisation, "ada", central.now)
    filters = ReportFilters(date(2026, 10, 1), date(2026, 10, 31))

    with pytest.raises(SharingRefused):
        share_report(
            central.store, read_inventory(central.store, scope_of(central, *ids, permission=permission)), filters, made
        )
    with central.store.reading() as connection:
        assert connection.execute(select(tables.shared_report)).all() == []
        assert connection.execute(select(tables.shared_month)).all() == []


def test_who_may_look_makes_documents_of_final_figures_alone(central, october):
    made = MadeBy(central.scope.organisation, "ada", central.now)
    viewer = Scope(central.scope.organisation, None, frozenset({Permission.VIEW}))
    filters = ReportFilters(date(2026, 10, 1), date(2026, 10, 31))
    garden = central.kiosk("Garden house")  # which has never reported
    with pytest.raises(NotFinal):
        share_report(central.store, read_inventory(central.store, viewer), filters, made)
    with pytest.raises(NotFinal):
        share_report(central.store, central.inventory, filters, made, fixes=False)

    garden.beat()

    shared = share_report(central.store, read_inventory(central.store, viewer), filters, made, fixes=False)
    assert share_report(central.store, central.inventory, filters, made).id == shared.id


def test_a_threshold_that_is_lowered_later_shows_no_more(central, october):
    made = MadeBy(central.scope.organisation, "ada", central.now)
    period = date(2026, 10, 1), date(2026, 10, 31)
    first = share_report(central.store, central.inventory, ReportFilters(*period, smallest_count=12), made)

    again = share_report(central.store, central.inventory, ReportFilters(*period, smallest_count=5), made)

    assert again.id == first.id and again.report.filters.smallest_count == 12


def test_several_people_who_share_at_once_share_one_document(central, october):
    made = MadeBy(central.scope.organisation, "ada", central.now)
    filters = ReportFilters(date(2026, 10, 1), date(2026, 10, 31))

    with ThreadPoolExecutor(4) as threads:
        jobs = [threads.submit(share_report, central.store, central.inventory, filters, made) for _ in range(4)]

    assert len({job.result().id for job in jobs}) == 1


def test_different_people_are_said_of_periods_that_do_not_overlap(central, october):
    made = MadeBy(central.scope.organisation, "ada", central.now)

    def says_people(first: date, last: date, venue: str | None = None) -> bool:
        shared = share_report(central.store, central.inventory, ReportFilters(first, last, venue), made)
        return bool(shared.report.sections[1].cards)

    assert says_people(date(2026, 10, 1), date(2026, 10, 31), "Mill café")
    assert says_people(date(2026, 10, 1), date(2026, 10, 31))
    assert not says_people(date(2026, 9, 1), date(2026, 10, 31))
    assert not says_people(date(2026, 9, 1), date(2026, 10, 31), "Mill café")


def test_a_document_is_read_as_it_was_stored(central, october):
    made = MadeBy(central.scope.organisation, "ada", central.now)
    filters = ReportFilters(date(2026, 9, 1), date(2026, 10, 31))

    shared = share_report(central.store, central.inventory, filters, made)
    stored = shared_reports.find_report(central.store, central.inventory, filters)

    assert stored.made == made and stored.report.attendance.whole == shared.report.attendance.whole
    assert [section.answer for section in stored.report.sections] == [s.answer for s in shared.report.sections]
    assert stored.report.sections[0].picture == shared.report.sections[0].picture is not None


def test_a_document_is_in_the_reader_s_language(central, october, signed_in, stranger):
    signed_in.headers["Accept-Language"] = "de"
    address = link(central, signed_in)
    stranger.headers["Accept-Language"] = "fr"

    shown = stranger.get(address, timeout=60)

    assert '<html lang="fr"' in shown.text and "octobre 2026, tous les lieux" in shown.text
    assert "Visites" in shown.text and "Besuche" not in shown.text


def test_a_document_of_an_earlier_release_keeps_its_language(central, october, signed_in, stranger):
    signed_in.headers["Accept-Language"] = "de"
    address = link(central, signed_in)
    with central.store.writing() as connection:
        stored = connection.execute(select(tables.shared_report.c.content)).scalar_one()
        single = {**stored["reports"]["de"], "made": stored["made"]}
        for section in single["sections"]:
            for column in section["definitions"]:
                column |= {"format": "number", "unit": "", "decimals": 0, "share_of": None, "labels": []}
        connection.execute(update(tables.shared_report).values(content=single))
    stranger.headers["Accept-Language"] = "fr"

    shown = stranger.get(address, timeout=60)

    assert '<html lang="de"' in shown.text and "Oktober 2026" in shown.text
    assert "Besuche" in shown.text and "Visites" not in shown.text
