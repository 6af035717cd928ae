"""What a scanner meant when it and the machine disagree about the keyboard layout.

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
    """A key as the machine reported it: the letter in its layout without Shift, lower case, and the key's place."""

    letter: str
    usage: int = 0  # USB HID usage id; 0: not known


@dataclass(frozen=True)
class Layout:
    """``meant``: each key's letter for a scanner, with digits on the digit row; ``places``: each letter's key."""

    meant: str
    places: dict[str, int]


def _layout(row: str, shifted: str) -> Layout:
    meant = row[:1] + US[DIGIT_KEYS] + row[DIGIT_KEYS.stop :]
    places = {letter: place for letters in (shifted, meant, row) for place, letter in enumerate(letters)}
    return Layout(meant, places)


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

    First both agree on the layout; then each pair of layouts that they may be set to; then the places of the keys,
    which are right whatever the machine's layout is, also an Arabic or Greek one.
    """
    yield "".join(key.letter for key in keys)
    for scanner in _layouts():
        for machine in _layouts():
            yield "".join(_meant(scanner, machine.places.get(key.letter), key.letter) for key in keys)
    for scanner in _layouts():
        yield "".join(_meant(scanner, _place(key.usage), " ") for key in keys)


def _meant(scanner: Layout, place: int | None, otherwise: str) -> str:
    return otherwise if place is None else scanner.meant[place]


def _place(usage: int) -> int | None:
    return USAGES.index(usage) if usage in USAGES else None
