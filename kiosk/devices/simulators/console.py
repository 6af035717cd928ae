"""A terminal page for a simulated device: lists its buttons and presses the one whose number is typed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kiosk.devices.simulators.pty_port import SimulatedPort

QUIT = "q"


@dataclass(frozen=True)
class Button:
    """Something that a person can do to a device. ``takes``: what has to be typed after its number; empty: nothing."""

    label: str
    press: Callable[[str], None]
    takes: str = ""


def _port_buttons(port: SimulatedPort) -> list[Button]:
    """What can be done to any device: pull its plug, and let it take no bytes any more."""

    def set_stalled(is_stalled: bool) -> None:
        port.is_stalled = is_stalled

    return [
        Button("unplug it", lambda _: port.unplug()),
        Button("plug it in", lambda _: port.plug_in()),
        Button("let it take no bytes", lambda _: set_stalled(True)),
        Button("let it take bytes again", lambda _: set_stalled(False)),
    ]


def page(port: SimulatedPort, device_buttons: Sequence[Button], lines: Iterable[str]) -> Iterator[str]:
    """Press buttons by the ``lines`` that a person types, until "q" or their end; yields what to print."""
    buttons = [*(_locked(port, button) for button in device_buttons), *_port_buttons(port)]
    for number, button in enumerate(buttons, 1):
        yield f"{number:3}  {button.label}" + (f": {number} {button.takes}" if button.takes else "")
    yield f"  {QUIT}  end"
    for line in lines:
        word, _, text = line.strip().partition(" ")
        if word == QUIT:
            return
        pressed = _button(buttons, word)
        if pressed is None:
            yield f"type a number from 1 to {len(buttons)}, or {QUIT}"
        elif pressed.takes and not text.strip():
            yield f"type {word} {pressed.takes}"
        else:
            pressed.press(text.strip())
            port.wake()
            yield f"done: {pressed.label}"


def _locked(port: SimulatedPort, button: Button) -> Button:
    """The button, pressed with the port's lock held, as the port's thread uses the device too."""

    def press(text: str) -> None:
        with port.lock:
            button.press(text)

    return replace(button, press=press)


def _button(buttons: Sequence[Button], word: str) -> Button | None:
    return buttons[int(word) - 1] if word.isdecimal() and 0 < int(word) <= len(buttons) else None
