"""Limits text to characters that the fonts have; entered text, as a session's title, may have others.

A missing glyph would be drawn as an empty box. So emoji, flags, control characters and letters of other scripts are
omitted; compatibility characters (``𝗛``, ``①``) are drawn as their plain equivalents.
"""

import re
import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from kiosk.ui.style import fonts
from kiosk.ui.style.theme import theme

OMITTED = "\x00"  # placeholder of omitted characters, until the spaces around them are cleaned up
AROUND_OMITTED = re.compile(f" *{OMITTED}[{OMITTED} ]*")
UNICODE_TABLES = {(3, 10), (0, 4), (0, 6), (3, 1), (0, 3)}  # platform and encoding ids of OpenType's cmap


def drawable(text: str, font: str) -> str:
    """``text`` without the characters that the font file ``font`` lacks."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    available = _characters(font)
    shown = "".join(_drawn(character, available) for character in unicodedata.normalize("NFC", text))
    if OMITTED not in shown:
        return shown
    return "\n".join(AROUND_OMITTED.sub(" ", line).strip() for line in shown.split("\n"))


def font_for(text: str, font: str) -> str:
    """The font for a text: ``font``, or its Arabic counterpart if that has more of the letters."""
    other = fonts.ARABIC_OF.get(font)
    if other is None or text.isascii():
        return font
    letters = [character for character in text if character.isalpha()]
    return other if _count(letters, other) > _count(letters, font) else font


def is_readable(text: str) -> bool:
    """Whether at least one letter or digit of it can be drawn."""
    font = font_for(text, theme.serif)
    return any(character.isalnum() for character in drawable(text, font))


def _count(letters: list[str], font: str) -> int:
    return len(set(letters) & _characters(font))


def _drawn(character: str, available: frozenset[str]) -> str:
    if character == "\n" or character in available:
        return character
    if character.isspace():
        return " "
    if unicodedata.category(character)[0] in "CM":  # controls, joiners, marks without a letter of their own
        return OMITTED if character.isprintable() else ""
    plain = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    return plain if plain and set(plain) <= available else OMITTED


@cache
def _characters(font: str) -> frozenset[str]:
    """Every character that a TrueType font has a glyph for (OpenType 1.9, cmap, formats 4 and 12)."""
    content = Path(font).read_bytes()
    cmap = next(offset for tag, offset in _tables(content) if tag == b"cmap")
    (count,) = struct.unpack_from(">H", content, cmap + 2)
    characters: set[str] = set()
    for index in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", content, cmap + 4 + 8 * index)
        if (platform, encoding) in UNICODE_TABLES:
            characters.update(map(chr, _subtable(content, cmap + offset)))
    return frozenset(characters)


def _tables(content: bytes) -> Iterator[tuple[bytes, int]]:
    (count,) = struct.unpack_from(">H", content, 4)
    for index in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", content, 12 + 16 * index)
        yield tag, offset


def _subtable(content: bytes, start: int) -> Iterator[int]:
    (form,) = struct.unpack_from(">H", content, start)
    if form == 12:
        (groups,) = struct.unpack_from(">I", content, start + 12)
        for index in range(groups):
            first, last, _ = struct.unpack_from(">III", content, start + 16 + 12 * index)
            yield from range(first, last + 1)
    elif form == 4:
        yield from _segments(content, start)


def _segments(content: bytes, start: int) -> Iterator[int]:
    (twice,) = struct.unpack_from(">H", content, start + 6)
    ends, starts = start + 14, start + 16 + twice
    deltas, ranges = starts + twice, starts + 2 * twice
    for at in range(0, twice, 2):
        first, last, delta, offset = (
            struct.unpack_from(">H", content, table + at)[0] for table in (starts, ends, deltas, ranges)
        )
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offset:
                (glyph,) = struct.unpack_from(">H", content, ranges + at + offset + 2 * (code - first))
            if (glyph + delta) % 0x10000 if glyph or not offset else 0:
                yield code
