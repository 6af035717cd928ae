"""Scanners on a serial port: what they send, cut and disturbed in any way, becomes slips or one unreadable scan."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices import scanner
from kiosk.devices.scanner import LONGEST, PAUSE, STILL_THERE, ScannerDriver
from kiosk.devices.simulators.scanner import NOISE, SUFFIXES, SimulatedScanner
from kiosk.rules.device_events import DeviceEvent, PairingCodeScanned, PassScanned, SlipScanned, UnreadableScan
from kiosk.rules.device_settings import ScannerSettings
from kiosk.rules.passes import ScannedPass
from kiosk.rules.slips import Slip, new_code
from sync import pass_tokens
from sync.pairing_tokens import pairing_text

CODE = new_code(())
OTHER = new_code((), secrets.token_bytes)
SCANNED = SlipScanned(Slip((CODE,)))


class Reader:
    """A scanner's driver that notes its events."""

    def __init__(self, ends_by_pause: bool = False) -> None:
        self.events: list[DeviceEvent] = []
        self.driver = ScannerDriver(ScannerSettings(name="door", ends_by_pause=ends_by_pause), self.events.append)
        self.driver.connected(0.0)


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.mark.parametrize("suffix", [b"\r", b"\n", b"\r\n", b"\n\r"])
@pytest.mark.parametrize("around", [(b"", b""), (b"\x02", b"\x03"), (b"]Q1", b""), (b"\x02]Q1", b"\x03")])
def test_a_code_is_read_with_any_suffix_and_framing(reader: Reader, suffix: bytes, around: tuple[bytes, bytes]) -> None:
    before, after = around
    for byte in before + CODE.encode() + after + suffix:
        reader.driver.receive(bytes([byte]), 1.0)

    assert reader.events == [SCANNED]


def test_a_code_without_suffix_ends_by_a_pause() -> None:
    reader = Reader(ends_by_pause=True)
    reader.driver.receive(CODE.encode(), 1.0)
    assert reader.driver.wake_at == 1.0 + PAUSE
    reader.driver.output(1.0 + PAUSE / 2)
    assert reader.events == []

    reader.driver.output(1.0 + PAUSE)

    assert reader.events == [SCANNED]


def test_a_code_that_stays_before_the_scanner_counts_once(reader: Reader) -> None:
    for tick in range(20):
        reader.driver.receive(CODE.encode() + b"\r", tick * STILL_THERE / 2)
    assert reader.events == [SCANNED]

    reader.driver.receive(CODE.encode() + b"\r", 100.0)
    reader.driver.receive(OTHER.encode() + b"\r", 100.1)
    reader.driver.receive(CODE.encode() + b"\r", 100.2)

    assert reader.events == [SCANNED, SCANNED, SlipScanned(Slip((OTHER,))), SCANNED]


@pytest.mark.parametrize("place", range(len(CODE) + 1))
def test_an_answer_to_a_command_may_come_anywhere_in_a_code(reader: Reader, place: int) -> None:
    data = CODE.encode()
    reader.driver.receive(data[:place] + bytes.fromhex("02 00 00 02 39 01 C1 4C") + data[place:] + b"\r", 1.0)

    assert reader.events == [SCANNED]


@pytest.mark.parametrize("noise", [NOISE, b"\xff" * 5000, b"\x02\x00\x00\xff", "Grüße".encode(), b"9783161484100"])
def test_after_noise_the_next_code_is_read(reader: Reader, noise: bytes) -> None:
    reader.driver.receive(noise + b"\r", 1.0)
    assert set(reader.events) == {UnreadableScan()}

    reader.driver.receive(CODE.encode() + b"\r", 2.0)

    assert reader.events[-1] == SCANNED


def test_half_a_code_before_a_replug_does_not_join_the_next_one(reader: Reader) -> None:
    reader.driver.receive(CODE.encode()[:9], 1.0)
    reader.driver.disconnected(1.1)
    reader.driver.connected(2.0)
    reader.driver.receive(CODE.encode() + b"\r", 2.1)

    assert reader.events == [SCANNED]


@given(chunks=st.lists(st.binary(max_size=80), max_size=30))
def test_any_bytes_in_any_pieces_make_no_slip_and_take_bounded_memory(chunks: list[bytes]) -> None:
    reader = Reader(ends_by_pause=True)
    for turn, chunk in enumerate(chunks):
        reader.driver.receive(chunk, turn * PAUSE)
        reader.driver.output(turn * PAUSE)
        assert len(reader.driver._splitter._code) <= LONGEST
        assert len(reader.driver._replies._frame) <= scanner.LONGEST_REPLY + 6

    assert set(reader.events) <= {UnreadableScan()}


@pytest.mark.parametrize("suffix", [name for name in SUFFIXES if name != "none"])
def test_the_simulated_scanner_is_read(reader: Reader, suffix: str) -> None:
    device = SimulatedScanner()
    clock = iter(range(0, 1000, 10))
    device.write = lambda data: reader.driver.receive(data, next(clock))
    presses = {button.label: button.press for button in device.buttons()}

    presses["set the suffix"](suffix)
    for label in ("scan a code", "scan a code with its symbology before it", "scan a code while it answers a command"):
        presses[label](CODE)
    assert reader.events == [SCANNED] * 3
    presses["scan the first half of a code"](CODE)
    presses["scan a code"](CODE)

    assert reader.events == [SCANNED] * 3 + [UnreadableScan()]


def test_a_pass_is_read_and_nothing_that_is_nearly_one(reader: Reader) -> None:
    text = pass_tokens.new_pass(bytes(32))

    reader.driver.receive(b"]Q1" + text.encode() + b"\r" + text[:-1].encode() + b"\r", 1.0)

    assert reader.events == [PassScanned(ScannedPass((text,))), UnreadableScan()]


def test_a_servers_pairing_page_is_read(reader):
    text = pairing_text("https://hearth.example.org", "ABCD2345") or ""

    reader.driver.receive(b"]Q1" + text.encode() + b"\r" + b"https://evil.example/\r", 1.0)

    assert reader.events == [PairingCodeScanned("https://hearth.example.org", "ABCD2345"), UnreadableScan()]
