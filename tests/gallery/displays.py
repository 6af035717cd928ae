"""The display preferences in which the layout of every picture is checked: a covering set, and all of them.

The covering set has every pair of values but panel and language: panel and text size, language and reach, and so on;
each language is on two panels. Where text is most likely not to fit, on the smaller panels in the longest languages and
larger text, it has both reaches and all pictures; every other display has a third of the pictures.
"""

from dataclasses import dataclass, replace
from itertools import product

from sync.languages import LANGUAGES

PANELS = ("800x480", "480x800", "1280x800", "800x1280")
SMALLER = PANELS[:2]
LONGEST = ("de", "ar")  # German words are the longest; Arabic is right to left
ROWS = tuple(LANGUAGES)  # in the order in which they get their combinations


@dataclass(frozen=True)
class CheckedDisplay:
    """A language, the usual or larger text, and the usual or low reach."""

    language: str
    is_larger: bool
    is_low: bool
    third: int | None = None  # 0 to 2: has this third of the pictures; None: all

    @property
    def name(self) -> str:
        """As on look.py's command line: ``de``, ``de-larger-low``, ``fr-2`` for the last third of the pictures."""
        third = "" if self.third is None else f"-{self.third}"
        return self.language + "-larger" * self.is_larger + "-low" * self.is_low + third

    @property
    def share(self) -> slice:
        """Which pictures it has."""
        return slice(None) if self.third is None else slice(self.third, None, 3)


def parse_display(name: str) -> CheckedDisplay:
    """Parse a display's name."""
    language, *preferences = name.split("-")
    third = next((int(preference) for preference in preferences if preference.isdecimal()), None)
    return CheckedDisplay(language, "larger" in preferences, "low" in preferences, third)


def all_displays() -> list[CheckedDisplay]:
    """Every language, text size and reach."""
    return [CheckedDisplay(*display) for display in product(LANGUAGES, (False, True), (False, True))]


def covering_displays(panel: str) -> list[CheckedDisplay]:
    """This panel's share of the covering set."""
    column = PANELS.index(panel)
    hardest = [CheckedDisplay(language, True, (column + row) % 2 == 1) for row, language in enumerate(LONGEST)]
    usual = [_usual(column, row, language) for row, language in enumerate(ROWS) if (column + row) % 2 == 0]
    whole = hardest if panel in SMALLER else []
    return [*whole, *(display for display in usual if replace(display, third=None) not in whole)]


def _usual(column: int, row: int, language: str) -> CheckedDisplay:
    """A language on two panels: once larger and once not, once in low reach and once not, with other pictures."""
    is_second = column >= 2
    return CheckedDisplay(language, is_second != (row % 3 == 0), is_second != (row % 4 >= 2), (column + row // 2) % 3)
