"""Prepares right-to-left text for a renderer that draws characters from left to right without shaping.

Letters are joined (arabic-reshaper, presentation forms) and put in visual order (python-bidi, Unicode's UAX #9). Lines
are broken before that, as afterwards a line's first word is at its end.
"""

import re
from collections.abc import Callable, Iterator

from kiosk.ui.style.theme import theme

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")  # Hebrew, Arabic and their presentation forms
TELEPHONE = re.compile(r"\+\d[\d ()-]*\d|\d{2,}(?: \d{2,}){2,}")  # its groups keep their order
FIRST_ISOLATE, END_ISOLATE = "\u2066", "\u2069"  # UAX #9: isolates of left-to-right text
MIRRORS = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")


def is_right_to_left(text: str) -> bool:
    """Whether the text has right-to-left letters."""
    return RIGHT_TO_LEFT.search(text) is not None


def shaped(text: str, width: float | None, measure: Callable[[str], float]) -> str:
    """``text`` as it is to be drawn; unchanged without right-to-left letters.

    ``width``: pixels of a line (None: unlimited); ``measure``: returns the width of a text in pixels.
    """
    if not is_right_to_left(text):
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
    from arabic_reshaper import reshape  # drops vowel signs, which the renderer would misplace
    from bidi import get_display

    isolated = TELEPHONE.sub(lambda match: FIRST_ISOLATE + match[0] + END_ISOLATE, _mirrored(reshape(line)))
    visual = str(get_display(isolated, base_dir="R" if theme.rtl else None))
    return visual.replace(FIRST_ISOLATE, "").replace(END_ISOLATE, "")


def _mirrored(line: str) -> str:
    """Mirror brackets and quotation marks, except inside left-to-right text."""
    if not theme.rtl:
        return line
    return "".join(
        character.translate(MIRRORS)
        if not (_starts_left_to_right(line[:index][::-1]) and _starts_left_to_right(line[index + 1 :]))
        else character
        for index, character in enumerate(line)
    )


def _starts_left_to_right(text: str) -> bool:
    """Whether the first letter is a left-to-right one."""
    letter = next((character for character in text if character.isalpha()), "")
    return bool(letter) and not is_right_to_left(letter)
