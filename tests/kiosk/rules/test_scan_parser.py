"""A scanner that emulates a keyboard: a slip is parsed right or not at all, and a person's keys reach the page."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules import slips
from kiosk.rules.device_events import (
    CardSeen,
    DeviceEvent,
    PairingCodeScanned,
    PassScanned,
    SlipScanned,
    UnreadableScan,
)
from kiosk.rules.passes import ScannedPass
from kiosk.rules.scan_parser import ENTER, LINE_FEED, LONGEST, PAD_0, PAD_ENTER, TAB, ScanParser
from kiosk.rules.slips import Slip
from sync import pass_tokens
from sync.pairing_tokens import pairing_text
from tests.support.keyboard_layouts import DVORAK, FRENCH, GERMAN, US, Keyboard, usages

SLIP = slips.new_code((), lambda count: bytes(range(count)))
OTHER = slips.new_code((), lambda count: bytes(range(count, 2 * count)))
OLD = "HS1:ABCDEFGH234567ZY"
LAYOUTS = (US, GERMAN, FRENCH, DVORAK)
SHIFT, CAPS_LOCK = 304, 301


class RecordingParser:
    """A parser with the scans that it has read, and the keys that it has left to the pages."""

    def __init__(self) -> None:
        self.scans: list[DeviceEvent] = []
        self.other_keys: list[int] = []
        self.parser = ScanParser(self.scans.append)

    def keys(self, *codes: int) -> None:
        for code in codes:
            if not self.parser.handle_key(code) and code not in (SHIFT, CAPS_LOCK):
                self.other_keys.append(code)

    def scan(self, text: str, *suffix: int) -> None:
        self.keys(*map(ord, text), *suffix)
        if not suffix:
            self.parser.handle_pause()

    @property
    def slips(self) -> list[str]:
        return [scan.slip.readings[0] for scan in self.scans if isinstance(scan, SlipScanned)]


@pytest.fixture
def parser() -> RecordingParser:
    return RecordingParser()


@pytest.mark.parametrize("suffix", [(ENTER,), (PAD_ENTER,), (TAB,), (), (ENTER, LINE_FEED), (TAB, ENTER)])
@pytest.mark.parametrize("case", [str, str.lower, str.swapcase])
@pytest.mark.parametrize("slip", [SLIP, OLD])
@pytest.mark.parametrize("prefix", ["", "]Q1", "]q1"])
def test_a_slip_is_read_however_the_scanner_is_set(
    parser: RecordingParser, slip: str, prefix: str, case: object, suffix: tuple[int, ...]
) -> None:
    parser.scan(prefix + case(slip), *suffix)  # type: ignore[operator]

    assert parser.slips == [slip]
    assert len(parser.scans) == 1
    assert parser.other_keys == [], "no key of it is left to the page"


@pytest.mark.parametrize(("scanner", "machine"), [*product(LAYOUTS, LAYOUTS)])
@pytest.mark.parametrize("slip", [SLIP, OLD])
def test_a_slip_is_read_right_whatever_layouts_scanner_and_machine_are_set_to(
    parser: RecordingParser, slip: str, scanner: Keyboard, machine: Keyboard
) -> None:
    for _ in range(2):
        parser.keys(*machine.codes(scanner.places(slip)), ENTER)

    assert len(parser.scans) == 2
    for scan in parser.scans:
        assert isinstance(scan, SlipScanned)
        assert slip in scan.slip.readings
        assert not scan.slip.is_checked or scan.slip.readings == (slip,)


@pytest.mark.parametrize("scanner", LAYOUTS)
def test_a_slip_is_read_on_a_machine_with_other_letters_by_the_usage_ids_of_its_keys(
    parser: RecordingParser, scanner: Keyboard
) -> None:
    for place, usage in usages(scanner.places(SLIP)):
        parser.parser.handle_key(0x0600 + place, usage)  # as an Arabic layout has them
    parser.parser.handle_key(ENTER, 40)

    assert parser.scans == [SlipScanned(Slip((SLIP,)))]


def changed(slip: str) -> list[str]:
    """Every slip with one letter missing, doubled, swapped with its neighbour, or replaced by another."""
    start = len("HS2:")
    letters = range(start, len(slip))
    missing = [slip[:at] + slip[at + 1 :] for at in letters]
    doubled = [slip[:at] + slip[at] + slip[at:] for at in letters]
    swapped = [slip[:at] + slip[at + 1] + slip[at] + slip[at + 2 :] for at in range(start, len(slip) - 1)]
    others = [slip[:at] + other + slip[at + 1 :] for at in letters for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"]
    return [variant for variant in (*missing, *doubled, *swapped, *others) if variant != slip]


@pytest.mark.parametrize("seed", range(4))
def test_no_misread_letter_makes_another_slip(seed: int) -> None:
    slip = slips.new_code((), lambda count: bytes((seed * 53 + 7 * at) % 256 for at in range(count)))
    for wrong in changed(slip):
        parser = RecordingParser()
        parser.scan(wrong, ENTER)

        assert parser.slips in ([], [slip]), f"{wrong} was read as another slip"
        assert parser.slips or parser.scans == [UnreadableScan()], f"{wrong} was not reported"
        assert parser.other_keys == []


def test_a_permuted_alphabet_never_passes_the_check() -> None:
    shifted = str.maketrans(slips.ALPHABET, slips.ALPHABET[1:] + slips.ALPHABET[0])
    mirrored = str.maketrans(slips.ALPHABET, slips.ALPHABET[::-1])
    for seed in range(20_000):
        slip = slips.new_code((), lambda count, seed=seed: seed.to_bytes(count, "big"))
        for swap in (shifted, mirrored):
            assert not slips.is_slip_code("HS2:" + slip[4:].translate(swap))


@pytest.mark.parametrize("wrong", [OLD[:-1], OLD + "A", OLD.replace("2", "1"), "HS3:" + SLIP[4:], "HELLO", "]E0400638"])
@pytest.mark.parametrize("suffix", [(ENTER,), (TAB,), ()])
def test_a_scan_that_is_no_slip_is_reported_once_and_the_next_is_read(
    parser: RecordingParser, wrong: str, suffix: tuple[int, ...]
) -> None:
    parser.scan(wrong, *suffix)
    assert parser.scans == [UnreadableScan()]

    parser.scan(SLIP, ENTER)
    assert parser.slips == [SLIP]
    assert parser.other_keys == []


@pytest.mark.parametrize("end", [(ENTER,), (TAB,), ()])
@pytest.mark.parametrize("first", [SLIP, OLD])
@pytest.mark.parametrize("second", [OTHER, "HS1:ZYXWVUTSRQPONMLK"])
def test_two_scans_without_a_pause_are_two_slips_in_order(
    parser: RecordingParser, first: str, second: str, end: tuple[int, ...]
) -> None:
    parser.keys(*map(ord, first), *end, *map(ord, second), *end)
    parser.parser.handle_pause()

    assert parser.slips == [first, second]
    assert len(parser.scans) == 2


def test_modifier_keys_are_not_part_of_the_text(parser: RecordingParser) -> None:
    for letter in SLIP:
        parser.keys(SHIFT, ord(letter), CAPS_LOCK)
    parser.keys(ENTER)

    assert parser.slips == [SLIP]


def test_digits_may_come_from_the_keypad(parser: RecordingParser) -> None:
    parser.keys(*(PAD_0 + int(letter) if letter.isdigit() else ord(letter) for letter in OLD), PAD_ENTER)

    assert parser.slips == [OLD]


@pytest.mark.parametrize("codes", [[*map(ord, "4827")], [9], [13], [32], [27], [8], [273], [PAD_0 + 4, PAD_ENTER]])
def test_a_persons_keys_reach_the_page(parser: RecordingParser, codes: list[int]) -> None:
    parser.keys(*codes)

    assert parser.other_keys == codes


def test_a_key_pressed_by_accident_is_ignored(parser: RecordingParser) -> None:
    parser.keys(ord("H"))
    parser.parser.handle_pause()
    parser.keys(*map(ord, "48"))

    assert (parser.scans, parser.other_keys) == ([], [*map(ord, "48")])


def test_a_device_that_types_a_pin_right_after_a_scan_keeps_its_digits(parser: RecordingParser) -> None:
    parser.keys(*map(ord, SLIP), ENTER, *map(ord, "482913"), PAD_0, ENTER)

    assert parser.other_keys == [*map(ord, "482913"), PAD_0]


def test_a_very_long_scan_does_not_stop_the_parser(parser: RecordingParser) -> None:
    parser.scan("https://example.org/" + "x" * 3000, ENTER)
    parser.scan(SLIP, ENTER)

    assert [type(scan) for scan in parser.scans] == [UnreadableScan, SlipScanned]


CARD, PRINTED = CardSeen("0063E9AE"), "0006547886"


def type_card(parser: RecordingParser, keys: list[int], *suffix: int) -> None:
    for code in (*keys, *suffix):
        parser.parser.handle_key(code, digit_begins=True)
    if not suffix:
        parser.parser.handle_pause()


@pytest.mark.parametrize("suffix", [(ENTER,), (PAD_ENTER,), (TAB,), (), (ENTER, LINE_FEED)])
@pytest.mark.parametrize(("scanner", "machine"), [*product(LAYOUTS, LAYOUTS)])
def test_a_reader_that_types_a_cards_number_is_read_in_every_layout(
    parser: RecordingParser, scanner: Keyboard, machine: Keyboard, suffix: tuple[int, ...]
) -> None:
    type_card(parser, machine.codes(scanner.places(PRINTED)), *suffix)

    assert parser.scans == [CARD]


def test_a_cards_number_may_come_from_the_keypad(parser: RecordingParser) -> None:
    type_card(parser, [PAD_0 + int(digit) for digit in PRINTED], PAD_ENTER)

    assert parser.scans == [CARD]


@pytest.mark.parametrize("text", ["000654788", "00065478860", "4294967296", "9999999999", PRINTED * 2, "000654788A"])
def test_other_digits_are_no_card(parser: RecordingParser, text: str) -> None:
    type_card(parser, [*map(ord, text.lower())], ENTER)

    assert parser.scans == [UnreadableScan()]


PASS = pass_tokens.new_pass(bytes(32))
PASS_KEYS = pass_tokens.by_id([pass_tokens.public_key(bytes(32))])


@pytest.mark.parametrize(("scanner", "machine"), [*product(LAYOUTS, LAYOUTS)])
def test_a_pass_is_read_right_whatever_layouts_scanner_and_machine_are_set_to(
    parser: RecordingParser, scanner: Keyboard, machine: Keyboard
) -> None:
    parser.keys(*machine.codes(scanner.places(PASS)), ENTER)

    [scan] = parser.scans
    assert isinstance(scan, PassScanned)
    assert isinstance(pass_tokens.check_any(scan.scanned.readings, PASS_KEYS), pass_tokens.GenuinePass)


@pytest.mark.parametrize(("scanner", "machine"), [*product(LAYOUTS, LAYOUTS)])
def test_a_servers_pairing_page_is_read_right_whatever_the_layouts_are(
    parser: RecordingParser, scanner: Keyboard, machine: Keyboard
) -> None:
    address = "https://" + "a" * 79 + ".example:8443"
    parser.keys(*machine.codes(scanner.places(pairing_text(address, "ABCD2345") or "")), ENTER)

    assert parser.scans == [PairingCodeScanned(address, "ABCD2345")]
    assert "ABCD" not in repr(parser.scans)


@pytest.mark.parametrize("text", ["https://evil.example/", "WIFI:S:x;P:y;;", "HK1:" + "A" * 100, "x" * 5_000])
def test_any_other_qr_code_is_unreadable(parser: RecordingParser, text: str) -> None:
    parser.scan(text, ENTER)

    assert parser.scans == [UnreadableScan()]


@pytest.mark.parametrize("prefix", ["", "]Q1"])
@pytest.mark.parametrize("suffix", [(ENTER,), (TAB,), ()])
def test_a_pass_is_read_however_the_scanner_is_set(
    parser: RecordingParser, prefix: str, suffix: tuple[int, ...]
) -> None:
    parser.scan(prefix + PASS.lower(), *suffix)

    [scan] = parser.scans
    assert isinstance(scan, PassScanned) and scan.scanned.readings[0] == PASS
    assert parser.other_keys == []


def test_a_pass_without_a_letter_is_unreadable(parser: RecordingParser) -> None:
    parser.scan(PASS[:70] + PASS[71:], ENTER)

    assert parser.scans == [UnreadableScan()]


def test_two_cards_without_a_pause_are_two(parser: RecordingParser) -> None:
    type_card(parser, [*map(ord, PRINTED), ENTER, *map(ord, "0000000001")], ENTER)

    assert parser.scans == [CARD, CardSeen("00000001")]


ANY_KEY = st.tuples(st.integers(0, 0x7FFFFFFF) | st.integers(0, 330), st.integers(0, 255), st.booleans())


@given(st.lists(ANY_KEY, max_size=400), st.sets(st.integers(0, 400), max_size=5))
def test_any_keys_take_bounded_memory_and_make_no_slip(keys: list[tuple[int, int, bool]], pauses: set[int]) -> None:
    parser = RecordingParser()
    for place, (code, usage, digit_begins) in enumerate(keys):
        parser.parser.handle_key(code, usage, digit_begins=digit_begins)
        assert len(parser.parser._keys) <= LONGEST + 1
        if place in pauses:
            parser.parser.handle_pause()

    assert parser.slips == []


def test_no_pass_is_written_where_events_are_shown() -> None:
    assert PASS not in repr(PassScanned(ScannedPass((PASS,))))
