"""The books hold to the phone: whatever happens at several kiosks that sync in any order, over nights and restarts."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.simulated_allocation import Databases, Step
from tests.support.simulated_evenings import ACTIONS, SimulatedEvenings
from tests.support.soak import figure, times

MOST_KIOSKS = 3
EXAMPLES = times(40, 4_000)
ANY = settings(deadline=None, derandomize=False, suppress_health_check=list(HealthCheck), max_examples=EXAMPLES)
STEP = st.tuples(st.integers(0, MOST_KIOSKS - 1), st.integers(0, len(ACTIONS) - 1), st.integers(0, 29))
STEPS = st.lists(STEP, min_size=20, max_size=70)


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    with closing(Databases()) as opened:
        yield opened


@ANY
@given(kiosks=st.integers(1, MOST_KIOSKS), steps=STEPS)
def test_no_phone_gets_out_of_the_books_and_no_held_pouch_is_promised(
    databases: Databases, kiosks: int, steps: list[Step]
) -> None:
    """That a promised pouch is on the shelf is checked at each check-in."""
    evenings = SimulatedEvenings(databases.venue(kiosks, capacity=50))
    for number, action, n in steps:
        evenings.step(evenings.venue.kiosks[number % kiosks], action, n)
        evenings.assert_every_ledger_adds_up()

    evenings.sync_all()
    evenings.assert_every_ledger_adds_up()
    evenings.assert_books_agree_with_the_house()
    evenings.end()


def test_the_count_is_reported() -> None:
    figure(
        f"books: {EXAMPLES:,} evenings at 1 to 3 kiosks with up to 70 visits, breaks, closings, nights and clearings"
    )
