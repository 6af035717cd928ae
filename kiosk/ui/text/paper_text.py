"""What is on paper, in the language of the screens: a visitor's slip."""

from collections.abc import Iterable

from kiosk.rules.paper import Paper, PaperLine, PaperPart, PaperQr, PaperRule
from kiosk.services.records.visitor_records import CheckedIn
from kiosk.ui.style import fonts
from kiosk.ui.style.theme import theme
from kiosk.ui.text import bidi, phrases
from kiosk.ui.text.i18n import say

LETTERS = 30  # that fit on a line of the narrowest paper
NUMBER_SIZE, CODE_SIZE = 8, 4  # times a printer's usual letters


def slip(welcomed: CheckedIn) -> Paper:
    """A visitor's slip: the pouch or locker, until when, the code to leave with, and how to be reached."""
    parts: list[PaperPart] = [PaperLine(welcomed.venue, bold=True), PaperRule()]
    if welcomed.numbers:
        parts += [
            PaperLine(phrases.your_numbers(welcomed.numbers, welcomed.stow)),
            PaperLine(phrases.ranges(welcomed.numbers), NUMBER_SIZE, bold=True),
        ]
    parts += [
        PaperLine(say("Your code for leaving")),
        PaperLine(" ".join(welcomed.code), CODE_SIZE, bold=True),
        PaperQr(welcomed.slip),
        PaperLine(say("Hold this up or type the code.")),
        PaperRule(),
    ]
    if welcomed.until:
        parts.append(PaperLine(phrases.phone_free_until(welcomed.until).replace("\n", " ")))
    if welcomed.reach:
        parts.append(PaperLine(say("Reach you here: {phone}", phone=welcomed.reach)))
    return _paper(parts)


def _paper(parts: Iterable[PaperPart]) -> Paper:
    """The paper in the language of the screens; lines of right-to-left text are broken and put in visual order."""
    font = fonts.bold_for(theme.language)
    if not theme.rtl:
        return Paper(tuple(parts), font)
    return Paper(tuple(_shaped(part) for part in parts), font, is_right_to_left=True)


def _shaped(part: PaperPart) -> PaperPart:
    if not isinstance(part, PaperLine):
        return part
    text = bidi.shaped(part.text, LETTERS / part.size, len)
    return PaperLine(text, part.size, part.bold, part.align)
