"""Terms: named on their page, refused where they can't be, and what reports are grouped and chosen by."""

import re
from datetime import date

import pytest

from sync.server.reports import saved_reports
from sync.server.reports.attendance import ATTENDANCE
from sync.server.reports.base import ReportFilters
from sync.server.reports.grouping import group_by_term, read_grouping
from sync.server.reports.periods import named_periods
from sync.server.reports.saved_periods import FIXED, choices, relative_period
from sync.server.reports.terms import TermRefused, add_term, read_terms, remove_term

DAY = 24 * 60 * 60_000
TODAY = date(2026, 11, 24)
AUTUMN = {"name": "Autumn term", "first": "1 Sep 2026", "last": "2026-12-18"}


def name_terms(central) -> None:
    for name, first, last in (
        ("Autumn", date(2026, 9, 1), date(2026, 12, 18)),
        ("Spring", date(2026, 1, 8), date(2026, 4, 2)),
        ("Summer", date(2026, 4, 20), date(2026, 7, 10)),
    ):
        add_term(central.store, name, first, last, central.now)


def test_a_term_is_added_and_deleted_on_its_page(central, signed_in):
    assert 'href="/terms"' in signed_in.get(f"{central.url}/organisation", timeout=60).text

    added = signed_in.post(f"{central.url}/terms", data=AUTUMN, timeout=60)

    assert "The term is added." in added.text and "1 Sep – 18 Dec 2026" in added.text
    [term] = read_terms(central.store)
    assert (term.name, term.first, term.last) == ("Autumn term", date(2026, 9, 1), date(2026, 12, 18))
    deleted = signed_in.post(f"{central.url}/terms/{term.id}/delete", timeout=60)
    assert "The term is deleted." in deleted.text and read_terms(central.store) == []


def test_a_term_is_changed_on_its_page_and_may_overlap_what_it_was(central, signed_in):
    name_terms(central)
    summer = read_terms(central.store)[1]
    typed = {"name": "Summer  2026", "first": "10 Apr 2026", "last": "2026-07-17"}

    changed = signed_in.post(f"{central.url}/terms/{summer.id}", data=typed, timeout=60)

    assert "The term is changed." in changed.text
    assert [(term.name, term.first, term.last) for term in read_terms(central.store)][1] == (
        "Summer 2026",
        date(2026, 4, 10),
        date(2026, 7, 17),
    )


def test_a_term_that_was_deleted_meanwhile_is_not_said_to_be_changed(central, signed_in):
    name_terms(central)
    term = read_terms(central.store)[0]
    remove_term(central.store, term.id)

    answer = signed_in.post(f"{central.url}/terms/{term.id}", data=AUTUMN, timeout=60)

    assert answer.status_code == 404 and "it was deleted" in answer.text
    assert term.id not in {other.id for other in read_terms(central.store)}


def test_what_a_term_can_not_become_stands_beside_its_error(central, signed_in):
    name_terms(central)
    before = read_terms(central.store)
    typed = {"name": "Summer", "first": "1 Apr 2026", "last": "nonsense"}

    refused = signed_in.post(f"{central.url}/terms/{before[1].id}", data=typed, timeout=60)
    overlapping = signed_in.post(f"{central.url}/terms/{before[1].id}", data=typed | {"last": "1 May 2026"}, timeout=60)

    assert refused.status_code == overlapping.status_code == 400
    assert refused.text.count("<details open>") == 1 and 'value="nonsense"' in refused.text
    assert "overlaps “Spring”" in overlapping.text
    assert read_terms(central.store) == before


@pytest.mark.parametrize(
    ("changed", "field", "error"),
    [
        ({"name": " "}, "name", "1 to 40 letters"),
        ({"name": "autumn TERM"}, "name", "“Autumn term” already"),
        ({"first": "32.11.2027"}, "first", "is not a day"),
        ({"first": " "}, "first", "Say which day."),
        ({"last": "2026-01-01"}, "last", "end before it begins"),
        (
            {"name": "Late", "first": "18 Dec 2026", "last": "3 Jan 2027"},
            "first",
            "overlaps “Autumn term”, 1 Sep – 18 Dec",
        ),
        ({"name": "Early", "first": "1 Aug 2026", "last": "1 Sep 2026"}, "last", "overlaps “Autumn term”"),
        ({"name": "Around", "first": "1 Aug 2026", "last": "1 Jan 2027"}, "last", "overlaps “Autumn term”"),
    ],
)
def test_a_wrong_term_stands_beside_its_error(central, signed_in, changed, field, error):
    assert signed_in.post(f"{central.url}/terms", data=AUTUMN, timeout=60).status_code == 200
    typed = {"name": "Next", "first": "1 Sep 2027", "last": "18 Dec 2027"} | changed

    answer = signed_in.post(f"{central.url}/terms", data=typed, timeout=60)

    assert answer.status_code == 400
    shown = re.search(rf'<span class="error" id="{field}-error">([^<]*)<', answer.text)[1]
    assert error in shown
    assert all(f'name="{name}" value="{value}"' in answer.text for name, value in typed.items())
    assert len(read_terms(central.store)) == 1


def test_there_are_at_most_so_many(central, monkeypatch):
    monkeypatch.setattr("sync.server.reports.terms.MOST", 3)
    name_terms(central)

    with pytest.raises(TermRefused, match="delete one first"):
        add_term(central.store, "Winter", date(2027, 1, 1), date(2027, 1, 2), central.now)


def test_a_report_is_grouped_by_term(central, kiosk, signed_in):
    name_terms(central)
    for days in (1, 2, 150, 300):  # in autumn twice, in summer and in spring; and in none
        kiosk.visit(central.now - days * DAY, minutes=60, size=2)
    kiosk.visit(central.now - 100 * DAY, minutes=60, size=5)  # 16 August
    kiosk.push()
    filters = ReportFilters(date(2026, 1, 1), TODAY)
    rows = ATTENDANCE.rows(central.store, central.inventory, filters)

    groups = group_by_term(ATTENDANCE, rows, read_terms(central.store), filters)

    assert [(group.words, group.values["people"]) for group in groups] == [
        ("Autumn", 4),
        ("Summer", 2),
        ("Spring", 2),
        ("Outside of terms", 5),
    ]
    assert sum(group.values["visits"] for group in groups) == ATTENDANCE.totals(rows)["visits"]
    page = signed_in.get(f"{central.url}/?from=2026-01-01&to=2026-11-24&by=term", timeout=60).text
    assert re.search(r'<h2 id="table-title">By term</h2>', page) and "Outside of terms" in page
    assert re.search(r'from=2026-09-01&amp;to=2026-11-24">Autumn</a>', page)


def test_without_terms_nothing_is_grouped_by_them(central, kiosk, signed_in):
    kiosk.visit(central.now - DAY, minutes=60)
    kiosk.push()

    page = signed_in.get(f"{central.url}/?by=term", timeout=60).text

    assert read_grouping("term", date(2026, 1, 1), TODAY) == "month"
    assert "By term" not in page


def test_this_term_and_the_last_one_are_periods(central):
    name_terms(central)
    terms = read_terms(central.store)

    def named(today: date) -> list[str]:
        return [period.name for period in named_periods(today, terms)]

    assert named(TODAY)[-3:] == ["Autumn", "Summer", "This year"]
    assert named(date(2026, 4, 10))[-2:] == ["Spring", "This year"], "between terms: the one that was"
    assert "Spring" not in named(date(2025, 12, 31))
    assert relative_period(date(2026, 4, 20), date(2026, 7, 10), TODAY, terms) == "last_term"
    assert relative_period(date(2026, 4, 20), date(2026, 7, 10), TODAY) == FIXED
    assert choices(terms, TODAY)["this_term"] == (date(2026, 9, 1), date(2026, 12, 18))


def test_a_saved_report_follows_the_terms(central, kiosk, signed_in):
    name_terms(central)
    query = "from=2026-04-20&to=2026-07-10"
    form = signed_in.get(f"{central.url}/saved?{query}", timeout=60).text
    assert '<option value="last_term" selected>Last term</option>' in form
    saved = signed_in.post(f"{central.url}/saved?{query}", data={"name": "Term", "period": "last_term"}, timeout=60)
    assert saved.status_code == 200
    [report] = saved_reports.listed(central.store, central.inventory, read_terms(central.store))
    assert report.filters(TODAY, 10).first == date(2026, 4, 20)
    assert report.filters(date(2027, 1, 5), 10).last == date(2026, 7, 10)

    for term in read_terms(central.store):
        remove_term(central.store, term.id)

    [report] = saved_reports.listed(central.store, central.inventory, read_terms(central.store))
    for address in (f"/saved/{report.id}", f"/saved/{report.id}/report.pdf"):
        refused = signed_in.get(f"{central.url}{address}", timeout=60)
        assert refused.status_code == 409 and "“Term” is of a term, and there is none yet" in refused.text
    assert "Last term: now no term yet" in signed_in.get(f"{central.url}/saved", timeout=60).text
