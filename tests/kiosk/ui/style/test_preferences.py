"""Changes of language and look keep a page's state and end with the visit; and the idle prompt."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.ui.style.colours import CONTRAST, colour
from kiosk.ui.style.theme import theme
from tests.support.kiosk_window import KioskWindow

if TYPE_CHECKING:
    from tests.support.window_frames import WindowFrames


def test_a_change_of_language_keeps_the_pages_state(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    for key in ("come_in", "size_4", "phones_minus", "language", "language_ar"):
        kiosk.tap(key)

    kiosk.wait_for("stow")
    assert theme.language == "ar"
    assert (kiosk.page.phones, kiosk.page.party_size) == (3, 4)
    assert "هواتفكم" in kiosk.page.heading


def test_the_next_visitor_gets_the_venues_language(door: Callable[..., KioskWindow]) -> None:

    kiosk = door(language="nl")
    for key in ("language", "language_fr", "come_in", "back"):
        kiosk.tap(key)

    kiosk.wait_for("welcome")
    assert theme.language == "nl"


def test_a_language_chosen_on_the_welcome_page_is_kept_there(door: Callable[..., KioskWindow]) -> None:

    kiosk = door()
    for key in ("language", "language_es"):
        kiosk.tap(key)

    kiosk.wait_for("welcome")
    assert theme.language == "es"


def test_larger_text_and_contrast_apply_at_once(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    usual = theme.body_text
    for key in ("access", "larger", "stronger"):
        kiosk.tap(key)

    assert theme.body_text == pytest.approx(1.5 * usual, abs=1)
    assert theme.paper == colour(CONTRAST["paper"])
    kiosk.tap("done")
    kiosk.wait_for("welcome")


def test_a_change_of_language_keeps_typed_digits(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    for key in ("leave", "digit_4", "digit_8", "language", "language_de"):
        kiosk.tap(key)

    assert kiosk.page.typed == "48"


def test_the_chosen_language_is_stored_with_the_visit(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    for key in ("language", "language_fr", "come_in", "size_1", "pouch"):
        kiosk.tap(key)
    kiosk.wait_for("confirmed")

    (visit,) = kiosk.runtime.context.ledger.present()
    assert visit.language == "fr"


def test_a_visitor_who_answers_the_idle_prompt_stays_on_the_page(
    door: Callable[..., KioskWindow],
) -> None:
    kiosk = door()
    kiosk.tap("come_in")
    kiosk.wait_for_idle_prompt()

    kiosk.tap("still_here")

    assert kiosk.screen == "party"


def test_an_unanswered_idle_prompt_leads_to_the_welcome_page(
    door: Callable[..., KioskWindow], frames: "WindowFrames"
) -> None:
    from kiosk.ui.widgets.still_here import PROMPT_SECONDS

    kiosk = door()
    kiosk.tap("come_in")
    kiosk.wait_for_idle_prompt()

    frames.skip(PROMPT_SECONDS)

    kiosk.wait_for("welcome")
