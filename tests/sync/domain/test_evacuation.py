"""The fold of an evacuation: the same from every order, and one roll from kiosks that could not hear each other."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from sync.domain.clock import Moment
from sync.domain.evacuation import Evacuation, fold_evacuation, of_one_roll
from sync.domain.events import (
    EvacuationCounted,
    EvacuationEnded,
    EvacuationStaffCounted,
    EvacuationStarted,
    Event,
)
from sync.domain.fold import Fact

ALARM, JOURNAL, BOOT = UUID(int=1), UUID(int=2), UUID(int=3)
FIRST, SECOND, THIRD = UUID(int=11), UUID(int=12), UUID(int=13)
MINUTE = 60_000


def fact(tick: int, event: Event, at: int | None = None, estimated: bool = False) -> Fact:
    time = tick * MINUTE if at is None else at
    return Fact(UUID(int=1000 + tick), tick, JOURNAL, Moment(time, BOOT, time, estimated=estimated), event)


START = fact(1, EvacuationStarted("hall", (THIRD,)))
EVENING = [
    START,
    fact(2, EvacuationCounted(FIRST, is_out=True)),
    fact(3, EvacuationCounted(SECOND, is_out=True)),
    fact(4, EvacuationCounted(FIRST, is_out=False)),
    fact(5, EvacuationStaffCounted(2)),
    fact(6, EvacuationStaffCounted(3)),
    fact(7, EvacuationEnded()),
    fact(8, EvacuationCounted(THIRD, is_out=True)),
]


@given(st.permutations(EVENING), st.integers(0, 7))
def test_every_order_and_every_repetition_adds_up_to_the_same(facts: list[Fact], repeated: int) -> None:
    state = fold_evacuation(ALARM, [*facts, facts[repeated]])

    assert state == Evacuation(
        ALARM,
        journal=JOURNAL,
        zone="hall",
        sessions=(THIRD,),
        started=MINUTE,
        ended=7 * MINUTE,
        out=(SECOND, THIRD),
        staff_out=3,
    )
    assert not state.is_running


def test_counts_wait_for_their_start() -> None:
    state = fold_evacuation(ALARM, [fact(2, EvacuationCounted(FIRST, is_out=True))])

    assert (state.started, state.out, state.is_running) == (None, (FIRST,), False)


def test_of_two_ends_the_earlier_counts() -> None:
    ends = [fact(7, EvacuationEnded(), at=9 * MINUTE), fact(8, EvacuationEnded(), at=8 * MINUTE)]

    assert fold_evacuation(ALARM, [START, *ends]).ended == 8 * MINUTE


def test_a_time_that_was_not_known_is_marked() -> None:
    assert fold_evacuation(ALARM, [fact(1, EvacuationStarted("hall"), estimated=True)]).estimated
    assert fold_evacuation(ALARM, [START, fact(2, EvacuationEnded(), estimated=True)]).estimated


def evacuation(started: int | None, ended: int | None = None) -> Evacuation:
    return Evacuation(uuid4(), started=started, ended=ended)


def test_evacuations_that_run_at_the_same_time_are_one_roll() -> None:
    running, later = evacuation(20), evacuation(30)
    ended_meanwhile, ended_before, waiting = evacuation(10, ended=25), evacuation(5, ended=15), evacuation(None)

    roll = of_one_roll([later, waiting, ended_before, running, ended_meanwhile])

    assert roll == [ended_meanwhile, running, later]


def test_without_a_running_one_there_is_no_roll() -> None:
    assert of_one_roll([evacuation(5, ended=15), evacuation(None)]) == []
