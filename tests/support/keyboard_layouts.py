"""Keyboard layouts as operating systems have them: a scanner presses the keys of one, a machine reads them by another.

Written down apart from the layouts that the kiosk knows, so that an error there is seen.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Keyboard:
    """``rows``: what each key gives without Shift, and ``shifted`` with it; from the digits' row down."""

    rows: tuple[str, str, str, str]
    shifted: dict[str, str]  # what is typed with Shift, and on which key

    def places(self, text: str) -> list[tuple[int, int]]:
        """Row and column of each character's key."""
        found = []
        for character in text:
            key = self.shifted.get(character, character.lower())
            found.append(next((row, keys.index(key)) for row, keys in enumerate(self.rows) if key in keys))
        return found

    def codes(self, places: Iterable[tuple[int, int]]) -> list[int]:
        """What Kivy calls these keys: the character without Shift."""
        return [ord(self.rows[row][column]) for row, column in places]


US = Keyboard(("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"), {":": ";"})
GERMAN = Keyboard(("1234567890ß´", "qwertzuiopü+", "asdfghjklöä", "yxcvbnm,.-"), {":": "."})
FRENCH = Keyboard(
    ("&é\"'(-è_çà)=", "azertyuiop^$", "qsdfghjklmù", "wxcvbn,;:!"), dict(zip("1234567890", "&é\"'(-è_çà", strict=True))
)
DVORAK = Keyboard(("1234567890[]", "',.pyfgcrl/=", "aoeuidhtns-", ";qjkxbmwvz"), {":": ";"})
FIRST_USAGES: Sequence[Sequence[int]] = (  # USB HID Usage Tables 1.5, §10
    (30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 45, 46),
    (20, 26, 8, 21, 23, 28, 24, 12, 18, 19, 47, 48),
    (4, 22, 7, 9, 10, 11, 13, 14, 15, 51, 52),
    (29, 27, 6, 25, 5, 17, 16, 54, 55, 56),
)


def usages(places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """A number of each key, and its USB usage id."""
    for row, column in places:
        yield row * 12 + column, FIRST_USAGES[row][column]
