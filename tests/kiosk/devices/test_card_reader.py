"""Readers of 125 kHz cards: frames, checksums, and a card that counts once while it lies there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.card_reader import FRAME, GONE, CardReaderDriver
from kiosk.devices.simulators.card_reader import NOISE, REPEAT, SimulatedCardReader, frame_of
from kiosk.rules.cards import card_of_bytes, card_of_decimal
from kiosk.rules.device_events import CardSeen, DeviceEvent
from kiosk.rules.device_settings import CardReaderSettings

CAPTURED = bytes.fromhex("02 30 31 30 30 36 33 45 39 41 45 32 35 03")  # docs/devices.md; printed 0006547886
CARD = CardSeen("0063E9AE")


class Reader:
    """A card reader's driver that notes its events."""

    def __init__(self, lenient: bool = False) -> None:
        self.events: list[DeviceEvent] = []
        settings = CardReaderSettings(name="desk", lenient_checksum=lenient)
        self.driver = CardReaderDriver(settings, self.events.append)
        self.driver.connected(0.0)


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.mark.parametrize(
    ("frame", "printed"),
    [
        (CAPTURED, "0006547886"),
        (b"\x02100086F44426\x03", "0008844356"),
        (b"\x0201000734E0D2\x03", "0000472288"),
    ],
)
def test_a_frame_and_the_printed_number_are_the_same_card(reader: Reader, frame: bytes, printed: str) -> None:
    for byte in frame:
        reader.driver.receive(bytes([byte]), 1.0)

    assert reader.events == [CardSeen(card_of_decimal(printed) or "")]


@pytest.mark.parametrize(
    "text", ["", "4294967296", "9999999999", "123456789", "00065478860", "000654788a", "٠٠٠٦٥٤٧٨٨٦"]
)
def test_what_is_no_card_number_is_none(text: str) -> None:
    assert card_of_decimal(text) is None


def test_both_forms_of_every_number_agree() -> None:
    for number in (0, 1, 6547886, 2**31, 2**32 - 1):
        assert card_of_decimal(f"{number:010d}") == card_of_bytes(b"\x77" + number.to_bytes(4, "big"))


def test_a_card_counts_once_while_it_lies_there(reader: Reader) -> None:
    for turn in range(50):
        reader.driver.receive(CAPTURED, turn * REPEAT)
    assert reader.events == [CARD]

    reader.driver.receive(frame_of(1), 50 * REPEAT)
    reader.driver.receive(CAPTURED, 51 * REPEAT)
    reader.driver.receive(CAPTURED, 52 * REPEAT + GONE)

    assert reader.events == [CARD, CardSeen("00000001"), CARD, CARD]


@pytest.mark.parametrize("place", range(1, FRAME - 1))
def test_a_wrong_digit_is_no_card(reader: Reader, place: int) -> None:
    wrong = bytearray(CAPTURED)
    wrong[place] = ord("F") if wrong[place] != ord("F") else ord("0")
    reader.driver.receive(bytes(wrong) * 2, 1.0)

    assert reader.events == []


def test_a_clones_wrong_checksum_counts_where_two_frames_are_the_same() -> None:
    frame, other = frame_of(6547886, checksum_error=1), frame_of(6547887, checksum_error=1)
    reader = Reader(lenient=True)
    reader.driver.receive(frame + other, 1.0)
    assert reader.events == []

    reader.driver.receive(other, 1.1)

    assert reader.events == [CardSeen(card_of_decimal("0006547887") or "")]


@pytest.mark.parametrize("before", [NOISE, CAPTURED[:7], CAPTURED[5:], b"\x02" * 40, b"\x02zz"])
def test_a_frame_after_a_disturbed_one_is_read(reader: Reader, before: bytes) -> None:
    reader.driver.receive(before + CAPTURED, 1.0)

    assert reader.events == [CARD]


@given(chunks=st.lists(st.binary(max_size=60), max_size=30))
def test_any_bytes_take_bounded_memory(chunks: list[bytes]) -> None:
    reader = Reader(lenient=True)
    for turn, chunk in enumerate(chunks):
        reader.driver.receive(chunk, float(turn))
        assert len(reader.driver._splitter._bytes) < FRAME


def test_the_simulated_reader_repeats_its_card(reader: Reader) -> None:
    device = SimulatedCardReader()
    now = 0.0
    device.write = lambda data: reader.driver.receive(data, now)
    presses = {button.label: button.press for button in device.buttons()}

    presses["lay a card on it"]("6547886")
    for _ in range(10):
        now = device.tick(now)
    presses["take the card away"]("")
    device.tick(now)
    presses["send wrong checksums from now on"]("")
    presses["lay a card on it"]("7")
    for _ in range(10):
        now = device.tick(now)

    assert reader.events == [CARD]
