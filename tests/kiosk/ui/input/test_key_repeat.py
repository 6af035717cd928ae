"""A held key is distinguished from one that is pressed again."""

import pytest

from kiosk.ui.input.key_repeat import KeyRepeat

A, B = ord("4"), ord("8")


def pressed(*presses: tuple[float, int]) -> list[bool]:
    """Whether each of these presses (seconds since the last one, key), without releases, is a repeat."""
    time = 0.0
    repeat = KeyRepeat(lambda: time)
    repeats = []
    for after, code in presses:
        time += after
        repeats.append(repeat.down(code))
    return repeats


@pytest.mark.parametrize("delay", [0.25, 0.5, 0.66])
def test_a_held_key_repeats(delay: float) -> None:
    assert pressed((0, A), (delay, A), (0.033, A), (0.033, A)) == [False, True, True, True]


def test_presses_within_two_milliseconds_are_no_repeats() -> None:
    assert pressed((0, A), (0.001, A), (0.001, A)) == [False, False, False]


def test_another_key_ends_it() -> None:
    assert pressed((0, A), (0.3, A), (0.03, B), (0.03, A)) == [False, True, False, False]


def test_a_press_long_after_a_lost_release_is_no_repeat() -> None:
    assert pressed((0, A), (2.0, A)) == [False, False]


def test_a_released_key_is_pressed_again() -> None:
    repeat = KeyRepeat(lambda: 0.5)
    repeat.down(A)
    repeat.up(A)

    assert not repeat.down(A)
