"""PIN format, hashing and lockout."""

import hashlib

import pytest

from kiosk.rules import pins
from kiosk.rules.pins import is_pin, lockout_seconds


@pytest.mark.parametrize("text", ["123456", "12345678"])
def test_six_to_eight_digits_are_a_pin(text: str) -> None:
    assert is_pin(text)


@pytest.mark.parametrize("text", ["", "12345", "123456789", "12345a", "１２３４５６", " 123456"])
def test_nothing_else_is_a_pin(text: str) -> None:
    assert not is_pin(text)


def test_only_the_pin_itself_has_its_tag() -> None:
    tag = pins.tag("482913", bytes(16))

    assert len(tag) == pins.TAG_SIZE
    assert pins.tag("482913", bytes(16)) == tag
    assert pins.tag("482914", bytes(16)) != tag
    assert pins.tag("482913", b"another salt, 16") != tag


def test_proposed_pins_are_pins_and_no_patterns() -> None:
    proposed = {pins.propose() for _ in range(500)}

    assert len(proposed) > 490
    assert all(is_pin(pin) and len(set(pin)) >= 3 for pin in proposed)


def test_a_hash_of_an_earlier_release_matches_its_pin_alone() -> None:
    salt = bytes(16)
    key = hashlib.scrypt(b"482913", salt=salt, dklen=32, n=2**14, r=8, p=1)

    assert pins.matches_old("482913", f"{salt.hex()}:{key.hex()}")
    assert not pins.matches_old("482914", f"{salt.hex()}:{key.hex()}")


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
