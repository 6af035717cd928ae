"""The tiles of a roll call: one for each party, to be touched off and on again."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.gridlayout import GridLayout

from kiosk.ui import kv_rules
from kiosk.ui.style.theme import theme
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.scroll_pane import ScrollPane

MIN_TILE_WIDTH = 19.0  # mm
WAITING, OUT, LEFT = "checkbox_blank_circle_outline", "check_circle", "hand_wave"  # icons


@dataclass(frozen=True)
class TileText:
    """What a party's tile shows, and its name for reading aloud. ``icon``: of the number, "" for a pouch."""

    id: UUID
    number: str
    people: str
    icon: str
    spoken: str
    is_out: bool
    has_left: bool  # it can't be touched


class RollTile(Press):
    """A party; when it is out, its tile is filled and has another icon."""

    number = StringProperty("")
    people = StringProperty("")
    icon = StringProperty("")
    state_icon = StringProperty(WAITING)
    is_out = BooleanProperty(False)

    def show(self, text: TileText) -> None:
        """Show a party."""
        self.number, self.people, self.icon, self.spoken = text.number, text.people, text.icon, text.spoken
        self.is_out = text.is_out
        self.state_icon = LEFT if text.has_left else OUT if text.is_out else WAITING
        self.disabled = text.has_left

    def touch_off(self) -> bool:
        """Show the other state at once, before it is stored; returns whether it is out now."""
        self.is_out = not self.is_out
        self.state_icon = OUT if self.is_out else WAITING
        return bool(self.is_out)


class PartyTiles(GridLayout):
    """Tiles beside and below each other, as many in a row as have room."""

    def on_width(self, _: object, width: float) -> None:
        """Set the number of columns."""
        self.cols = max(2, int((width + self.spacing[0]) // (theme.size(MIN_TILE_WIDTH) + self.spacing[0])))


class Roll(ScrollPane):
    """The parties inside, and below them, under ``caption``, those on a break. Dispatches ``on_touched``."""

    __events__ = ("on_touched",)

    caption = StringProperty("")
    caption_height = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        self._tiles: dict[UUID, RollTile] = {}
        super().__init__(**kwargs)

    def show(self, inside: Sequence[TileText], on_break: Sequence[TileText], caption: str) -> None:
        """Show these parties. Tiles remain as they are as long as the parties are the same."""
        self._fill(self.ids.inside, inside)
        self._fill(self.ids.on_break, on_break)
        self.caption = caption
        shown = {text.id for text in (*inside, *on_break)}
        self._tiles = {id: tile for id, tile in self._tiles.items() if id in shown}

    def on_caption(self, _: object, caption: str) -> None:
        """No height without a caption."""
        self.caption_height = theme.small_text * 1.6 if caption else 0

    def _fill(self, tiles: PartyTiles, texts: Sequence[TileText]) -> None:
        wanted = [self._tile(text) for text in texts]
        if wanted != tiles.children[::-1]:
            tiles.clear_widgets()
            for tile in wanted:
                if tile.parent:
                    tile.parent.remove_widget(tile)
                tiles.add_widget(tile)

    def _tile(self, text: TileText) -> RollTile:
        tile = self._tiles.get(text.id)
        if tile is None:
            tile = self._tiles[text.id] = RollTile(key=f"party_{text.id}")
            tile.bind(on_release=partial(self._touch_off, text.id))
        tile.show(text)
        return tile

    def _touch_off(self, id: UUID, tile: RollTile) -> None:
        self.dispatch("on_touched", id, tile.touch_off())

    def on_touched(self, id: UUID, is_out: bool) -> None:
        """A party was touched off, or on again."""


kv_rules.load(__file__)
