"""The buttons: one ember a screen, sand for second choices, cards to pick from, pills, and the outline of danger."""

from kivy.clock import Clock
from kivy.properties import AliasProperty, BooleanProperty, ColorProperty, NumericProperty, StringProperty

from kiosk.ui import kv_rules
from kiosk.ui.style.theme import theme
from kiosk.ui.widgets.labels import Words, drawn_size
from kiosk.ui.widgets.press import Press

LONG = 26  # characters of a name that may need a second line


class ButtonWords(Words):
    """As large as was wished, if that fits into its room, in more lines than one where it must; else smaller."""

    largest = NumericProperty(0)
    smallest = NumericProperty(0)
    room = NumericProperty(0)  # pixels; 0: as much as it wants
    room_above = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        fit = Clock.create_trigger(self._fit, -1)  # once, before it is drawn
        super().__init__(**kwargs)
        for name in ("text", "font_name", "largest", "smallest", "room", "room_above"):
            self.fbind(name, fit)
        fit()

    def _fit(self, *_: object) -> None:
        if not self.room:
            self.font_size, self.text_size = self.largest, (None, None)
            return
        fits = (size for size in range(int(self.largest), int(self.smallest), -1) if self._fits(size))
        self.font_size = next(fits, int(self.smallest))
        wanted = drawn_size(self, self.text, self.font_size, None)[0]
        self.text_size = (min(wanted, self.room), None)

    def _fits(self, pixels: int) -> bool:
        width, height = drawn_size(self, self.text, pixels, self.room)
        return bool(width <= self.room and height <= self.room_above)


class WordButton(Press):
    """A button with a word, and perhaps an icon before it."""

    text = StringProperty("")
    icon = StringProperty("")
    font_name = StringProperty("")
    font_size = NumericProperty(0)
    words_width = NumericProperty(0)
    room = NumericProperty(0)  # pixels that its words may take; 0: as much as they want

    room_above = NumericProperty(0)
    icon_size = NumericProperty(0)
    sizes_itself = False  # it is as wide as its words
    orientation = StringProperty("horizontal")

    def on_width(self, *_: object) -> None:
        """As much as is left beside the icon, or below it in a button that is higher than wide."""
        self.icon_size = self.font_size * 1.15
        if self.sizes_itself:
            return
        if self.text:  # the word before the sign
            self.icon_size = min(self.icon_size, max(theme.least_text, self.width * 0.2))
        aside = (self.icon_size + theme.gap) * bool(self.icon)
        stands = self.height > self.width
        self.orientation = "vertical" if stands else "horizontal"
        self.room = max(1.0, self.width - 2 * theme.small_gap - aside * (not stands))
        self.room_above = max(1.0, self.height - 2 * theme.rim - aside * stands)

    on_height = on_icon = on_text = on_font_size = on_width

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

    sizes_itself = True

    def collide_point(self, x: float, y: float) -> bool:
        """Is this touch meant for the pill?"""
        around = max(0.0, (theme.target - self.height) / 2)
        return bool(self.x - around <= x <= self.right + around and self.y - around <= y <= self.top + around)


class Danger(WordButton):
    """What can't be taken back: an outline, never a filled red."""


class Choice(Press):
    """A large answer: an icon, what it is, and what that means."""

    faint = ColorProperty(theme.clear)  # the ink of its meaning
    text = StringProperty("")
    detail = StringProperty("")
    icon = StringProperty("")


class EmberChoice(Choice):
    """The answer that most people give."""


class SandChoice(Choice):
    """The other one."""


class Shaped:
    """Something with words beside each other: ``wide``, or ``narrow`` where there is no room for that."""

    shape = StringProperty("wide")
    enough = 60.0  # mm

    def on_width(self, _: object, width: float) -> None:
        """Words beside each other need room."""
        self.shape = "wide" if width > theme.size(self.enough) else "narrow"


class CardChoice(Shaped, Choice):
    """A choice in one row: an icon, if there is room, and beside it the words above their meaning, if they need one."""

    enough = 44.0

    def _get_detail_share(self) -> float:
        return 0.9 if self.detail else 0.01  # a box takes 0 for "as it is"

    detail_share = AliasProperty(_get_detail_share, bind=("detail",))


class EmberCard(CardChoice):
    """The answer that most people give, where there is little height."""


class SandCard(CardChoice):
    """The other one, there."""


class OnOff(Shaped, Press):
    """Something that is ``on`` or off; its sign says which, not its colour alone."""

    text = StringProperty("")
    icon = StringProperty("")
    on = BooleanProperty(False)

    def _get_sign(self) -> str:
        return "toggle_switch" if self.on else "toggle_switch_off_outline"

    sign = AliasProperty(_get_sign, bind=("on",))


class Offer(Press):
    """Something that one tap begins: its name, in as many lines as it needs, and what it comes to."""

    text = StringProperty("")
    detail = StringProperty("")

    def _get_title_share(self) -> float:
        return 1.0 if len(self.text) < LONG else 1.85

    title_share = AliasProperty(_get_title_share, bind=("text",))


class EmberOffer(Offer):
    """The usual one."""


class CardOffer(Offer):
    """Another one."""


kv_rules.load(__file__)
