"""Who came for the first time and who came back, as the kiosks wrote it down; and what is hidden of it."""

from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from sync.domain.events import PassForgotten, VisitCheckedIn
from sync.domain.ids import pass_subject
from sync.server.reports.base import ReportFilters
from sync.server.reports.returns import RETURNS, ReturnsRow, rows

OCTOBER = ReportFilters(date(2026, 10, 1), date(2026, 10, 31))
EXACT = ReportFilters(date(2026, 10, 1), date(2026, 10, 31), smallest_count=1)


def come(kiosk, day: str, *numbers: int) -> None:
    """The passes with these numbers come at noon."""
    at = int(datetime.fromisoformat(f"2026-{day} 12:00").replace(tzinfo=ZoneInfo("UTC")).timestamp() * 1000)
    for number in numbers:
        kiosk.write(uuid4(), VisitCheckedIn(uuid4(), 2, 1, pass_=f"{number:032}"), at)


@pytest.fixture
def came(central, kiosk):
    """A café that most of them know, and a library; returns their kiosks."""
    library = central.kiosk("Library East")
    come(kiosk, "06-01", *range(20))
    come(kiosk, "09-25", *range(10, 30))
    come(kiosk, "10-01", *range(10))  # after 122 days
    come(kiosk, "10-02", *range(10, 30))  # after 7
    come(kiosk, "10-03", *range(10, 20))  # again: counted once
    come(kiosk, "10-05", *range(30, 60))  # for the first time
    come(kiosk, "10-15", *range(30, 45))  # 10 days later
    come(library, "10-15", *range(30, 40))  # on the same day
    come(library, "10-20", *range(60, 72))
    for sender in (kiosk, library):
        sender.push()
    return kiosk, library


def test_people_are_new_or_had_come_before_and_come_back_once(central, came):
    library, cafe, together = rows(central.store, central.inventory, OCTOBER)

    assert cafe == ReturnsRow(
        "Mill café",
        people=60,
        first_visits=30,
        returning=30,
        within_week=20,
        within_month=15,
        within_quarter=None,
        within_year=10,
        longer=None,
        share_without=None,
    )
    assert (library.people, library.first_visits) == (20, None), "22 are shown as 20; nobody had come before"
    assert together.people == 70
    assert RETURNS.answer([cafe]) == (
        "Of about 60 people with a pass 30 had come before; for 30 it was the first time. "
        "Most who came back did so within a week."
    )


def test_who_knows_another_venue_had_come_before_together(central, came):
    _, library = came
    come(library, "09-10", 60, 61, 62, 63)
    come(library, "10-25", *range(20))
    library.push()

    by_venue = {row.venue: row for row in rows(central.store, central.inventory, EXACT)}

    figures = {name: (row.people, row.first_visits, row.returning) for name, row in by_venue.items()}
    assert figures == {"Library East": (40, 40, 5), "Mill café": (60, 30, 30), "Together": (70, 40, 35)}


def test_a_forgotten_person_is_in_no_figure(central, came):
    kiosk, _ = came
    for number in range(30, 35):
        kiosk.write(pass_subject(f"{number:032}"), PassForgotten())
    kiosk.push()

    cafe = rows(central.store, central.inventory, OCTOBER)[1]

    assert (cafe.people, cafe.first_visits, cafe.within_month) == (55, 25, 10)
