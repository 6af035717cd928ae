"""Readers of 125 kHz cards that send frames on a serial port: RDM6300, RDM630 and what sends the same bytes.

A frame is STX, ten hexadecimal digits of the card's five bytes, two of their checksum (XOR), ETX. While a card lies on
the reader its frame is repeated every 50 to 65 ms.
"""

from functools import reduce
from operator import xor

from kiosk.devices.driver import NEVER, LineSettings, Report
from kiosk.rules.cards import card_of_bytes
from kiosk.rules.device_commands import DeviceCommand
from kiosk.rules.device_events import CardSeen
from kiosk.rules.device_settings import CardReaderSettings
from kiosk.rules.device_states import Condition, DeviceKind

START, END = b"\x02", b"\x03"
CARD_BYTES = 5
DIGITS = 2 * CARD_BYTES + 2  # with the checksum's
FRAME = len(START) + DIGITS + len(END)
GONE = 0.3  # seconds without a frame, after which the card was taken away


class FrameSplitter:
    """Finds frames in bytes that may be cut or disturbed anywhere.

    ``lenient``: accept a wrong checksum, which some clones send, where two frames are the same.
    """

    def __init__(self, lenient: bool = False) -> None:
        self._lenient = lenient
        self._bytes = bytearray()
        self._doubtful = b""  # the last frame, if its checksum was wrong

    def clear(self) -> None:
        """Forget what has begun."""
        self._bytes.clear()
        self._doubtful = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The five bytes of each card whose frame these bytes complete."""
        cards = []
        for byte in data:
            if byte == START[0]:
                self._bytes.clear()
            self._bytes.append(byte)
            if len(self._bytes) == FRAME:
                cards += self._read(bytes(self._bytes))
                self._bytes.clear()
            elif self._bytes[:1] != START:
                self._bytes.clear()
        return cards

    def _read(self, frame: bytes) -> list[bytes]:
        """The card of a whole frame, if it is one."""
        doubtful, self._doubtful = self._doubtful, b""
        digits = frame[len(START) : -len(END)]
        card = _unhex(digits[: 2 * CARD_BYTES])
        if frame[-len(END) :] != END or card is None:
            return []
        if _unhex(digits[2 * CARD_BYTES :]) == bytes([reduce(xor, card)]):
            return [card]
        if self._lenient and frame == doubtful:
            return [card]
        self._doubtful = frame
        return []


def _unhex(digits: bytes) -> bytes | None:
    """The bytes of hexadecimal digits; None where they are none. ``bytes.fromhex`` would allow spaces."""
    if not all(digit in b"0123456789ABCDEFabcdef" for digit in digits):
        return None
    return bytes.fromhex(digits.decode("ascii"))


class CardReaderDriver:
    """Reports each card once when it is laid on the reader. It never writes: the reader takes no commands."""

    kind: DeviceKind = "card_reader"
    condition = Condition.UNKNOWN  # it sends nothing until a card is there
    wake_at = NEVER

    def __init__(self, settings: CardReaderSettings, report: Report) -> None:
        self.line = LineSettings(settings.baud)
        self._report = report
        self._splitter = FrameSplitter(settings.lenient_checksum)
        self._card = ""  # that was seen last
        self._seen_at = -GONE

    def connected(self, now: float) -> None:
        """Forget a partial frame."""
        self._splitter.clear()

    def disconnected(self, now: float) -> None:
        """Forget a partial frame."""
        self._splitter.clear()

    def accepts(self, command: DeviceCommand) -> bool:
        """A card reader takes no commands."""
        return False

    def handle(self, command: DeviceCommand, now: float) -> None:
        """A card reader takes no commands."""

    def receive(self, data: bytes, now: float) -> None:
        """Report the cards that are laid on the reader."""
        for content in self._splitter.feed(data):
            card, is_gone = card_of_bytes(content), now - self._seen_at >= GONE
            is_new = card != self._card or is_gone
            self._card, self._seen_at = card, now
            if is_new:
                self._report(CardSeen(card))

    def output(self, now: float) -> bytes:
        """There is never anything to write."""
        return b""
