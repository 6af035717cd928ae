"""PINs: what is one, how it is kept, and how long wrong ones are held back."""

import pytest

from kiosk.rules.pins import hash_pin, is_pin, lockout_seconds, matches


@pytest.mark.parametrize("text", ["123456", "12345678"])
def test_six_to_eight_digits(text: str) -> None:
    assert is_pin(text)


@pytest.mark.parametrize("text", ["", "12345", "123456789", "12345a", "１２３４５６", " 123456"])
def test_nothing_else(text: str) -> None:
    assert not is_pin(text)


def test_only_the_pin_itself_opens_what_was_sealed() -> None:
    sealed = hash_pin("482913")

    assert matches("482913", sealed)
    assert not matches("482914", sealed)
    assert "482913" not in sealed
    assert hash_pin("482913") != sealed


def test_held_back_longer_each_time_up_to_a_limit() -> None:
    assert [lockout_seconds(wrong, 30, 3600) for wrong in (0, 1, 2, 3, 4, 5, 20, 10_000)] == [
        0,
        0,
        0,
        30,
        60,
        120,
        3600,
        3600,
    ]
