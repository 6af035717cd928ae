"""What a scanner meant when it and the machine are set to different keyboard layouts.

A scanner that types sends keys, not letters. It presses the key that has the letter in the layout that it was set to;
the machine turns the key back into a letter by its own layout. Rows are the US keyboard's four, from the key left of 1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

US = "`1234567890-=qwertyuiop[]asdfghjkl;'zxcvbnm,./"
GERMAN = "^1234567890ß´qwertzuiopü+asdfghjklöäyxcvbnm,.-"
FRENCH = "²&é\"'(-è_çà)=azertyuiop^$qsdfghjklmùwxcvbn,;:!"
DVORAK = "`1234567890[]',.pyfgcrl/=aoeuidhtns-;qjkxbmwvz"
US_SHIFTED, GERMAN_SHIFTED, FRENCH_SHIFTED = "~!@#$%^&*()_+", '°!"§$%&/()=?`', "²1234567890°+"  # the first row alone
DIGIT_KEYS = slice(1, 11)
# USB HID usage ids (HID Usage Tables 1.5, §10) of the same keys: SDL calls them scan codes
USAGES = (53, *range(30, 40), 45, 46, 20, 26, 8, 21, 23, 28, 24, 12, 18, 19, 47, 48)
USAGES += (4, 22, 7, 9, 10, 11, 13, 14, 15, 51, 52, 29, 27, 6, 25, 5, 17, 16, 54, 55, 56)


@dataclass(frozen=True)
class Key:
    """A key as the machine reported it: the letter in its layout without Shift, lower case, and which key it is."""

    letter: str
    usage: int = 0  # USB HID usage id; 0: not known


@dataclass(frozen=True)
class Layout:
    """``letters``: each key's letter for a scanner, with digits on the digit row; ``keys``: each letter's key."""

    letters: str
    keys: dict[str, int]  # indices of ``letters``


def _layout(row: str, shifted: str) -> Layout:
    unshifted = row[:1] + US[DIGIT_KEYS] + row[DIGIT_KEYS.stop :]
    keys = {letter: index for letters in (shifted, unshifted, row) for index, letter in enumerate(letters)}
    return Layout(unshifted, keys)


@cache
def _layouts() -> tuple[Layout, ...]:
    return (
        _layout(US, US_SHIFTED),
        _layout(GERMAN, GERMAN_SHIFTED),
        _layout(FRENCH, FRENCH_SHIFTED),
        _layout(DVORAK, US_SHIFTED),
    )


def readings(keys: Sequence[Key]) -> Iterator[str]:
    """What these keys may have meant, in lower case, the likeliest first; the same text may come more than once.

    First with equal layouts; then each pair of layouts that scanner and machine may be set to; then by usage ids, which
    are right whatever the machine's layout is, also an Arabic or Greek one.
    """
    yield "".join(key.letter for key in keys)
    for scanner in _layouts():
        for machine in _layouts():
            yield "".join(_letter(scanner, machine.keys.get(key.letter), key.letter) for key in keys)
    for scanner in _layouts():
        yield "".join(_letter(scanner, _key_index(key.usage), " ") for key in keys)


def _letter(scanner: Layout, key_index: int | None, default: str) -> str:
    return default if key_index is None else scanner.letters[key_index]


def _key_index(usage: int) -> int | None:
    return USAGES.index(usage) if usage in USAGES else None
