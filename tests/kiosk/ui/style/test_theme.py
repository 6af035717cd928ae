"""Every pair of text and background colours has a contrast of at least 7:1 in every palette; sizes, icons, fonts."""

from pathlib import Path

import pytest

from kiosk.ui.style.colours import CONTRAST, DARK, LIGHT, Colour, pressed
from kiosk.ui.style.theme import Theme, theme

TEXTS_BY_BACKGROUND = {  # background: text colours
    "paper": ("ink", "soft", "ember", "moss"),
    "card": ("ink", "soft", "ember", "rose"),
    "sand": ("ink", "soft"),
    "ember": ("ember_ink",),
    "moss": ("moss_ink",),
    "oak_top": ("oak_ink", "oak_soft"),
    "oak_foot": ("oak_ink", "oak_soft"),
    "qr_paper": ("qr_ink",),
}
PAIRS = [(ground, text) for ground, texts in TEXTS_BY_BACKGROUND.items() for text in texts]


def luminance(colour: Colour) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: Colour, second: Colour) -> float:
    """From 1 (the same) to 21 (black on white)."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(params=["light", "dark", "contrast"])
def colours(request: pytest.FixtureRequest) -> Theme:
    """A theme of each palette, which no widget follows."""
    colours = Theme()
    colours.palette = request.param
    return colours


@pytest.mark.parametrize(("ground", "text"), PAIRS)
def test_text_can_be_read(colours: Theme, ground: str, text: str) -> None:
    assert contrast(getattr(colours, ground), getattr(colours, text)) >= 7


@pytest.mark.parametrize(("ground", "text"), [("ember", "ember_ink"), ("card", "ink"), ("sand", "ink")])
def test_a_pressed_button_is_darker(colours: Theme, ground: str, text: str) -> None:
    assert luminance(pressed(getattr(colours, ground))) < luminance(getattr(colours, ground))


def test_all_palettes_name_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys() == CONTRAST.keys()


def test_targets_are_large_enough_for_a_finger() -> None:
    assert all(shape >= theme.target for shape in (theme.main, theme.target))
    assert theme.small_text <= theme.body_text <= theme.button_text <= theme.main_text


@pytest.mark.parametrize(("name", "glyphs"), [("hand_wave", 1), ("", 0)])
def test_an_icon_is_one_character_and_empty_without_a_name(name: str, glyphs: int) -> None:
    assert len(theme.glyph(name)) == glyphs


def test_all_fonts_are_installed() -> None:
    assert all(Path(font).is_file() for font in (theme.serif, theme.sans, theme.bold, theme.icons))
