"""Characters that the fonts lack are omitted and not drawn as boxes."""

from collections.abc import Callable

import pytest

from kiosk.ui.style import fonts

Show = Callable[..., None]
WITHOUT_GLYPHS = [
    ("🎲 Board games 🎲", "Board games"),
    ("Board games 🎲 – for all", "Board games – for all"),
    ("👨‍👩‍👧 Family", "Family"),
    ("🏳️‍🌈 Evening 🇳🇱", "Evening"),
    ("👍🏽 Tea", "Tea"),
    ("1️⃣ One", "1 One"),
    ("日本 Café", "Café"),
    ("Tea\u202e and\u200f cake\u200b", "Tea and cake"),
    ("Tea\tand\u3000cake", "Tea and cake"),
    ("Tea\x07\x1b and cake", "Tea and cake"),
    ("𝗧𝗲𝗮 ①", "Tea 1"),
    ("Ｔｅａ", "Tea"),
    ("Cafe\u0301", "Café"),
    ("🎲🎲🎲", ""),
]
DRAWN = ["Łódź, Şişli, Žižkov", "“Tea” – ‘and’ cake…", "Größe · Æble", "Two\nlines"]


@pytest.mark.parametrize(("title", "shown"), WITHOUT_GLYPHS)
def test_characters_without_glyphs_are_omitted(title: str, shown: str) -> None:
    from kiosk.ui.style.theme import theme
    from kiosk.ui.text import glyphs

    for font in (theme.serif, theme.sans, theme.bold):
        assert glyphs.drawable(title, font) == shown


@pytest.mark.parametrize("text", DRAWN)
def test_drawable_text_is_unchanged(text: str) -> None:
    from kiosk.ui.style.theme import theme
    from kiosk.ui.text import glyphs

    assert glyphs.drawable(text, theme.serif) == text


@pytest.mark.parametrize("kind", ["Fitting", "Note", "Caption", "Body", "Title"])
@pytest.mark.parametrize(("title", "shown"), [*WITHOUT_GLYPHS[:5], ("🎲 مساء هادئ", "مساء هادئ")])
def test_a_label_looks_like_one_without_the_characters(
    show: Show, frames: Callable[[int], None], kind: str, title: str, shown: str
) -> None:
    from kivy.uix.label import Label

    from kiosk.ui.widgets import labels

    pictures = []
    for text in (title, shown):
        widget = getattr(labels, kind)(text=text, size=(400, 60), size_hint=(None, None))
        show(widget)
        frames(3)
        label = next(part for part in widget.walk() if isinstance(part, Label))
        pictures.append((label.texture.size, label.texture.pixels))

    assert pictures[0] == pictures[1]
    assert any(pictures[0][1]), "something is drawn"


def test_an_arabic_title_gets_the_arabic_font_in_any_language(show: Show, frames: Callable[[int], None]) -> None:
    from kiosk.ui.style.theme import theme
    from kiosk.ui.widgets.labels import Note

    pictures = []
    for text, font in (("مساء هادئ", theme.sans), ("مساء هادئ", fonts.ARABIC["sans"])):
        note = Note(text=text, size=(300, 50), size_hint=(None, None))
        note.font_name, note.largest = font, 30
        show(note)
        frames(3)
        pictures.append(note.texture.pixels)

    assert pictures[0] == pictures[1]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("event", "Event"), ("club", "Club"), ("workshop", "Workshop"), ("class", "Class"), ("open_hours", "Open hours")],
)
@pytest.mark.parametrize("title", ["🎲🎲", "Вечер", "—", "\u200b"])
def test_a_session_with_an_undrawable_title_is_called_by_its_kind(kind: str, expected: str, title: str) -> None:
    from kiosk.services.records.host_records import ClosedSession
    from kiosk.ui.text import schedule_text

    assert schedule_text.title(ClosedSession(title, 0, (), session_kind=kind)) == expected  # type: ignore[arg-type]
    assert schedule_text.title(ClosedSession("Tea 🎲", 0, (), session_kind=kind)) == "Tea 🎲"  # type: ignore[arg-type]
