"""Slip codes: random, protected against misreading, and with four digits that no other open visit has.

``HS1:`` and 16 base32 characters is the first format. It has no check, and its letters are on other keys in other
keyboard layouts, so a scanner that types can turn one valid code into another. ``HS2:`` has 28 letters: 80 random bits
and their CRC-32 (ITU-T V.42), four bits a letter. Its 16 letters are on the same key on QWERTY, QWERTZ and AZERTY, as
are those of Yubico's ModHex; the CRC detects every change of up to 32 bits in a row, which is any single wrong letter
and any two swapped neighbours, and the length every missing or doubled letter. docs/slips.md has the reasons.
"""

import base64
import re
import secrets
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sync.allocation.model import STRIPES, stripe_of
from sync.domain.visit import code_of, visit_of

UNCHECKED, CHECKED = "HS1:", "HS2:"
ALPHABET = "BCDEFGHJKLNPRTUV"  # the value of a letter is its place here, 0 to 15
RANDOM_BYTES = 10  # 80 bits can't be guessed
CHECK_BYTES = 4
LETTERS = 2 * (RANDOM_BYTES + CHECK_BYTES)
CODES = 10_000
ALL_STRIPES = frozenset(range(STRIPES))
UNCHECKED_CODE = re.compile(UNCHECKED + "[A-Z2-7]{16}")
CHECKED_CODE = re.compile(f"{CHECKED}[{ALPHABET}]{{{LETTERS}}}")
TO_HEX = str.maketrans(ALPHABET, "0123456789abcdef")
FROM_HEX = str.maketrans("0123456789abcdef", ALPHABET)


@dataclass(frozen=True)
class Slip:
    """A scanned slip. ``readings``: the codes that it can be, the likeliest first; a single one if it has a check."""

    readings: tuple[str, ...]

    @property
    def is_checked(self) -> bool:
        """Whether it cannot be a misread other slip."""
        return all(reading.startswith(CHECKED) for reading in self.readings)


def is_slip_code(text: str) -> bool:
    """Whether this is a slip code in either format, with the right check."""
    return UNCHECKED_CODE.fullmatch(text) is not None or is_checked_code(text)


def is_checked_code(text: str) -> bool:
    """Whether this is a code of the checked format with the right check."""
    if not CHECKED_CODE.fullmatch(text):
        return False
    content = bytes.fromhex(text.removeprefix(CHECKED).translate(TO_HEX))
    return _check(content[:RANDOM_BYTES]) == content[RANDOM_BYTES:]


def _check(content: bytes) -> bytes:
    # least significant byte first: the order in which this CRC goes on, so that its guarantee covers the check too
    return zlib.crc32(content).to_bytes(CHECK_BYTES, "little")


def _checked(content: bytes) -> str:
    return CHECKED + (content + _check(content)).hex().translate(FROM_HEX)


def _unchecked(content: bytes) -> str:
    return UNCHECKED + base64.b32encode(content).decode()


def new_code(
    codes_in_use: Collection[str],
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    stripes: Collection[int] = ALL_STRIPES,
    checked: bool = True,
) -> str:
    """A new slip code, in the ``checked`` format or the first one. Raises LookupError if all 10,000 are in use.

    Its digits are from the ``stripes`` that this kiosk was granted. Where none of those is left, they are any that are
    not known to be in use: check-in goes on, and the host tells two visits with one code apart.
    """
    if len(codes_in_use) >= CODES:
        raise LookupError("every four-digit code is in the room")
    in_use_here = sum(stripe_of(code) in stripes for code in codes_in_use)
    allowed = stripes if in_use_here < len(stripes) * (CODES // STRIPES) else ALL_STRIPES
    write = _checked if checked else _unchecked
    while True:
        slip = write(random_bytes(RANDOM_BYTES))
        code = code_of(visit_of(slip))
        if code not in codes_in_use and stripe_of(code) in allowed:
            return slip
