"""Two kiosks promise nothing twice, whatever the line between them and the server loses, doubles and delays."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.simulated_allocation import ACTIONS, Step, venue
from tests.support.soak import figure, times

EXAMPLES = times(150, 20_000)
ANY = settings(deadline=None, derandomize=False, suppress_health_check=list(HealthCheck), max_examples=EXAMPLES)
STEPS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, len(ACTIONS) - 1), st.integers(0, 29)), max_size=60)


@ANY
@given(kiosks=st.integers(1, 4), capacity=st.integers(1, 12), steps=STEPS)
def test_nothing_is_promised_twice_and_nothing_leaks(kiosks: int, capacity: int, steps: list[Step]) -> None:
    there = venue(kiosks, capacity)
    for which, what, n in steps:
        there.step(there.doors[which % kiosks], what, n)
        there.assert_nothing_is_promised_twice()

    there.come_to_rest()

    there.assert_nothing_is_promised_twice()
    there.assert_nothing_leaks()


def test_the_count_is_told() -> None:
    figure(f"dealing: {EXAMPLES:,} venues of 1 to 4 kiosks with up to 60 taps, messages, losses and repetitions each")
