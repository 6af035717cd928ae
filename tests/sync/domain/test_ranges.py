"""Ranges are sets: whatever is done with them is what sets of the same numbers give."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sync.domain import ranges
from sync.domain.ranges import Ranges

UNTIDY = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8).map(tuple)


def numbers(untidy: Ranges) -> set[int]:
    return {number for first, last in untidy for number in range(first, last + 1)}


@given(one=UNTIDY, other=UNTIDY)
def test_they_are_joined_cut_and_compared_like_sets(one: Ranges, other: Ranges) -> None:
    assert ranges.join(one, other) == ranges.of(numbers(one) | numbers(other))
    assert ranges.minus(one, other) == ranges.of(numbers(one) - numbers(other))
    assert ranges.both(one, other) == ranges.of(numbers(one) & numbers(other))


@given(untidy=UNTIDY, count=st.integers(0, 50))
def test_the_ends_are_as_many_as_asked_for(untidy: Ranges, count: int) -> None:
    tidy = ranges.tidy(untidy)
    all_ = sorted(numbers(untidy))

    assert list(ranges.each(ranges.lowest(tidy, count))) == all_[:count]
    assert list(ranges.each(ranges.highest(tidy, count))) == all_[max(0, len(all_) - count) :]
    assert ranges.size(tidy) == len(all_)


@given(untidy=UNTIDY)
def test_neighbours_are_one_range(untidy: Ranges) -> None:
    tidy = ranges.tidy(untidy)

    assert all(last + 1 < after for (_, last), (after, _) in pairwise(tidy))
