"""The phase of a session, and what is left of its rhythm."""

from hypothesis import given
from hypothesis import strategies as st

from sync.domain.events import Phase
from sync.domain.rhythm import MINUTE, TimedPhase, phase_at, remaining, timed_phases

RHYTHM = (Phase("quiet", 60), Phase("break", 15), Phase("talk", 60))
RHYTHMS = st.lists(st.builds(Phase, st.sampled_from(["quiet", "talk"]), st.integers(1, 1440)), max_size=6).map(tuple)


def test_each_phase_follows_the_one_before() -> None:
    assert phase_at(RHYTHM, 1000, 999) is None
    assert phase_at(RHYTHM, 1000, 1000) == TimedPhase("quiet", 1000, 1000 + 60 * MINUTE)
    assert phase_at(RHYTHM, 0, 60 * MINUTE) == TimedPhase("break", 60 * MINUTE, 75 * MINUTE)
    assert phase_at(RHYTHM, 0, 135 * MINUTE - 1) == TimedPhase("talk", 75 * MINUTE, 135 * MINUTE)
    assert phase_at(RHYTHM, 0, 135 * MINUTE) is None
    assert phase_at((), 0, 0) is None


@given(RHYTHMS, st.integers(0, 3000), st.integers(0, 3000))
def test_what_remains_goes_on_at_the_same_times(rhythm: tuple[Phase, ...], elapsed: int, later: int) -> None:
    before = phase_at(rhythm, 0, (elapsed + later) * MINUTE)

    after = phase_at(remaining(rhythm, elapsed * MINUTE), elapsed * MINUTE, (elapsed + later) * MINUTE)

    assert (before and (before.phase, before.end)) == (after and (after.phase, after.end))
    assert all(phase.end > phase.start for phase in timed_phases(rhythm, 0))
