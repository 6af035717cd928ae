"""Five faces, from sad to happy, for the mood question."""

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import kv_rules
from kiosk.ui.style.theme import theme
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.press import Press

GLYPHS = (
    "emoticon_frown_outline",
    "emoticon_confused_outline",
    "emoticon_neutral_outline",
    "emoticon_happy_outline",
    "emoticon_excited_outline",
)


def face_names() -> tuple[str, ...]:
    """The faces' spoken names."""
    return say("Low"), say("Not so well"), say("In between"), say("Well"), say("Very well")


MAX_SIDE = theme.size(17.4)


class Face(Press):
    """One face; the chosen one turns green."""

    glyph = StringProperty("")
    chosen = BooleanProperty(False)


class Faces(AnchorLayout):
    """Dispatches ``on_face`` with a score from 1 to 5."""

    __events__ = ("on_face",)

    score = NumericProperty(0)  # 0: none chosen yet

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._row = BoxLayout(size_hint=(None, None))
        for score, (glyph, face_name) in enumerate(zip(GLYPHS, face_names(), strict=True), start=1):
            face = Face(glyph=glyph, key=f"face_{score}", spoken=face_name)
            face.bind(on_release=lambda _, chosen=score: self.dispatch("on_face", chosen))
            self._row.add_widget(face)
        self.add_widget(self._row)
        self.fbind("width", self._measure)
        self._measure()

    def on_score(self, _: object, score: int) -> None:
        """Only the chosen face is green."""
        for face_score, face in enumerate(reversed(self._row.children), start=1):
            face.chosen = face_score == score

    def _measure(self, *_: object) -> None:
        count = len(GLYPHS)
        side = min(MAX_SIDE, max(theme.target, self.width / count - theme.gap))
        self._row.spacing = max(theme.rim, min(theme.gap, (self.width - count * side) / (count - 1)))
        self._row.size = (count * side + (count - 1) * self._row.spacing, side)
        for face in self._row.children:
            face.size = (side, side)

    def on_face(self, score: int) -> None:
        """A face was tapped."""


kv_rules.load(__file__)
