"""The buttons: one Ember a page, Sand for second choices, Cards to choose from, Pills, and the outlined Danger."""

from kivy.clock import Clock
from kivy.properties import AliasProperty, BooleanProperty, ColorProperty, NumericProperty, StringProperty

from kiosk.ui import kv_rules
from kiosk.ui.style.theme import theme
from kiosk.ui.widgets.labels import TextLabel, drawn_size
from kiosk.ui.widgets.press import Press

NARROW = 32.0  # mm; in a narrower button the icon leaves more room for the text
LONG_NAME = 26  # characters; a longer name may need a second line


class ButtonLabel(TextLabel):
    """A text in the largest size that fits into its maximum size, if need be in several lines."""

    largest = NumericProperty(0)
    smallest = NumericProperty(0)
    max_text_width = NumericProperty(0)  # pixels; 0: unlimited
    max_text_height = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        fit = Clock.create_trigger(self._fit, -1)  # once, before it is drawn
        super().__init__(**kwargs)
        for name in ("text", "font_name", "largest", "smallest", "max_text_width", "room_above"):
            self.fbind(name, fit)
        fit()

    def _fit(self, *_: object) -> None:
        if not self.max_text_width:
            self.font_size, self.text_size = self.largest, (None, None)
            return
        fits = (size for size in range(int(self.largest), int(self.smallest), -1) if self._fits(size))
        self.font_size = next(fits, int(self.smallest))
        wanted = drawn_size(self, self.text, self.font_size, None)[0]
        self.text_size = (min(wanted, self.max_text_width), None)

    def _fits(self, pixels: int) -> bool:
        width, height = drawn_size(self, self.text, pixels, self.max_text_width)
        return bool(width <= self.max_text_width and height <= self.max_text_height)


class TextButton(Press):
    """A button with a text, and optionally an icon before it."""

    text = StringProperty("")
    icon = StringProperty("")
    font_name = StringProperty("")
    font_size = NumericProperty(0)
    text_width = NumericProperty(0)
    max_text_width = NumericProperty(0)  # pixels; 0: unlimited

    max_text_height = NumericProperty(0)
    icon_size = NumericProperty(0)
    icon_gap = NumericProperty(theme.gap)  # between icon and text
    fits_text = False  # its width follows its text
    orientation = StringProperty("horizontal")

    def on_width(self, *_: object) -> None:
        """Limit the text to the room beside the icon, or below it in a button that is higher than wide."""
        self.icon_size = self.font_size * 1.15
        if self.fits_text:
            return
        is_narrow = self.width < theme.size(NARROW)
        if self.text:  # the text has precedence over the icon
            share = 0.16 if is_narrow else 0.2
            self.icon_size = min(self.icon_size, max(theme.least_text, self.width * share))
        self.icon_gap = theme.small_gap if is_narrow else theme.gap
        icon_extent = (self.icon_size + self.icon_gap) * bool(self.icon)
        is_tall = self.height > self.width
        self.orientation = "vertical" if is_tall else "horizontal"
        self.max_text_width = max(1.0, self.width - 2 * theme.small_gap - icon_extent * (not is_tall))
        self.max_text_height = max(1.0, self.height - 2 * theme.rim - icon_extent * is_tall)

    on_height = on_icon = on_text = on_font_size = on_width

    def _get_between(self) -> float:
        return self.icon_gap if self.icon and self.text else 0.0

    between = AliasProperty(_get_between, bind=("icon", "text", "icon_gap"))


class Ember(TextButton):
    """The primary button."""


class Sand(TextButton):
    """A secondary button."""


class Card(TextButton):
    """One of several equal choices."""


class Numeral(Card):
    """A Card with one large number."""


class Pill(TextButton):
    """A small round button at the edge of a page, as Back or Skip; its touch area is larger than its shape."""

    fits_text = True

    def collide_point(self, x: float, y: float) -> bool:
        """Whether a point is in the touch area."""
        margin = max(0.0, (theme.target - self.height) / 2)
        return bool(self.x - margin <= x <= self.right + margin and self.y - margin <= y <= self.top + margin)


class Danger(TextButton):
    """An irreversible action: an outline, never filled red."""


class Choice(Press):
    """A large answer: an icon, a text, and a detail."""

    faint = ColorProperty(theme.clear)  # colour of the detail
    text = StringProperty("")
    detail = StringProperty("")
    icon = StringProperty("")


class EmberChoice(Choice):
    """The most frequent answer."""


class SandChoice(Choice):
    """Another answer."""


class Shaped:
    """A mixin for widgets with a ``wide`` and a ``narrow`` layout."""

    shape = StringProperty("wide")
    min_wide_width = 60.0  # mm

    def on_width(self, _: object, width: float) -> None:
        """Choose the layout."""
        self.shape = "wide" if width > theme.size(self.min_wide_width) else "narrow"


class CardChoice(Shaped, Choice):
    """A Choice in one row: an icon (if wide), beside it the text above the detail."""

    min_wide_width = 44.0

    def _get_detail_share(self) -> float:
        return 0.9 if self.detail else 0.01  # 0 would mean the widget's own height

    detail_share = AliasProperty(_get_detail_share, bind=("detail",))


class EmberCard(CardChoice):
    """The most frequent answer, where there is little height."""


class SandCard(CardChoice):
    """Another answer, where there is little height."""


class OnOff(Shaped, Press):
    """A switch; its icon shows the state, not its colour alone."""

    text = StringProperty("")
    icon = StringProperty("")
    on = BooleanProperty(False)

    def _get_sign(self) -> str:
        return "toggle_switch" if self.on else "toggle_switch_off_outline"

    sign = AliasProperty(_get_sign, bind=("on",))


class DayCard(Press):
    """A day that is chosen or not; its sign shows which, not its colour alone."""

    text = StringProperty("")
    on = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.on_on(self, self.on)

    def on_on(self, _: object, on: bool) -> None:
        """Show whether it is chosen."""
        self.ground, self.edge = (theme.sand, theme.ink) if on else (theme.card, theme.line)

    def _get_sign(self) -> str:
        return "check_circle" if self.on else "circle_outline"

    sign = AliasProperty(_get_sign, bind=("on",))


class Offer(Press):
    """A button with a name, in as many lines as it needs, and a detail."""

    text = StringProperty("")
    detail = StringProperty("")

    def _get_title_share(self) -> float:
        return 1.0 if len(self.text) < LONG_NAME else 1.85

    title_share = AliasProperty(_get_title_share, bind=("text",))


class EmberOffer(Offer):
    """The default offer."""


class CardOffer(Offer):
    """Another offer."""


kv_rules.load(__file__)
