"""A slip is read right from a scanner that types, or not at all; a person's keys are left to them."""

from itertools import product

import pytest

from kiosk.rules import slips
from kiosk.rules.scan_parser import ENTER, LINE_FEED, PAD_0, PAD_ENTER, TAB, Scan, ScanParser, UnreadableScan
from kiosk.rules.slips import Slip
from tests.support.keyboard_layouts import DVORAK, FRENCH, GERMAN, US, Keyboard, usages

SLIP = slips.new_code((), lambda count: bytes(range(count)))
OTHER = slips.new_code((), lambda count: bytes(range(count, 2 * count)))
OLD = "HS1:ABCDEFGH234567ZY"
LAYOUTS = (US, GERMAN, FRENCH, DVORAK)
SHIFT, CAPS_LOCK = 304, 301


class Desk:
    """What was read, and which keys were left to the pages."""

    def __init__(self) -> None:
        self.read: list[Scan] = []
        self.left: list[int] = []
        self.scanner = ScanParser(self.read.append)

    def keys(self, *codes: int) -> None:
        for code in codes:
            if not self.scanner.key(code) and code not in (SHIFT, CAPS_LOCK):
                self.left.append(code)

    def scan(self, text: str, *suffix: int) -> None:
        self.keys(*map(ord, text), *suffix)
        if not suffix:
            self.scanner.pause()

    @property
    def slips(self) -> list[str]:
        return [scan.readings[0] for scan in self.read if isinstance(scan, Slip)]


@pytest.fixture
def context() -> Desk:
    return Desk()


@pytest.mark.parametrize("suffix", [(ENTER,), (PAD_ENTER,), (TAB,), (), (ENTER, LINE_FEED), (TAB, ENTER)])
@pytest.mark.parametrize("case", [str, str.lower, str.swapcase])
@pytest.mark.parametrize("slip", [SLIP, OLD])
@pytest.mark.parametrize("prefix", ["", "]Q1", "]q1"])
def test_a_slip_is_read_however_the_scanner_is_set(
    context: Desk, slip: str, prefix: str, case: object, suffix: tuple[int, ...]
) -> None:
    context.scan(prefix + case(slip), *suffix)  # type: ignore[operator]

    assert context.slips == [slip]
    assert len(context.read) == 1
    assert context.left == [], "no key of it is anybody else's"


@pytest.mark.parametrize(("scanner", "machine"), [*product(LAYOUTS, LAYOUTS)])
@pytest.mark.parametrize("slip", [SLIP, OLD])
def test_a_slip_is_read_right_whatever_layouts_scanner_and_machine_are_set_to(
    context: Desk, slip: str, scanner: Keyboard, machine: Keyboard
) -> None:
    for _ in range(2):
        context.keys(*machine.codes(scanner.places(slip)), ENTER)

    assert len(context.read) == 2
    for scan in context.read:
        assert isinstance(scan, Slip)
        assert slip in scan.readings
        assert not scan.is_checked or scan.readings == (slip,)


@pytest.mark.parametrize("scanner", LAYOUTS)
def test_a_slip_is_read_on_a_machine_with_other_letters_by_the_places_of_its_keys(
    context: Desk, scanner: Keyboard
) -> None:
    for place, usage in usages(scanner.places(SLIP)):
        context.scanner.key(0x0600 + place, usage)  # as an Arabic layout has them
    context.scanner.key(ENTER, 40)

    assert context.read == [Slip((SLIP,))]


def changed(slip: str) -> list[str]:
    """Every slip with one letter missing, doubled, swapped with its neighbour, or replaced by another."""
    start = len("HS2:")
    letters = range(start, len(slip))
    missing = [slip[:at] + slip[at + 1 :] for at in letters]
    doubled = [slip[:at] + slip[at] + slip[at:] for at in letters]
    swapped = [slip[:at] + slip[at + 1] + slip[at] + slip[at + 2 :] for at in range(start, len(slip) - 1)]
    others = [slip[:at] + other + slip[at + 1 :] for at in letters for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"]
    return [one for one in (*missing, *doubled, *swapped, *others) if one != slip]


@pytest.mark.parametrize("seed", range(4))
def test_no_wrong_letter_makes_another_slip(seed: int) -> None:
    slip = slips.new_code((), lambda count: bytes((seed * 53 + 7 * at) % 256 for at in range(count)))
    for wrong in changed(slip):
        context = Desk()
        context.scan(wrong, ENTER)

        assert context.slips in ([], [slip]), f"{wrong} was read as another slip"
        assert context.slips or context.read == [UnreadableScan()], f"nothing was said about {wrong}"
        assert context.left == []


def test_a_permuted_alphabet_never_passes_the_check() -> None:
    shifted = str.maketrans(slips.ALPHABET, slips.ALPHABET[1:] + slips.ALPHABET[0])
    mirrored = str.maketrans(slips.ALPHABET, slips.ALPHABET[::-1])
    for seed in range(20_000):
        slip = slips.new_code((), lambda count, seed=seed: seed.to_bytes(count, "big"))
        for swap in (shifted, mirrored):
            assert not slips.is_slip_code("HS2:" + slip[4:].translate(swap))


@pytest.mark.parametrize("wrong", [OLD[:-1], OLD + "A", OLD.replace("2", "1"), "HS3:" + SLIP[4:], "HELLO", "]E0400638"])
@pytest.mark.parametrize("suffix", [(ENTER,), (TAB,), ()])
def test_what_is_no_slip_is_said_once_and_the_next_is_read(context: Desk, wrong: str, suffix: tuple[int, ...]) -> None:
    context.scan(wrong, *suffix)
    assert context.read == [UnreadableScan()]

    context.scan(SLIP, ENTER)
    assert context.slips == [SLIP]
    assert context.left == []


@pytest.mark.parametrize("end", [(ENTER,), (TAB,), ()])
@pytest.mark.parametrize("first", [SLIP, OLD])
@pytest.mark.parametrize("second", [OTHER, "HS1:ZYXWVUTSRQPONMLK"])
def test_two_scans_without_a_pause_are_two_slips_in_order(
    context: Desk, first: str, second: str, end: tuple[int, ...]
) -> None:
    context.keys(*map(ord, first), *end, *map(ord, second), *end)
    context.scanner.pause()

    assert context.slips == [first, second]
    assert len(context.read) == 2


def test_shift_and_the_locks_say_nothing_by_themselves(context: Desk) -> None:
    for letter in SLIP:
        context.keys(SHIFT, ord(letter), CAPS_LOCK)
    context.keys(ENTER)

    assert context.slips == [SLIP]


def test_digits_may_come_from_the_keypad(context: Desk) -> None:
    context.keys(*(PAD_0 + int(letter) if letter.isdigit() else ord(letter) for letter in OLD), PAD_ENTER)

    assert context.slips == [OLD]


@pytest.mark.parametrize("codes", [[*map(ord, "4827")], [9], [13], [32], [27], [8], [273], [PAD_0 + 4, PAD_ENTER]])
def test_a_persons_keys_are_left_to_them(context: Desk, codes: list[int]) -> None:
    context.keys(*codes)

    assert context.left == codes


def test_a_key_that_somebody_hit_means_nothing_and_they_can_go_on(context: Desk) -> None:
    context.keys(ord("H"))
    context.scanner.pause()
    context.keys(*map(ord, "48"))

    assert (context.read, context.left) == ([], [*map(ord, "48")])


def test_a_device_that_types_a_pin_right_after_a_scan_keeps_its_digits(context: Desk) -> None:
    context.keys(*map(ord, SLIP), ENTER, *map(ord, "482913"), PAD_0, ENTER)

    assert context.left == [*map(ord, "482913"), PAD_0]


def test_a_book_that_is_held_before_the_scanner_does_not_stop_it(context: Desk) -> None:
    context.scan("https://example.org/" + "x" * 3000, ENTER)
    context.scan(SLIP, ENTER)

    assert [type(scan) for scan in context.read] == [UnreadableScan, Slip]
