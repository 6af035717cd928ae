"""Two kiosks promise nothing twice, whatever the network between them and the server loses, repeats and delays."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.simulated_allocation import ACTIONS, MOST_KIOSKS, Databases, Step
from tests.support.soak import figure, times

EXAMPLES = times(60, 20_000)
ANY = settings(deadline=None, derandomize=False, suppress_health_check=list(HealthCheck), max_examples=EXAMPLES)
STEP = st.tuples(st.integers(0, 3), st.integers(0, len(ACTIONS) - 1), st.integers(0, 29))
STEPS = st.lists(STEP, max_size=60) | st.lists(STEP, min_size=20, max_size=60)  # the first has five on average


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    with closing(Databases()) as opened:
        yield opened


@ANY
@given(kiosks=st.integers(1, MOST_KIOSKS), capacity=st.integers(1, 12), steps=STEPS)
def test_nothing_is_promised_twice_and_nothing_leaks(
    databases: Databases, kiosks: int, capacity: int, steps: list[Step]
) -> None:
    venue = databases.venue(kiosks, capacity)
    for number, action, n in steps:
        venue.step(venue.kiosks[number % kiosks], action, n)
        venue.assert_nothing_is_promised_twice()

    venue.come_to_rest()

    venue.assert_nothing_is_promised_twice()
    venue.assert_nothing_leaks()


def test_the_count_is_reported() -> None:
    figure(f"dealing: {EXAMPLES:,} venues of 1 to 4 kiosks with up to 60 taps, messages, losses and repetitions each")
