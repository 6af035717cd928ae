"""Held keys are typed after a pause, unless they came as fast as a scanner's."""

import pytest

from kiosk.rules.key_burst import SCAN_KEYS, DigitBurst, KeyBurst


@pytest.fixture
def typed() -> list[str]:
    return []


@pytest.fixture
def burst(typed: list[str]) -> KeyBurst:
    return KeyBurst(typed.append)


def press(burst: KeyBurst, text: str) -> None:
    for letter in text:
        burst.add_key()
        burst.add_text(letter)


def test_fewer_keys_than_a_scans_are_typed_once_the_pause_is_over(burst: KeyBurst, typed: list[str]) -> None:
    press(burst, "Jo")
    assert burst.is_held and not typed

    burst.end()
    burst.end()

    assert typed == ["Jo"] and not burst.is_held


@pytest.mark.parametrize("count", [SCAN_KEYS, SCAN_KEYS + 1, 200])
def test_as_many_as_a_scans_are_dropped(burst: KeyBurst, typed: list[str], count: int) -> None:
    press(burst, "h" * count)
    burst.end()
    press(burst, "a")
    burst.end()

    assert typed == ["a"]


def test_a_key_without_a_text_counts_and_types_nothing(burst: KeyBurst, typed: list[str]) -> None:
    burst.add_key()  # a dead accent
    burst.end()
    assert typed == []

    press(burst, "abc")
    burst.add_key()
    assert burst.is_scan


def test_what_was_dropped_is_not_typed(burst: KeyBurst, typed: list[str]) -> None:
    press(burst, "ab")
    burst.drop()
    burst.end()

    assert typed == []


@pytest.fixture
def pressed() -> list[int]:
    return []


@pytest.fixture
def digits(pressed: list[int]) -> DigitBurst:
    return DigitBurst(pressed.append)


def hold(digits: DigitBurst, text: str, page: str = "code") -> None:
    for digit in text:
        digits.add_key(ord(digit), page)


def test_a_persons_digits_are_pressed_in_order_once(digits: DigitBurst, pressed: list[int]) -> None:
    hold(digits, "48")
    assert digits.is_held and not pressed

    digits.end("code")
    digits.end("code")

    assert pressed == [*b"48"] and not digits.is_held


@pytest.mark.parametrize("count", [SCAN_KEYS, 10, 4096])
def test_as_many_digits_as_a_scans_press_nothing(digits: DigitBurst, pressed: list[int], count: int) -> None:
    hold(digits, "7" * count)
    digits.end("code")

    assert not pressed and not digits.is_held


def test_the_suffix_counts_as_one_of_its_keys(digits: DigitBurst) -> None:
    hold(digits, "7" * (SCAN_KEYS - 1))

    assert digits.is_scan(suffixes=1) and not digits.is_scan()


def test_digits_of_the_page_before_press_nothing(digits: DigitBurst, pressed: list[int]) -> None:
    hold(digits, "4", "code")
    hold(digits, "8", "thanks")
    digits.end("thanks")

    assert not pressed
