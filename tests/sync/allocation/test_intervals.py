"""Operations on ranges give the same as those on sets of the numbers."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sync.allocation import intervals
from sync.allocation.intervals import Ranges

UNTIDY = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8).map(tuple)


def numbers(untidy: Ranges) -> set[int]:
    return {number for first, last in untidy for number in range(first, last + 1)}


@given(left=UNTIDY, right=UNTIDY)
def test_union_difference_and_intersection_are_those_of_sets(left: Ranges, right: Ranges) -> None:
    assert intervals.union(left, right) == intervals.from_numbers(numbers(left) | numbers(right))
    assert intervals.difference(left, right) == intervals.from_numbers(numbers(left) - numbers(right))
    assert intervals.intersection(left, right) == intervals.from_numbers(numbers(left) & numbers(right))


@given(untidy=UNTIDY, count=st.integers(0, 50))
def test_lowest_and_highest_return_the_requested_count(untidy: Ranges, count: int) -> None:
    tidy = intervals.tidy(untidy)
    all_ = sorted(numbers(untidy))

    assert list(intervals.each(intervals.lowest(tidy, count))) == all_[:count]
    assert list(intervals.each(intervals.highest(tidy, count))) == all_[max(0, len(all_) - count) :]
    assert intervals.size(tidy) == len(all_)


@given(untidy=UNTIDY)
def test_neighbours_are_one_range(untidy: Ranges) -> None:
    tidy = intervals.tidy(untidy)

    assert all(last + 1 < after for (_, last), (after, _) in pairwise(tidy))
