"""Which pouches a party gets."""

from kiosk.rules.pouch_assignment import choose, free_numbers


def shelf(pouches: int) -> range:
    return range(1, pouches + 1)


def test_the_lowest_that_hangs() -> None:
    assert choose(1, shelf(40), {1, 2, 4}) == (3,)


def test_a_party_finds_its_pouches_side_by_side() -> None:
    assert choose(3, shelf(40), {1, 2, 4}) == (5, 6, 7)


def test_scattered_ones_are_better_than_none() -> None:
    assert choose(2, shelf(5), {2, 4}) == (1, 3)


def test_too_few_are_none() -> None:
    assert choose(3, shelf(4), {1, 2}) is None
    assert choose(1, shelf(0), ()) is None


def test_no_phones_need_no_pouch() -> None:
    assert choose(0, shelf(40), {1}) == ()
    assert choose(0, shelf(0), ()) == ()


def test_what_hangs_is_what_is_not_taken() -> None:
    assert free_numbers(shelf(4), {2, 99}) == [1, 3, 4]


def test_what_was_dealt_to_others_hangs_for_others() -> None:
    assert choose(2, (3, 7, 8, 20), {3}) == (7, 8)
    assert choose(2, (3, 7), {3}) is None
