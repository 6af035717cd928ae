"""The venue key's digits: every wrong digit is noticed at its group, and no value of it is derived from another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules import venue_key

KEYS = st.binary(min_size=16, max_size=16)


@given(KEYS)
def test_the_digits_give_the_key_back(key: bytes) -> None:
    groups = venue_key.groups_of(key)

    assert [len(group) for group in groups] == [5] * 10
    assert venue_key.key_of(groups) == key


@given(KEYS, st.integers(0, 9), st.integers(0, 4), st.integers(1, 9))
def test_a_wrong_digit_is_noticed_in_its_group(key: bytes, place: int, position: int, change: int) -> None:
    group = venue_key.groups_of(key)[place]
    digit = str((int(group[position]) + change) % 10)
    wrong = group[:position] + digit + group[position + 1 :]

    assert venue_key.is_group(place, group)
    assert not venue_key.is_group(place, wrong)


@given(KEYS, st.integers(0, 8))
def test_exchanged_groups_are_noticed(key: bytes, place: int) -> None:
    groups = list(venue_key.groups_of(key))
    groups[place], groups[place + 1] = groups[place + 1], groups[place]

    assert venue_key.key_of(groups) is None or groups[place] == groups[place + 1]


@pytest.mark.parametrize("groups", [(), ("00000",) * 10, ("٠٠٠٠٠",) * 10, ("",) * 10])
def test_what_is_no_key_is_none(groups: tuple[str, ...]) -> None:
    assert venue_key.key_of(groups) is None


@given(KEYS)
def test_each_purpose_has_its_own_value(key: bytes) -> None:
    values = {key, venue_key.sealing_key(key)[:16], venue_key.pin_salt(key), venue_key.key_id(key)}

    assert len(values) == 4
