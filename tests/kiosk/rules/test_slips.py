"""A slip's code is random, and its digits are nobody else's in the room."""

import re

import pytest

from kiosk.rules.slips import draw
from sync.domain.visit import code_of, visit_of


def test_a_slip_has_its_prefix_and_sixteen_base32_characters() -> None:
    assert re.fullmatch(r"HS1:[A-Z2-7]{16}", draw(()))


def test_the_digits_follow_from_the_slip_and_avoid_those_in_the_room() -> None:
    first, second = b"\x00" * 10, b"\x01" * 10
    taken = code_of(visit_of(draw((), lambda _: first)))
    offered = iter((first, second))

    slip = draw({taken}, lambda _: next(offered))

    assert slip == draw((), lambda _: second)
    assert re.fullmatch(r"\d{4}", code_of(visit_of(slip)))


def test_ten_thousand_are_enough() -> None:
    with pytest.raises(LookupError):
        draw({f"{code:04d}" for code in range(10_000)})
