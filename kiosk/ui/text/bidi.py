"""Right-to-left text made ready for a renderer that draws one character after the other, from left to right.

Letters are joined (arabic-reshaper, into the font's presentation forms) and put in the order in which they stand
(python-bidi, Unicode's UAX #9). Lines are broken before that, for afterwards a line's first word stands at its end.
"""

import re
from collections.abc import Callable, Iterator

from kiosk.ui.style.theme import theme

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")  # Hebrew, Arabic and their presentation forms
TELEPHONE = re.compile(r"\+\d[\d ()-]*\d|\d{2,}(?: \d{2,}){2,}")  # its groups stay in their order
FIRST_ISOLATE, END_ISOLATE = "\u2066", "\u2069"  # UAX #9: what is between them runs from left to right
MIRRORS = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")


def runs_left(text: str) -> bool:
    """Whether it has letters that run from right to left."""
    return RIGHT_TO_LEFT.search(text) is not None


def shaped(text: str, width: float | None, measure: Callable[[str], float]) -> str:
    """``text`` as it is to be drawn; unchanged where nothing in it runs from right to left.

    ``width``: pixels of a line (None: it has as much room as it needs); ``measure``: the pixels that a text takes.
    """
    if not runs_left(text):
        return text
    return "\n".join(line for paragraph in text.split("\n") for line in _lines(paragraph, width, measure))


def _lines(paragraph: str, width: float | None, measure: Callable[[str], float]) -> Iterator[str]:
    line = ""
    for word in paragraph.split(" "):
        longer = f"{line} {word}" if line else word
        if line and width and measure(_visual(longer)) > width:
            yield _visual(line)
            line = word
        else:
            line = longer
    yield _visual(line)


def _visual(line: str) -> str:
    from arabic_reshaper import reshape  # it leaves vowel signs out: the renderer would set them over the wrong letter
    from bidi import get_display

    whole = TELEPHONE.sub(lambda found: FIRST_ISOLATE + found[0] + END_ISOLATE, _mirrored(reshape(line)))
    turned = str(get_display(whole, base_dir="R" if theme.rtl else None))
    return turned.replace(FIRST_ISOLATE, "").replace(END_ISOLATE, "")


def _mirrored(line: str) -> str:
    """Brackets and quotation marks as they look from the right, but for those inside words that run from the left."""
    if not theme.rtl:
        return line
    return "".join(
        sign.translate(MIRRORS) if not (_runs_right(line[:at][::-1]) and _runs_right(line[at + 1 :])) else sign
        for at, sign in enumerate(line)
    )


def _runs_right(text: str) -> bool:
    """Whether its first letter runs from left to right."""
    letter = next((sign for sign in text if sign.isalpha()), "")
    return bool(letter) and not runs_left(letter)
