"""Builds the text to read aloud from a page's widgets: its texts, then the names of the buttons."""

import re
from collections import Counter
from collections.abc import Iterator

from kivy.uix.widget import Widget

from kiosk.ui.input.keyboard import in_reading_order, pressable
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import OnOff
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.labels import TextLabel
from kiosk.ui.widgets.press import Press

DIGITS = re.compile(r"[\d ]+")
NUMBERS = re.compile(r" ?\d+(?:[–, ]+\d+)*")


def texts(front: Widget, is_private: bool) -> list[str]:
    """The page's texts in reading order; the numbers of private texts only with ``is_private`` (a headset)."""
    spoken = []
    has_hidden = False
    for label in _labels(front):
        text = _as_spoken(label.text)
        if label.private and not is_private and NUMBERS.search(text):
            has_hidden = has_hidden or label.key != "typed"  # the visitor knows what they type
            text = NUMBERS.sub("", text)
        spoken.append(text)
    if has_hidden:
        spoken.append(say("Your numbers are on the screen."))
    return [text for text in spoken if text.strip()]


def names(front: Widget) -> list[str]:
    """The names of the enabled buttons in focus order."""
    return _unique_names(in_reading_order(list(pressable(front))))


def all_names(front: Widget) -> list[str]:
    """The names of all buttons, disabled ones included."""
    return _unique_names([button for button in front.walk(restrict=True) if isinstance(button, Press)])


def _unique_names(buttons: list[Press]) -> list[str]:
    unique: list[str] = []
    for button in buttons:
        text = say("the digits") if button.key.startswith("digit_") else name(button)
        if text not in unique:  # the ten digits are one entry
            unique.append(text)
    return unique


def name(button: Press) -> str:
    """A button's spoken name, else its texts; with its state if it is a switch."""
    spoken = button.spoken or ", ".join(_as_spoken(label.text) for label in _labels(button, inside=True))
    if isinstance(button, OnOff):
        spoken += ": " + (say("on") if button.on else say("off"))
    return spoken


def page_text(front: Widget, is_private: bool) -> str:
    """All that is read when a page is shown."""
    button_names = names(front)
    return join_sentences([*texts(front, is_private), *([buttons_sentence(button_names)] if button_names else [])])


def buttons_sentence(button_names: list[str]) -> str:
    """The sentence that lists the buttons."""
    return say("You can press: {names}", names="; ".join(button_names))


def join_sentences(parts: list[str]) -> str:
    """Join texts, each ended by punctuation so that the voice pauses."""
    return " ".join(part if part[-1:] in ".?!:;؟" else f"{part}." for part in parts if part)


def added(before: list[str], after: list[str]) -> list[str]:
    """The texts in ``after`` that are not in ``before``; sentences in which only a number changed don't count."""
    new = Counter(after) - Counter(before)
    known_texts = {NUMBERS.sub("#", text) for text in before if not DIGITS.fullmatch(text)}
    return [text for text in new if NUMBERS.sub("#", text) not in known_texts]


def _labels(widget: Widget, inside: bool = False) -> Iterator[TextLabel]:
    if isinstance(widget, Press) and not inside:
        return
    if isinstance(widget, TextLabel) and not isinstance(widget, Icon) and widget.text.strip():
        yield widget
    for child in reversed(widget.children):
        yield from _labels(child, inside)


def _as_spoken(text: str) -> str:
    """The text without line breaks; a text of digits alone (a code) is spelled digit by digit."""
    text = " ".join(text.split())
    return ", ".join(text.replace(" ", "")) if DIGITS.fullmatch(text) and len(text) > 1 else text
