"""Translations are complete, with each language's plurals, formats, letters and direction."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from babel.dates import format_skeleton

from assets.translate import SCREENS, TextDomain
from kiosk.ui.style.theme import theme
from kiosk.ui.text import bidi, i18n, phrases
from sync.languages import LANGUAGES, SOURCE
from tests.support.catalogues import check_complete, check_placeholders, check_plurals

CODES = sorted(LANGUAGES.keys() - {SOURCE})
EVENING = datetime(2026, 11, 24, 21, 30)  # noqa: DTZ001 - only its clock is shown


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    theme.language = SOURCE


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("check", [check_complete, check_placeholders, check_plurals])
def test_the_screens_are_translated(code: str, check: Callable[[TextDomain, str], None]) -> None:
    check(SCREENS, code)


@pytest.mark.parametrize("code", sorted(LANGUAGES))
@pytest.mark.parametrize("hour", [0, 7, 21])
def test_times_follow_cldr(code: str, hour: int) -> None:
    theme.language = code
    when = EVENING.replace(hour=hour, minute=5)

    assert i18n.time_of(when) == format_skeleton("Hm", when, locale=i18n.LOCALES.get(code, code))


@pytest.mark.parametrize("people", [1, 2, 3, 11, 100])
def test_arabic_has_its_own_plurals(people: int) -> None:
    theme.language = "ar"

    texts = {number: phrases.people_here(number) for number in (1, 2, 3, 11, 100)}

    assert len(set(texts.values())) == 5
    assert people < 3 or str(people) in texts[people]


@pytest.mark.parametrize(
    ("code", "until"), [("en", "Until 21:30"), ("de", "Bis 21:30"), ("es", "Hasta las 21:30"), ("ar", "حتى 21:30")]
)
def test_times_are_filled_into_their_sentence(code: str, until: str) -> None:
    theme.language = code

    assert phrases.open_until(EVENING) == until


def test_an_unknown_language_is_rejected() -> None:
    with pytest.raises(ValueError, match="eo"):
        theme.language = "eo"


def test_arabic_starts_at_the_right() -> None:
    theme.language = "ar"

    assert (theme.rtl, theme.start, theme.end, theme.at_start) == (True, "right", "left", {"right": 1})


def text_width(text: str) -> float:
    return len(text)


def test_left_to_right_text_is_unchanged() -> None:
    assert bidi.shaped("Step out, 14–16", 3, text_width) == "Step out, 14–16"


def test_arabic_letters_are_joined_and_reordered() -> None:
    theme.language = "ar"

    drawn = bidi.shaped("حتى 21:30", None, text_width)

    assert drawn.startswith("21:30 ")
    assert all("\ufb50" <= letter <= "\ufeff" for letter in drawn.removeprefix("21:30 "))


def test_arabic_lines_are_broken_in_reading_order() -> None:
    theme.language = "ar"

    first, second = bidi.shaped("مكانك محفوظ لك", 11, text_width).split("\n")

    assert (len(first), len(second)) == (11, 2)


def test_a_telephone_number_keeps_the_order_of_its_groups_in_arabic() -> None:
    theme.language = "ar"

    assert "+31 20 555 0123" in bidi.shaped("اتصل: +31 20 555 0123", None, text_width)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [("جلسة (2)", "(2)"), ("جلسة «شاي»", "«"), ("جلسة Tea (green) cup", "Tea (green) cup")],
)
def test_brackets_are_mirrored_in_arabic(text: str, drawn: str) -> None:
    theme.language = "ar"

    seen = bidi.shaped(text, None, text_width)

    assert drawn in seen
    assert "«" not in seen or seen.index("«") < seen.index("»")
