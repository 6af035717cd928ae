"""A simulated reader of 125 kHz cards: repeats a card's frame while the card lies on it."""

from collections.abc import Callable
from functools import reduce
from operator import xor

from kiosk.devices.simulators.console import Button
from kiosk.rules.cards import NUMBER_BYTES

REPEAT = 0.065  # seconds between two frames of a card that lies on the reader
IDLE = 60.0  # seconds between calls of ``tick`` without a card
MAKER = b"\x01"  # the first of a card's five bytes
NOISE = bytes((91 * place + 2) % 256 for place in range(4096))


def frame_of(number: int, checksum_error: int = 0) -> bytes:
    """The frame of the card with this number (as printed on it); ``checksum_error`` is added by XOR."""
    card = MAKER + number.to_bytes(NUMBER_BYTES, "big")
    check = bytes([reduce(xor, card) ^ checksum_error])
    return b"\x02" + (card + check).hex().upper().encode() + b"\x03"


class SimulatedCardReader:
    """A reader; ``number`` is that of the card on it, None without one."""

    write: Callable[[bytes], None]

    def __init__(self) -> None:
        self.number: int | None = None
        self.checksum_error = 0
        self._due = 0.0

    def receive(self, data: bytes, now: float) -> None:
        """It takes no commands."""

    def tick(self, now: float) -> float:
        """Send the card's frame, if one is due."""
        if self.number is None:
            return now + IDLE
        if now >= self._due:
            self._due = now + REPEAT
            self.write(frame_of(self.number, self.checksum_error))
        return self._due

    def lay(self, number: str) -> None:
        """Lay the card with that number on the reader."""
        if number.isdecimal() and int(number) < 1 << 8 * NUMBER_BYTES:
            self.number = int(number)

    def take(self) -> None:
        """Take the card away."""
        self.number = None

    def buttons(self) -> list[Button]:
        """What a person can do to it."""
        return [
            Button("lay a card on it", self.lay, "NUMBER"),
            Button("take the card away", lambda _: self.take()),
            Button("send wrong checksums from now on", lambda _: self._set_checksum_error(1)),
            Button("send right checksums again", lambda _: self._set_checksum_error(0)),
            Button("send 4 KB of noise", lambda _: self.write(NOISE)),
        ]

    def _set_checksum_error(self, error: int) -> None:
        self.checksum_error = error
