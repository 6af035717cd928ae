"""What is on paper, in the language of the screens: a visitor's slip, a roll call, what is open after a session."""

from collections.abc import Iterable, Sequence

from kiosk.rules.paper import Paper, PaperGap, PaperLine, PaperPart, PaperQr, PaperRule
from kiosk.services.records.closeout_records import CloseoutFigures, OpenItem
from kiosk.services.records.evacuation_records import RollCall, RollEntry
from kiosk.services.records.host_records import ClosedSession
from kiosk.services.records.visitor_records import CheckedIn
from kiosk.ui.style import fonts
from kiosk.ui.style.theme import theme
from kiosk.ui.text import bidi, closeout_text, evacuation_text, phrases, schedule_text
from kiosk.ui.text.i18n import date_of, say, time_of

LETTERS = 30  # that fit on a line of the narrowest paper
NUMBER_SIZE, CODE_SIZE = 8, 4  # times a printer's usual letters


def slip(welcomed: CheckedIn) -> Paper:
    """A visitor's slip: the pouch or locker, until when, the code to leave with, and how to be reached."""
    parts: list[PaperPart] = [PaperLine(welcomed.venue, bold=True), PaperRule()]
    if welcomed.is_practice:
        parts += [PaperLine(say("Practice: nothing is counted."), bold=True), PaperRule()]
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


def pass_paper(venue: str, text: str) -> Paper:
    """A pass: its code, and what it is good for. It has no name and no date."""
    parts: list[PaperPart] = [
        PaperLine(venue, bold=True),
        PaperRule(),
        PaperLine(say("Your pass"), 2, bold=True),
        PaperQr(text),
        PaperLine(say("Scan it when you leave, and whenever you come again.")),
        PaperLine(say("No name is on it. With it you come in and leave by one scan.")),
    ]
    return _paper(parts)


def roll_call(roll: RollCall) -> Paper:
    """The roll call to take outside: a box to tick, the number and how many people, for each party."""
    parts: list[PaperPart] = [
        PaperLine(evacuation_text.since(roll), 2, bold=True),
        PaperLine(evacuation_text.heading(roll)),
        PaperRule(),
        *(_row(entry) for entry in roll.inside),
    ]
    if roll.on_break:
        parts += [PaperGap(), PaperLine(evacuation_text.on_break(roll)), *(_row(entry) for entry in roll.on_break)]
    parts += [PaperRule(), *(PaperLine(notice, align="start") for notice in evacuation_text.notices(roll))]
    return _paper(parts)


def _row(entry: RollEntry) -> PaperLine:
    box = "[x]" if entry.is_out else "[ ]"
    return PaperLine(f"{box} {evacuation_text.spoken_party(entry)}", align="start")


def closing(closed: ClosedSession, figures: CloseoutFigures, items: Sequence[OpenItem]) -> Paper:
    """What a host has closed, and what waits for its owners."""
    parts: list[PaperPart] = [
        PaperLine(say("“{title}” is closed.", title=schedule_text.opened_title(closed)), bold=True),
        PaperLine(f"{date_of(closed.closed_at)}, {time_of(closed.closed_at)}" if closed.closed_at else ""),
        PaperRule(),
        PaperLine(phrases.checked_out(closed.checked_out), align="start"),
        PaperLine(closeout_text.left_open(figures), align="start"),
        PaperGap(),
        *(PaperLine(f"[ ] {closeout_text.name(item)}: {closeout_text.state(item)}", align="start") for item in items),
    ]
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
