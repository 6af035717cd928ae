"""The buttons: one ember a screen, sand for second choices, cards to pick from, pills, and the outline of danger."""

from kivy.properties import AliasProperty, NumericProperty, StringProperty

from kiosk.widgets import icon, kv, labels, theme  # noqa: F401 - their rules stand in ours
from kiosk.widgets.press import Press


class WordButton(Press):
    """A button with a word, and perhaps an icon before it."""

    text = StringProperty("")
    icon = StringProperty("")
    font_name = StringProperty(theme.bold)
    font_size = NumericProperty(theme.button_text)
    words_width = NumericProperty(0)

    def _get_between(self) -> float:
        return theme.gap if self.icon and self.text else 0.0

    between = AliasProperty(_get_between, bind=("icon", "text"))


class Ember(WordButton):
    """The one thing to do."""


class Sand(WordButton):
    """A second choice."""


class Card(WordButton):
    """One of several that are equally right."""


class Numeral(Card):
    """A card that is one large number."""


class Pill(WordButton):
    """Small and round, at the rim of the page: back, lock, skip. A finger may miss it by two millimetres."""

    def collide_point(self, x: float, y: float) -> bool:
        """Is this touch meant for the pill?"""
        around = max(0.0, (theme.target - self.height) / 2)
        return bool(self.x - around <= x <= self.right + around and self.y - around <= y <= self.top + around)


class Danger(WordButton):
    """What can't be taken back: an outline, never a filled red."""


class Choice(Press):
    """A large answer: an icon, what it is, and what that means."""

    text = StringProperty("")
    detail = StringProperty("")
    icon = StringProperty("")


class EmberChoice(Choice):
    """The answer that most people give."""


class SandChoice(Choice):
    """The other one."""


class WideChoice(Choice):
    """A choice in one row: icon and words at the left, their meaning at the right."""


class Offer(Press):
    """Something that one tap begins: its name and what it comes to."""

    text = StringProperty("")
    detail = StringProperty("")


class EmberOffer(Offer):
    """The usual one."""


class CardOffer(Offer):
    """Another one."""


kv.load(__file__)
