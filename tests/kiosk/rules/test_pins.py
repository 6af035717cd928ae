"""PIN format, hashing and lockout."""

import pytest

from kiosk.rules.pins import hash_pin, is_pin, lockout_seconds, matches


@pytest.mark.parametrize("text", ["123456", "12345678"])
def test_six_to_eight_digits_are_a_pin(text: str) -> None:
    assert is_pin(text)


@pytest.mark.parametrize("text", ["", "12345", "123456789", "12345a", "１２３４５６", " 123456"])
def test_nothing_else_is_a_pin(text: str) -> None:
    assert not is_pin(text)


def test_only_the_pin_itself_matches_its_hash() -> None:
    pin_hash = hash_pin("482913")

    assert matches("482913", pin_hash)
    assert not matches("482914", pin_hash)
    assert "482913" not in pin_hash
    assert hash_pin("482913") != pin_hash


def test_lockout_doubles_up_to_a_limit() -> None:
    assert [lockout_seconds(failures, 30, 3600) for failures in (0, 1, 2, 3, 4, 5, 20, 10_000)] == [
        0,
        0,
        0,
        30,
        60,
        120,
        3600,
        3600,
    ]
