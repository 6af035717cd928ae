"""The totals of a report's rows."""

from dataclasses import dataclass

from sync.server.reports.base import ReportColumn, RunningTotals, totals

COLUMNS = (
    ReportColumn("people", "People", is_totalled=True),
    ReportColumn("hours", "Hours", decimals=2, is_totalled=True),
    ReportColumn("full", "Full", unit="%", decimals=1, is_totalled=True, share_of=("people", "seats")),
)


@dataclass(frozen=True)
class Row:
    """A row in which figures may be unknown."""

    people: int
    hours: float | None
    seats: int | None
    full: float | None = None


ROWS = [Row(3, 1.25, 4), Row(0, None, None), Row(5, 2.5, 8)]


def test_unknown_figures_add_nothing_and_a_share_is_that_of_the_totals() -> None:
    assert totals(COLUMNS, ROWS) == {"people": 8, "hours": 3.75, "full": 66.7}


def test_rows_that_are_read_one_by_one_add_up_to_the_same() -> None:
    running = RunningTotals(COLUMNS)
    for row in ROWS:
        running.add(row)

    assert running.sums() == totals(COLUMNS, iter(ROWS))
