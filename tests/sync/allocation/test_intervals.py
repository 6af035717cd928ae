"""Ranges are sets: whatever is done with them is what sets of the same numbers give."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sync.allocation import intervals
from sync.allocation.intervals import Ranges

UNTIDY = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8).map(tuple)


def numbers(untidy: Ranges) -> set[int]:
    return {number for first, last in untidy for number in range(first, last + 1)}


@given(one=UNTIDY, other=UNTIDY)
def test_they_are_joined_cut_and_compared_like_sets(one: Ranges, other: Ranges) -> None:
    assert intervals.union(one, other) == intervals.from_numbers(numbers(one) | numbers(other))
    assert intervals.difference(one, other) == intervals.from_numbers(numbers(one) - numbers(other))
    assert intervals.intersection(one, other) == intervals.from_numbers(numbers(one) & numbers(other))


@given(untidy=UNTIDY, count=st.integers(0, 50))
def test_the_ends_are_as_many_as_asked_for(untidy: Ranges, count: int) -> None:
    tidy = intervals.tidy(untidy)
    all_ = sorted(numbers(untidy))

    assert list(intervals.each(intervals.lowest(tidy, count))) == all_[:count]
    assert list(intervals.each(intervals.highest(tidy, count))) == all_[max(0, len(all_) - count) :]
    assert intervals.size(tidy) == len(all_)


@given(untidy=UNTIDY)
def test_neighbours_are_one_range(untidy: Ranges) -> None:
    tidy = intervals.tidy(untidy)

    assert all(last + 1 < after for (_, last), (after, _) in pairwise(tidy))
