"""What a page says when it is read aloud, taken from its widgets: its texts, then what can be pressed, each by name."""

import re
from collections import Counter
from collections.abc import Iterator

from kivy.uix.widget import Widget

from kiosk.ui.input.keyboard import in_reading_order, pressable
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import OnOff
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.labels import Words
from kiosk.ui.widgets.press import Press

DIGITS = re.compile(r"[\d ]+")
NUMBERS = re.compile(r" ?\d+(?:[–, ]+\d+)*")


def texts(front: Widget, is_private: bool) -> list[str]:
    """What is read, in its order. The numbers of a private text are said into a headset alone, digit by digit."""
    found = []
    hidden = False
    for label in _labels(front):
        text = _said(label.text)
        if label.private and not is_private and NUMBERS.search(text):
            hidden = hidden or label.key != "typed"  # who is typing knows
            text = NUMBERS.sub("", text)
        found.append(text)
    if hidden:
        found.append(say("Your numbers are on the screen."))
    return [text for text in found if text.strip()]


def names(front: Widget) -> list[str]:
    """What can be pressed, in the order in which the focus goes."""
    return _told(in_reading_order(list(pressable(front))))


def all_names(front: Widget) -> list[str]:
    """The same, with what rests just now."""
    return _told([button for button in front.walk(restrict=True) if isinstance(button, Press)])


def _told(buttons: list[Press]) -> list[str]:
    told = []
    for button in buttons:
        said = say("the digits") if button.key.startswith("digit_") else name(button)
        if said not in told:  # ten keys are said once
            told.append(said)
    return told


def name(button: Press) -> str:
    """What it says of itself, or what stands on it."""
    told = button.spoken or ", ".join(_said(label.text) for label in _labels(button, inside=True))
    if isinstance(button, OnOff):
        told += ": " + (say("on") if button.on else say("off"))
    return told


def whole(front: Widget, is_private: bool) -> str:
    """A page as it comes."""
    choices = names(front)
    return sentences([*texts(front, is_private), *([can_press(choices)] if choices else [])])


def can_press(choices: list[str]) -> str:
    """What there is to do."""
    return say("You can press: {names}", names="; ".join(choices))


def sentences(parts: list[str]) -> str:
    """Each ends, so that a voice pauses."""
    return " ".join(part if part[-1:] in ".?!:;؟" else f"{part}." for part in parts if part)


def news(before: list[str], after: list[str]) -> list[str]:
    """What is said now and was not; a sentence that only counts on is no news, a number by itself is."""
    fresh = Counter(after) - Counter(before)
    known = {NUMBERS.sub("#", text) for text in before if not DIGITS.fullmatch(text)}
    return [text for text in fresh if NUMBERS.sub("#", text) not in known]


def _labels(widget: Widget, inside: bool = False) -> Iterator[Words]:
    if isinstance(widget, Press) and not inside:
        return
    if isinstance(widget, Words) and not isinstance(widget, Icon) and widget.text.strip():
        yield widget
    for child in reversed(widget.children):
        yield from _labels(child, inside)


def _said(text: str) -> str:
    """Without line breaks; a code or a number of its own digit by digit."""
    text = " ".join(text.split())
    return ", ".join(text.replace(" ", "")) if DIGITS.fullmatch(text) and len(text) > 1 else text
