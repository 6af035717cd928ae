"""The pouches that a party gets."""

from kiosk.rules.pouch_assignment import choose, free_numbers


def first(pouches: int) -> range:
    return range(1, pouches + 1)


def test_the_lowest_free_number_is_chosen() -> None:
    assert choose(1, first(40), {1, 2, 4}) == (3,)


def test_a_party_gets_adjacent_numbers() -> None:
    assert choose(3, first(40), {1, 2, 4}) == (5, 6, 7)


def test_scattered_numbers_where_none_are_adjacent() -> None:
    assert choose(2, first(5), {2, 4}) == (1, 3)


def test_none_where_too_few_are_free() -> None:
    assert choose(3, first(4), {1, 2}) is None
    assert choose(1, first(0), ()) is None


def test_no_phones_need_no_pouch() -> None:
    assert choose(0, first(40), {1}) == ()
    assert choose(0, first(0), ()) == ()


def test_free_numbers_are_those_not_in_use() -> None:
    assert free_numbers(first(4), {2, 99}) == [1, 3, 4]


def test_only_allocated_numbers_are_chosen() -> None:
    assert choose(2, (3, 7, 8, 20), {3}) == (7, 8)
    assert choose(2, (3, 7), {3}) is None
