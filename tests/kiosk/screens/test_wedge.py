"""A reader that types like a keyboard is heard as a slip, and a person's keys are left to them."""

import pytest

from kiosk.screens.wedge import ENTER, Wedge

SLIP = "HS1:ABCDEFGH234567ZY"


class Keyboard:
    """Types into a wedge; a key takes a hundredth of a second."""

    def __init__(self) -> None:
        self.time = 0.0
        self.read: list[str] = []
        self.wedge = Wedge(self.read.append, lambda: self.time)

    def type(self, text: str, enter: bool = True) -> list[bool]:
        taken = []
        for code in [*map(ord, text), *([ENTER] if enter else [])]:
            self.time += 0.01
            taken.append(self.wedge.down(code))
        return taken


@pytest.fixture
def keyboard() -> Keyboard:
    return Keyboard()


@pytest.mark.parametrize("typed", [SLIP, SLIP.lower(), SLIP.replace(":", ";"), SLIP.replace(":", "")])
def test_a_slip_is_read_however_its_letters_come(keyboard: Keyboard, typed: str) -> None:
    assert all(keyboard.type(typed)), "nothing of it is a key for anybody else"

    assert keyboard.read == [SLIP]


@pytest.mark.parametrize("typed", ["4827", "q", "\t"])
def test_other_keys_are_left_alone(keyboard: Keyboard, typed: str) -> None:
    assert not any(keyboard.type(typed))


@pytest.mark.parametrize("typed", ["H", "HELLO", SLIP[:-1], SLIP + "A", SLIP.replace("2", "1"), "HS2:" + SLIP[4:]])
def test_what_is_no_slip_means_nothing(keyboard: Keyboard, typed: str) -> None:
    keyboard.type(typed)

    assert keyboard.read == []
    assert keyboard.type(SLIP)
    assert keyboard.read == [SLIP]


def test_a_person_who_has_typed_an_h_can_go_on(keyboard: Keyboard) -> None:
    keyboard.type("H", enter=False)
    keyboard.time += 1

    assert not any(keyboard.type("48"))
