"""The look of the screens as one EventDispatcher: colours, type, sizes, language direction and reach.

kv rules bind to ``theme``'s properties, so a change of palette shows at once. Sizes are in pixels.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, OptionProperty, StringProperty

from kiosk.ui.style import colours, fonts
from kiosk.ui.style.colours import PALETTES, colour
from kiosk.ui.style.sizes import TALLEST, TALLEST_LOW, TYPE, letters, size
from sync.languages import LANGUAGES, RIGHT_TO_LEFT, SOURCE

SIDES = ({"x": 0}, {"right": 1})


class Theme(EventDispatcher):
    """Set ``palette``, ``motion``, ``text_scale``, ``low`` and ``language``; the other properties follow."""

    palette = OptionProperty("light", options=list(PALETTES))
    motion = BooleanProperty(True)  # False: the flame does not move
    text_scale = NumericProperty(1.0)  # 1.0 to 1.5
    low = BooleanProperty(False)  # low reach: controls in the lower half of the panel
    is_practice = BooleanProperty(False)  # only practice sessions are open: every page says so
    language = OptionProperty(SOURCE, options=list(LANGUAGES))

    # by palette
    paper = ObjectProperty()  # background
    card = ObjectProperty()  # buttons and cards
    sand = ObjectProperty()  # secondary buttons
    sand_rim = ObjectProperty()  # their border
    line = ObjectProperty()  # borders of cards
    faint = ObjectProperty()  # empty positions
    ink = ObjectProperty()  # text
    soft = ObjectProperty()  # secondary text, on paper and card
    ember = ObjectProperty()  # the primary button
    ember_ink = ObjectProperty()
    moss = ObjectProperty()  # success
    moss_ink = ObjectProperty()
    rose = ObjectProperty()  # danger, as outline and text on card

    # in every palette
    amber, oak_top, oak_foot = colours.amber, colours.oak_top, colours.oak_foot
    oak_ink, oak_soft = colours.oak_ink, colours.oak_soft
    qr_ink, qr_paper = colours.qr_ink, colours.qr_paper
    veil, clear = colours.veil, colours.clear

    # by reach
    reach = OptionProperty("usual", options=["usual", "low"])  # the name of a Case
    before_keypad = NumericProperty(0.0)  # between texts and the keypad
    tallest = NumericProperty(0.0)  # height limit of a page's content

    # by language
    rtl = BooleanProperty(False)
    start = StringProperty("left")  # where a line begins
    end = StringProperty("right")
    at_start = ObjectProperty(SIDES[0])  # the same as a pos_hint
    at_end = ObjectProperty(SIDES[1])
    grid = StringProperty("lr-tb")  # orientation of a GridLayout
    serif = StringProperty()
    sans = StringProperty()
    bold = StringProperty()
    icons = fonts.ICONS
    serif_leading = NumericProperty(1.0)  # line height, in the font's own
    sans_leading = NumericProperty(1.0)
    serif_air = NumericProperty(0.0)  # em above and below the letters of a line

    # by text_scale
    small_text = NumericProperty(0.0)
    body_text = NumericProperty(0.0)
    button_text = NumericProperty(0.0)
    main_text = NumericProperty(0.0)
    heading_text = NumericProperty(0.0)
    large_text = NumericProperty(0.0)

    # lengths
    target = size(15)  # smallest touch target
    main = size(22)  # height of the primary button
    stacked = size(27)  # an icon above words above a smaller line
    gap = size(3)
    small_gap = size(1.5)
    edge = size(5.3)  # from the edge of the panel
    corner = size(4.2)
    pill = size(11)
    rim = max(1.0, size(0.36))  # borders, 2 px on the 7-inch panel
    ring = size(0.5)  # around the focused button
    narrow = size(100)  # a pane up to this width stacks its content
    widest = size(158)  # width limit of a page's content
    keypad = size(78), size(84)  # size limit
    flat_keypad = size(150), size(52)  # the same with two rows
    key_text = size(7.2)  # digits on keys
    least_text = size(4.2)  # smallest text

    size = staticmethod(size)

    def __init__(self) -> None:
        super().__init__()
        for name in ("palette", "low", "language", "text_scale"):
            getattr(self, f"on_{name}")(self, getattr(self, name))

    def fbind(self, name: str, callback: Callable[..., object], *args: object, **kwargs: object) -> int:
        """Bind a kv rule to a property; see :meth:`kivy.event.EventDispatcher.fbind`."""
        uid: int = super().fbind(name, partial(_unless_gone, callback), *args, **kwargs)
        return uid

    def on_palette(self, _: object, palette: str) -> None:
        """Set the colours."""
        for name, code in PALETTES[palette].items():
            setattr(self, name, colour(code))

    def on_low(self, _: object, low: bool) -> None:
        """Set what depends on reach."""
        self.reach = "low" if low else "usual"
        self.before_keypad = 0.0 if low else self.gap
        self.tallest = size(TALLEST_LOW if low else TALLEST)

    def on_language(self, _: object, language: str) -> None:
        """Set the direction and the fonts."""
        self.rtl = language in RIGHT_TO_LEFT
        self.grid = "rl-tb" if self.rtl else "lr-tb"
        self.start, self.end = ("right", "left") if self.rtl else ("left", "right")
        self.at_start, self.at_end = reversed(SIDES) if self.rtl else SIDES
        for name, font in fonts.of_language(language).items():
            setattr(self, name, font)

    def on_text_scale(self, _: object, _scale: float) -> None:
        """Set the text sizes."""
        for name, millimetres in TYPE.items():
            setattr(self, name, self.letters(millimetres))

    def letters(self, millimetres: float) -> float:
        """Pixels for a text of that height at the present scale; see :func:`sizes.letters`."""
        return letters(millimetres, self.text_scale)

    def glyph(self, name: str) -> str:
        """The character of an icon in the present direction; see :func:`fonts.glyph`."""
        return fonts.glyph(name, self.rtl)


def _unless_gone(callback: Callable[..., object], *args: object) -> None:
    """Evaluate a kv rule, unless its root was collected before one of its children."""
    with suppress(ReferenceError):
        callback(*args)


theme = Theme()
