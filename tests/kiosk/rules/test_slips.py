"""Slip codes are random, and no two open visits share their digits."""

import re
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.slips import (
    ALPHABET,
    CHECKED,
    FROM_HEX,
    LETTERS,
    TO_HEX,
    Slip,
    is_checked_code,
    is_slip_code,
    new_code,
)
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


def wrong_letters() -> list[tuple[int, int]]:
    """Each place and each way in which the letter there can be wrong, as what it changes in the letter's value."""
    return [(place, change) for place in range(LETTERS) for change in range(1, len(ALPHABET))]


def syndromes() -> dict[tuple[int, int], int]:
    """Of each wrong letter, by how much the check is wrong then.

    A CRC is linear: this does not depend on the code, and several wrong letters add up, without carries. So what is
    shown of these numbers holds for every code.
    """
    correct = new_code((), bytes)
    values = [ALPHABET.index(letter) for letter in correct.removeprefix(CHECKED)]
    return {(place, change): syndrome(values, [(place, change)]) for place, change in wrong_letters()}


def syndrome(values: list[int], wrong: list[tuple[int, int]]) -> int:
    """The difference between the check that these letters have and the one that they should have."""
    values = [*values]
    for place, change in wrong:
        values[place] ^= change
    content = bytes.fromhex("".join(f"{value:x}" for value in values))
    right = new_code((), lambda count: content[:count]).removeprefix(CHECKED).translate(TO_HEX)
    return int.from_bytes(content[10:]) ^ int(right[20:], 16)


def test_the_syndromes_of_wrong_letters_add_up_whatever_the_code_is() -> None:
    random, by_letter = Random(20), syndromes()
    for _ in range(500):
        code = new_code((), random.randbytes)
        values = [ALPHABET.index(letter) for letter in code.removeprefix(CHECKED)]
        wrong = [(place, random.randrange(1, 16)) for place in random.sample(range(LETTERS), 3)]
        first, second, third = (by_letter[letter] for letter in wrong)

        assert syndrome(values, wrong) == first ^ second ^ third


def test_any_one_two_or_three_wrong_letters_are_noticed_in_every_code() -> None:
    """Which covers every swap of two letters, near or far apart."""
    by_letter = syndromes()
    assert 0 not in by_letter.values(), "one"

    of_two = {}
    for (place, change), (other, change_there) in combinations(by_letter, 2):
        if place != other:
            of_two[place, change, other, change_there] = by_letter[place, change] ^ by_letter[other, change_there]
    assert 0 not in of_two.values(), "two"

    letter_of = {syndrome: letter for letter, syndrome in by_letter.items()}
    for (place, _, other, _), both in of_two.items():
        assert both not in letter_of or letter_of[both][0] in (place, other), "three"


@st.composite
def misread(draw: st.DrawFn) -> tuple[str, str]:
    """A code, and what a scanner may make of it: letters swapped, shifted, exchanged, left out, doubled or changed."""
    code = new_code((), lambda count: draw(st.binary(min_size=count, max_size=count)))
    letters = [*code.removeprefix(CHECKED)]
    place, other = draw(st.integers(0, LETTERS - 1)), draw(st.integers(0, LETTERS - 1))
    match draw(st.sampled_from(["swap", "turn", "reverse", "shift", "exchange", "leave out", "double", "change"])):
        case "swap":
            letters[place], letters[other] = letters[other], letters[place]
        case "turn":
            letters = letters[place:] + letters[:place]
        case "reverse":
            letters[min(place, other) : max(place, other)] = letters[min(place, other) : max(place, other)][::-1]
        case "shift":
            letters = [chr((ord(letter) - ord("A") + place) % 26 + ord("A")) for letter in letters]
        case "exchange":
            one, another = draw(st.sampled_from(ALPHABET)), draw(st.sampled_from(ALPHABET))
            letters = [*"".join(letters).translate(str.maketrans(one + another, another + one))]
        case "leave out":
            del letters[place]
        case "double":
            letters.insert(place, letters[place])
        case _:
            letters[place] = draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
    return code, CHECKED + "".join(letters)


@given(misread())
def test_a_misread_code_is_refused_or_still_the_same(codes: tuple[str, str]) -> None:
    code, read = codes

    assert read == code or not is_slip_code(read)


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=4, max_size=4))
def test_a_made_up_check_is_refused(content: bytes, check: bytes) -> None:
    code = new_code((), lambda _: content)
    made_up = CHECKED + (content + check).hex().translate(FROM_HEX)

    assert is_checked_code(made_up) == (made_up == code)
