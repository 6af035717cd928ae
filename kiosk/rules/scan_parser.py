"""Takes apart what a scanner types: slips, with or without a suffix, and what is no slip.

Most cheap scanners pretend to be a keyboard. A scan begins with a letter or a sign, which no page has a use for, and
ends with Enter, Tab or a pause. All of it belongs to the scan: none of its keys does what it does for a person.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kiosk.rules.keyboard_layouts import Key, readings
from kiosk.rules.slips import ALPHABET, CHECKED, LETTERS, UNCHECKED, Slip, is_checked_code

ENTER, PAD_ENTER, TAB, LINE_FEED = 13, 271, 9, 10
SUFFIXES = frozenset({ENTER, PAD_ENTER, TAB, LINE_FEED})
SPACE, DELETE = 32, 127
PAD_0 = 256  # the keypad's digits follow it
SPECIAL = range(256, 331)  # Kivy's codes of keys that are no letters: keypad, arrows, function keys
MODIFIERS = range(300, 315)  # Shift, Ctrl, Alt, the locks: part of how a letter is typed
HIGHEST = 0x10FFFF  # of Unicode; SDL's codes of further keys are above it
SHORTEST, LONGEST = 4, 120  # keys; fewer are a key that somebody hit, more are certainly no slip
# A scanner may put its symbology before the code: "]Q1" (ISO/IEC 15424). The colon is on another key in each layout.
BEFORE, COLON = ".{0,3}", "[^a-z0-9]?"
ENDS_CHECKED = re.compile(f"hs2{COLON}([{ALPHABET.lower()}]{{{LETTERS}}})$")
UNCHECKED_SLIP = f"hs1{COLON}([a-z2-7]{{16}})"
ALL_UNCHECKED = re.compile(f"{BEFORE}((?:{UNCHECKED_SLIP})+)", re.DOTALL)
ONE_UNCHECKED = re.compile(UNCHECKED_SLIP)


@dataclass(frozen=True)
class UnreadableScan:
    """A scan that is no slip, or not a whole one."""


Scan = Slip | UnreadableScan


class ScanParser:
    """Gets every key before anything else does; ``read`` gets each scan, in order. It has no clock of its own."""

    def __init__(self, read: Callable[[Scan], None]) -> None:
        self._read = read
        self._keys: list[Key] = []
        self._suffix_may_follow = False

    @property
    def is_waiting(self) -> bool:
        """Whether a pause would mean something."""
        return bool(self._keys) or self._suffix_may_follow

    def key(self, code: int, usage: int = 0) -> bool:
        """Whether this key, by Kivy's ``code`` and its USB ``usage`` id, is part of a scan and means nothing else."""
        if code in MODIFIERS:
            return False  # means nothing by itself, to anybody
        letter = _letter(code)
        if self._keys:
            self._continue(code, Key(letter, usage))
            return True
        if self._suffix_may_follow and code in SUFFIXES:
            return True
        if letter and not letter.isdigit():
            self._keys.append(Key(letter, usage))
            return True
        return False

    def pause(self) -> None:
        """Nothing has come for a while: a scan without a suffix has ended."""
        self._end()
        self._suffix_may_follow = False

    def _continue(self, code: int, key: Key) -> None:
        if code in SUFFIXES:
            self._end()
            self._suffix_may_follow = True  # some send two
            return
        self._keys = [*self._keys[-LONGEST:], key]
        if found := _checked_at_end(self._keys):
            slip, length = found
            del self._keys[-length:]
            self._end()
            self._read(slip)
            self._suffix_may_follow = True

    def _end(self) -> None:
        keys, self._keys = self._keys, []
        slips = list(_unchecked(keys))
        for slip in slips:
            self._read(slip)
        if not slips and len(keys) >= SHORTEST:
            self._read(UnreadableScan())


def _letter(code: int) -> str:
    """The letter of a key, lower case; "" for one that has none."""
    if PAD_0 <= code < PAD_0 + 10:
        return str(code - PAD_0)
    if code in SPECIAL or not SPACE < code <= HIGHEST or code == DELETE:
        return ""
    return chr(code).lower()


def _checked_at_end(keys: Sequence[Key]) -> tuple[Slip, int] | None:
    """The checked slip that these keys end with, and how many of them it is."""
    if len(keys) < LETTERS + len("HS2"):
        return None
    last = keys[-(LETTERS + len(CHECKED)) :]
    for text in readings(last):
        found = ENDS_CHECKED.search(text) if len(text) == len(last) else None
        if found and is_checked_code(code := CHECKED + found[1].upper()):
            return Slip((code,)), len(text) - found.start()
    return None


def _unchecked(keys: Sequence[Key]) -> Iterator[Slip]:
    """The slips of the first format that these keys are: several where two scans came without a suffix."""
    possible: list[list[str]] = []
    for text in readings(keys):
        if whole := ALL_UNCHECKED.fullmatch(text):
            codes = [UNCHECKED + code.upper() for code in ONE_UNCHECKED.findall(whole[1])]
            if not possible or len(codes) == len(possible[0]):
                possible.append(codes)
    for place in range(len(possible[0]) if possible else 0):
        yield Slip(tuple(dict.fromkeys(codes[place] for codes in possible)))
