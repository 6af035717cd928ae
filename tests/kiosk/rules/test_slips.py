"""Slip codes are random, and no two open visits share their digits."""

import re

import pytest

from kiosk.rules.slips import Slip, is_checked_code, is_slip_code, new_code
from sync.domain.visit import code_of, visit_of


def test_a_slip_has_its_prefix_and_letters_that_are_on_the_same_key_in_every_layout() -> None:
    assert re.fullmatch(r"HS2:[B-HJ-LNPRT-V]{28}", new_code(()))
    assert re.fullmatch(r"HS1:[A-Z2-7]{16}", new_code((), checked=False))


def test_every_slip_is_a_code_in_its_own_format_only() -> None:
    for checked in (True, False):
        slip = new_code((), checked=checked)
        assert is_slip_code(slip)
        assert Slip((slip,)).is_checked == is_checked_code(slip) == checked


def test_the_format_never_changes() -> None:
    assert new_code((), lambda _: bytes(range(10))) == "HS2:BBBCBDBEBFBGBHBJBKBLFHTJHRFG"


def test_the_digits_follow_from_the_slip_and_avoid_those_in_use() -> None:
    first, second = b"\x00" * 10, b"\x01" * 10
    code_in_use = code_of(visit_of(new_code((), lambda _: first)))
    offered = iter((first, second))

    slip = new_code({code_in_use}, lambda _: next(offered))

    assert slip == new_code((), lambda _: second)
    assert re.fullmatch(r"\d{4}", code_of(visit_of(slip)))


def test_no_more_than_ten_thousand_codes() -> None:
    with pytest.raises(LookupError):
        new_code({f"{code:04d}" for code in range(10_000)})
