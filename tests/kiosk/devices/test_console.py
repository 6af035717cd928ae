"""The terminal page of a simulated device presses its buttons."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.devices.simulators.console import Button, page
from kiosk.devices.simulators.pty_port import SimulatedPort


class Bell:
    """A simulated device with a button, and one that takes a text."""

    write: Callable[[bytes], None]

    def __init__(self) -> None:
        self.heard: list[str] = []

    def receive(self, data: bytes, now: float) -> None:
        """Nothing."""

    def tick(self, now: float) -> float:
        return now + 60

    def buttons(self) -> list[Button]:
        return [Button("ring", lambda _: self.heard.append("ring")), Button("say", self.heard.append, "TEXT")]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[SimulatedPort]:
    port = SimulatedPort(Bell(), tmp_path / "port")
    port.plug_in()
    yield port
    port.close()


def play(port: SimulatedPort, *lines: str) -> tuple[list[str], list[str]]:
    """What the page prints after the list of buttons, and what the device heard."""
    bell = port.device
    assert isinstance(bell, Bell)
    printed = list(page(port, bell.buttons(), lines))
    return printed[printed.index("  q  end") + 1 :], bell.heard


def test_buttons_are_pressed_by_their_numbers(port: SimulatedPort) -> None:
    assert play(port, "1", "2 hello there") == (["done: ring", "done: say"], ["ring", "hello there"])


def test_what_is_no_button_is_explained(port: SimulatedPort) -> None:
    printed, heard = play(port, "7", "ring", "", "2", "q", "1")

    assert printed == ["type a number from 1 to 6, or q"] * 3 + ["type 2 TEXT"]
    assert not heard


def test_the_plug_is_pulled_and_put_back(port: SimulatedPort) -> None:
    play(port, "3", "3")
    assert not port.path.exists()

    play(port, "4", "4")
    assert port.path.exists()
