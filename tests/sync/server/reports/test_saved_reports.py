"""Saved reports: opening one is always current; all accounts share them, within what each may see."""

import re
from datetime import date
from uuid import UUID, uuid4

import pytest

from sync.server.auth.scope import Permission, Scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import venues
from sync.server.kiosks.inventory import read_inventory
from sync.server.reports import saved_reports
from sync.server.reports.attendance import ATTENDANCE
from sync.server.reports.base import ReportFilters
from sync.server.reports.people import PEOPLE
from sync.server.reports.saved_periods import FIXED, NAMES, OF_TERMS, RELATIVE, relative_period
from sync.server.reports.saved_reports import NotSaved, SavedChoice
from sync.server.reports.terms import read_terms

TODAY = date(2026, 11, 24)  # a Tuesday
NOVEMBER = ReportFilters(date(2026, 11, 1), date(2026, 11, 12))
CHOICE = SavedChoice(ATTENDANCE, NOVEMBER, "last_month")


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("last_week", date(2026, 11, 16), date(2026, 11, 22)),
        ("this_week", date(2026, 11, 23), TODAY),
        ("last_month", date(2026, 10, 1), date(2026, 10, 31)),
        ("this_month", date(2026, 11, 1), TODAY),
        ("last_30_days", date(2026, 10, 26), TODAY),
        ("last_quarter", date(2026, 7, 1), date(2026, 9, 30)),
        ("last_12_months", date(2025, 11, 1), date(2026, 10, 31)),
        ("this_year", date(2026, 1, 1), TODAY),
        ("last_year", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_periods_follow_the_day(key: str, first: date, last: date) -> None:
    assert RELATIVE[key](TODAY) == (first, last)
    assert relative_period(first, last, TODAY) == key


def test_every_period_has_a_name_and_a_day_in_january_is_no_trouble() -> None:
    january = date(2027, 1, 1)

    assert {*RELATIVE, *OF_TERMS} == NAMES.keys()
    assert RELATIVE["last_month"](january) == (date(2026, 12, 1), date(2026, 12, 31))
    assert RELATIVE["last_quarter"](january) == (date(2026, 10, 1), date(2026, 12, 31))
    assert relative_period(date(2026, 3, 2), date(2026, 3, 3), january) == FIXED


def get(central, browser, path: str):
    return browser.get(central.url + path, timeout=60)


def come_back(central, browser) -> None:
    """Sign in again, on 2 December."""
    central.clock.jump(8 * 24 * 60 * 60_000)
    browser.post(central.link(), data={"login": "Bo", "password": uuid4().hex}, timeout=60)


def save(central, browser, query: str, name: str, period: str):
    return browser.post(f"{central.url}/saved?{query}", data={"name": name, "period": period}, timeout=60)


def saved_address(central, browser, name: str) -> str:
    """The address of a saved report, as the page of reports has it."""
    text = get(central, browser, "/").text
    return re.search(rf'href="(/saved/[\w-]+)"[^>]*>{name}</a>', text)[1]


def test_a_saved_report_is_always_current(central, kiosk, signed_in):
    query = "report=stays&from=2026-10-01&to=2026-10-31&venue=Mill+caf%C3%A9&kind=club"
    form = get(central, signed_in, f"/saved?{query}").text
    assert '<option value="last_month" selected>' in form and "Save “Length of stay”, Mill café" in form

    assert "The report is saved" in save(central, signed_in, query, " Clubs  at the mill ", "last_month").text

    address = saved_address(central, signed_in, "Clubs at the mill")
    opened = signed_in.get(central.url + address, allow_redirects=False, timeout=60).headers["Location"]
    assert opened == f"/?{query}"
    come_back(central, signed_in)
    opened = signed_in.get(central.url + address, allow_redirects=False, timeout=60).headers["Location"]
    assert "from=2026-11-01&to=2026-11-30" in opened and "venue=Mill+caf%C3%A9&kind=club" in opened
    assert f'href="{address}" aria-current="page"' in get(central, signed_in, opened).text


def test_fixed_days_stay(central, kiosk, signed_in):
    save(central, signed_in, "from=2026-11-03&to=2026-11-04", "The fair", FIXED)
    come_back(central, signed_in)

    opened = get(central, signed_in, saved_address(central, signed_in, "The fair")).url

    assert opened == f"{central.url}/?from=2026-11-03&to=2026-11-04"


def test_the_pdf_of_a_saved_report_is_of_months_that_are_over(central, kiosk, signed_in):
    save(central, signed_in, "from=2026-11-23&to=2026-11-24&kind=club", "Clubs", "this_week")

    address = f"{central.url}{saved_address(central, signed_in, 'Clubs')}/report.pdf"
    opened = signed_in.get(address, allow_redirects=False, timeout=60).headers["Location"]

    assert opened == "/report.pdf?from=2026-10-01&to=2026-10-31"


def test_renaming_and_deleting(central, kiosk, signed_in):
    save(central, signed_in, "from=2026-11-03&to=2026-11-04", "The fair", FIXED)
    save(central, signed_in, "from=2026-11-03&to=2026-11-04", "Other days", FIXED)
    address = central.url + saved_address(central, signed_in, "The fair")

    taken = signed_in.post(f"{address}/rename", data={"name": "other DAYS"}, timeout=60)
    assert taken.status_code == 400 and "is called “Other days” already" in taken.text
    assert 'value="other DAYS"' in taken.text
    assert "another name" in signed_in.post(f"{address}/rename", data={"name": "The summer fair"}, timeout=60).text
    assert saved_address(central, signed_in, "The summer fair") in address
    assert "is deleted" in signed_in.post(f"{address}/delete", timeout=60).text
    assert get(central, signed_in, address.removeprefix(central.url)).status_code == 404


@pytest.mark.parametrize(("name", "period"), [("", "last_week"), ("x" * 81, "last_week"), ("Weeks", "next_week")])
def test_what_can_not_be_saved_is_explained(central, kiosk, signed_in, name, period):
    answer = save(central, signed_in, "from=2026-11-03&to=2026-11-04", name, period)

    assert answer.status_code == 400 and 'class="error"' in answer.text
    assert saved_reports.listed(central.store, central.inventory, read_terms(central.store)) == []


def test_reports_are_saved_from_our_own_pages_alone(central, kiosk, signed_in):
    signed_in.headers["Sec-Fetch-Site"] = "cross-site"

    assert save(central, signed_in, "from=2026-11-03&to=2026-11-04", "The fair", FIXED).status_code == 403


def scope_of(central, *ids: UUID, permission: Permission = Permission.MANAGE) -> Scope:
    return Scope(central.scope.organisation, frozenset(ids), frozenset({permission}))


def names(central, scope: Scope) -> list[str]:
    return [
        saved.name
        for saved in saved_reports.listed(
            central.store, read_inventory(central.store, scope), read_terms(central.store)
        )
    ]


def at(venue: str | None) -> SavedChoice:
    return SavedChoice(ATTENDANCE, ReportFilters(NOVEMBER.first, NOVEMBER.last, venue), "last_month")


def test_a_scope_sees_and_changes_its_own_venues_only(central):
    for venue in ("Mill café", "Garden house"):
        central.kiosk(venue)
    ids = {venue.name: venue.id for venue in kiosk_repository.venues(central.store, central.scope)}
    for name, venue in (("All", None), ("Mill", "Mill café"), ("Garden", "Garden house")):
        saved_reports.save(central.store, central.scope, name, at(venue), central.now)
    every = {
        saved.name: saved.id
        for saved in saved_reports.listed(central.store, central.inventory, read_terms(central.store))
    }
    mill = scope_of(central, ids["Mill café"])

    assert names(central, mill) == ["All", "Mill"]
    for name in ("All", "Garden"):
        with pytest.raises(NotSaved):
            saved_reports.remove(central.store, mill, every[name])
    with pytest.raises(NotSaved):
        saved_reports.find(central.store, mill, every["Garden"])
    with pytest.raises(NotSaved):
        saved_reports.save(central.store, mill, "All too", at(None), central.now)
    viewer = scope_of(central, ids["Mill café"], permission=Permission.VIEW)
    with pytest.raises(NotSaved):
        saved_reports.rename(central.store, viewer, every["Mill"], "Mine")
    saved_reports.rename(central.store, mill, every["Mill"], "The mill")
    assert names(central, central.scope) == ["All", "Garden", "The mill"]


def test_a_saved_report_follows_its_venue(central):
    central.code("Old mill")
    central.code("Mill café")
    ids = {venue.name: venue for venue in kiosk_repository.venues(central.store, central.scope)}
    saved_reports.save(central.store, central.scope, "Mill", at("Old mill"), central.now)

    venues.merge(central.store, ids["Old mill"], ids["Mill café"])

    (saved,) = saved_reports.listed(central.store, central.inventory, read_terms(central.store))
    assert saved.filters(TODAY, 10).venue == "Mill café"
    venues.remove(central.store, ids["Mill café"])
    assert names(central, central.scope) == []


def test_a_report_of_several_venues(central, signed_in):
    for venue in ("Old mill", "Mill café", "Garden house"):
        central.code(venue)
    ids = {venue.name: venue for venue in kiosk_repository.venues(central.store, central.scope)}
    query = "from=2026-11-03&to=2026-11-04&venue=Mill+caf%C3%A9&venue=Old+mill"
    save(central, signed_in, query, "Mills", FIXED)
    (saved,) = saved_reports.listed(central.store, central.inventory, read_terms(central.store))

    assert saved.address(TODAY) == f"/?{query}"
    assert names(central, scope_of(central, ids["Old mill"].id)) == []
    assert names(central, scope_of(central, ids["Old mill"].id, ids["Mill café"].id)) == ["Mills"]
    venues.merge(central.store, ids["Old mill"], ids["Mill café"])
    (saved,) = saved_reports.listed(central.store, central.inventory, read_terms(central.store))
    assert [venue.name for venue in saved.venues] == ["Mill café"]


def test_a_report_of_several_venues_loses_one_that_is_removed(central):
    for venue in ("Old mill", "Mill café"):
        central.code(venue)
    ids = {venue.name: venue for venue in kiosk_repository.venues(central.store, central.scope)}
    filters = ReportFilters(NOVEMBER.first, NOVEMBER.last, venues=("Mill café", "Old mill"))
    saved_reports.save(central.store, central.scope, "Mills", SavedChoice(ATTENDANCE, filters, FIXED), central.now)

    venues.remove(central.store, ids["Old mill"])

    (saved,) = saved_reports.listed(central.store, central.inventory, read_terms(central.store))
    assert saved.filters(TODAY, 10).venue == "Mill café"


def test_a_protected_report_opens_for_what_is_offered(central, kiosk):
    choice = SavedChoice(PEOPLE, ReportFilters(date(2026, 11, 23), TODAY, kind="club"), "this_week")
    saved_reports.save(central.store, central.scope, "People", choice, central.now)

    (saved,) = saved_reports.listed(central.store, central.inventory, read_terms(central.store))

    assert saved.address(TODAY) == "/?report=people&from=2026-10-01&to=2026-10-31"
