"""Parses what a scanner or card reader types, with or without a suffix: slips, passes, cards, unreadable scans.

Most cheap scanners emulate a keyboard. A scan begins with a letter or a sign, which no page uses but those on
which letters are typed, and ends with Enter, Tab or a pause. One that begins with a digit looks like a typed number but
for its speed (:mod:`kiosk.rules.key_burst`). The parser consumes all its keys: none does what it does when a person
presses it.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from kiosk.rules.cards import card_of_decimal
from kiosk.rules.device_events import (
    CardSeen,
    DeviceEvent,
    PairingCodeScanned,
    PassScanned,
    SlipScanned,
    UnreadableScan,
)
from kiosk.rules.keyboard_layouts import Key, readings
from kiosk.rules.passes import ScannedPass
from kiosk.rules.slips import ALPHABET, CHECKED, LETTERS, UNCHECKED, Slip, is_checked_code
from sync import pairing_tokens
from sync.pass_tokens import LETTERS as PASS_LETTERS
from sync.pass_tokens import PREFIX

ENTER, PAD_ENTER, TAB, LINE_FEED = 13, 271, 9, 10
SUFFIXES = frozenset({ENTER, PAD_ENTER, TAB, LINE_FEED})
SPACE, DELETE = 32, 127
PAD_0 = 256  # the keypad's digits follow it
KEYPAD_SIGNS = range(266, 271)
SPECIAL = range(256, 331)  # Kivy's codes of keys that are no letters: keypad, arrows, function keys
MODIFIERS = range(300, 315)  # Shift, Ctrl, Alt, the locks: part of how a letter is typed
HIGHEST = 0x10FFFF  # of Unicode; SDL's codes of further keys are above it
SHORTEST, LONGEST = 4, 200  # keys with the suffix; fewer are pressed by accident, more are certainly no code of ours
# A scanner may put its symbology before the code: "]Q1" (ISO/IEC 15424). The colon is on another key in each layout.
SYMBOLOGY, COLON = ".{0,3}", "[^a-z0-9]?"
ENDS_CHECKED = re.compile(f"hs2{COLON}([{ALPHABET.lower()}]{{{LETTERS}}})$")
UNCHECKED_SLIP = f"hs1{COLON}([a-z2-7]{{16}})"
ALL_UNCHECKED = re.compile(f"{SYMBOLOGY}((?:{UNCHECKED_SLIP})+)", re.DOTALL)
PASS = re.compile(f"{SYMBOLOGY}hp1{COLON}([a-z2-7]{{{PASS_LETTERS}}})", re.DOTALL)
PAIRING = re.compile(f"{SYMBOLOGY}hk1{COLON}([a-z2-7]{{16,{pairing_tokens.MOST_LETTERS}}})", re.DOTALL)
ONE_UNCHECKED = re.compile(UNCHECKED_SLIP)


class ScanParser:
    """Gets every key before the pages do; calls ``report`` with each scan, in order. It has no clock of its own."""

    def __init__(self, report: Callable[[DeviceEvent], None]) -> None:
        self._report = report
        self._keys: list[Key] = []
        self._suffix_may_follow = False

    @property
    def is_waiting(self) -> bool:
        """Whether a pause would end a scan, or its suffix."""
        return bool(self._keys) or self._suffix_may_follow

    @property
    def is_scanning(self) -> bool:
        """Whether a scan has begun."""
        return bool(self._keys)

    def handle_key(self, code: int, usage: int = 0, *, digit_begins: bool = False) -> bool:
        """Parse a key, given by Kivy's ``code`` and its USB ``usage`` id; whether it is part of a scan.

        ``digit_begins``: whether a digit begins a scan too. What a person may yet turn out to have typed is ``reset``.
        """
        if code in MODIFIERS:
            return False  # part of how the next key is typed
        letter = _letter(code)
        if self._keys:
            self._continue_scan(code, Key(letter, usage))
            return True
        if self._suffix_may_follow and code in SUFFIXES:
            return True
        if letter and (digit_begins or not letter.isdigit()):
            self._keys.append(Key(letter, usage))
            return True
        return False

    def handle_pause(self) -> None:
        """End a scan without a suffix: no key has come for a while."""
        self._end_scan()
        self._suffix_may_follow = False

    def reset(self) -> None:
        """Forget the keys so far: they were no scan's."""
        self._keys, self._suffix_may_follow = [], False

    def _continue_scan(self, code: int, key: Key) -> None:
        if code in SUFFIXES:
            self._end_scan(suffixes=1)
            self._suffix_may_follow = True  # some send two
            return
        self._keys = [*self._keys[-LONGEST:], key]
        if match := _checked_slip_at_end(self._keys):
            slip, length = match
            del self._keys[-length:]
            self._end_scan()
            self._report(SlipScanned(slip))
            self._suffix_may_follow = True

    def _end_scan(self, suffixes: int = 0) -> None:
        keys, self._keys = self._keys, []
        slips = list(_unchecked_slips(keys))
        for slip in slips:
            self._report(SlipScanned(slip))
        if not slips and (scanned := _pass(keys)):
            self._report(PassScanned(scanned))
        elif not slips and (pairing := _pairing(keys)):
            self._report(pairing)
        elif not slips and len(keys) + suffixes >= SHORTEST:
            card = _card(keys)
            self._report(CardSeen(card) if card else UnreadableScan())


def is_digit(code: int) -> bool:
    """Whether a key is a digit of the row or of the keypad, by Kivy's code."""
    return _letter(code).isdigit()


def is_sign(code: int) -> bool:
    """Whether a key has a letter, digit or other sign, by Kivy's code."""
    return bool(_letter(code))


def _letter(code: int) -> str:
    """The letter of a key, lower case; "" for one that has none."""
    if PAD_0 <= code < PAD_0 + 10:
        return str(code - PAD_0)
    if code in SPECIAL or not SPACE < code <= HIGHEST or code == DELETE:
        return ""
    return chr(code).lower()


def _checked_slip_at_end(keys: Sequence[Key]) -> tuple[Slip, int] | None:
    """The checked slip that these keys end with, and how many keys it has; None where there is none."""
    if len(keys) < LETTERS + len("HS2"):
        return None
    last = keys[-(LETTERS + len(CHECKED)) :]
    for text in readings(last):
        match = ENDS_CHECKED.search(text) if len(text) == len(last) else None
        if match and is_checked_code(code := CHECKED + match[1].upper()):
            return Slip((code,)), len(text) - match.start()
    return None


def _pass(keys: Sequence[Key]) -> ScannedPass | None:
    """The pass of these keys; None where they are none. Its signature tells which reading is right."""
    matches = (PASS.fullmatch(text) for text in readings(keys))
    texts = dict.fromkeys(PREFIX + match[1].upper() for match in matches if match)
    return ScannedPass(tuple(texts)) if texts else None


def _pairing(keys: Sequence[Key]) -> PairingCodeScanned | None:
    """What these keys say of a server's pairing page; the checksum tells which reading is right."""
    for text in readings(keys):
        match = PAIRING.fullmatch(text)
        pairing = pairing_tokens.read_pairing_text(pairing_tokens.PREFIX + match[1].upper()) if match else None
        if pairing is not None:
            return PairingCodeScanned(*pairing)
    return None


def _unchecked_slips(keys: Sequence[Key]) -> Iterator[Slip]:
    """The slips of the first format in these keys: several where scans without a suffix ran together."""
    codes_by_reading: list[list[str]] = []
    for text in readings(keys):
        if match := ALL_UNCHECKED.fullmatch(text):
            codes = [UNCHECKED + code.upper() for code in ONE_UNCHECKED.findall(match[1])]
            if not codes_by_reading or len(codes) == len(codes_by_reading[0]):
                codes_by_reading.append(codes)
    for same_slip in zip(*codes_by_reading, strict=True):
        yield Slip(tuple(dict.fromkeys(same_slip)))


def _card(keys: Sequence[Key]) -> str | None:
    """The normal form of the card whose number a reader has typed; digits are the same ones in every reading."""
    texts = readings(keys) if all(key.letter for key in keys) else ()
    return next(filter(None, map(card_of_decimal, texts)), None)
