"""A sign is two knocks, once: over many looks by this machine's own two clocks, and through another language."""

from collections.abc import Callable

import pytest

from kiosk.services import reminders, visits
from kiosk.services.records import CheckedIn, CheckInRequest
from sync.system_clock import SystemClock
from tests.support.kiosk_window import Door

LOOKS = 180


@pytest.fixture
def knocks(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The first of each two; a pressed button ticks as well, and does not count."""
    from kivy.uix.screenmanager import Screen

    from kiosk.ui import sound

    heard: list[object] = []
    monkeypatch.setattr(sound, "play_tick", lambda source: heard.append(source) if isinstance(source, Screen) else None)
    return heard


def wants_a_sign_now(door: Door) -> None:
    answer = visits.check_in(door.runtime.context, CheckInRequest(1, 1, 0))
    assert isinstance(answer, CheckedIn)
    reminders.choose(door.runtime.context, answer.visit, 0)


def look(door: Door, frames: Callable[[int], None], times: int = LOOKS) -> None:
    page = door.page
    for _ in range(times):
        seen = page.refresh_count
        page._refresh()
        while page.refresh_count == seen:
            frames(1)


def test_one_sign_is_one_double_knock_over_many_looks(
    door: Callable[..., Door], frames: Callable[[int], None], knocks: list[object]
) -> None:
    here = door(clock=SystemClock())
    wants_a_sign_now(here)

    look(here, frames)

    assert "It’s time" in here.page.sign
    assert len(knocks) == 1


def test_a_sign_that_was_given_is_not_given_again_in_another_language(
    door: Callable[..., Door], frames: Callable[[int], None], knocks: list[object]
) -> None:
    here = door(clock=SystemClock())
    wants_a_sign_now(here)
    look(here, frames, 3)

    for language in ("de", "en"):
        here.tap("language")
        here.wait_for("language")
        here.tap(f"language_{language}")
        here.wait_for("welcome")
        look(here, frames, 3)

    assert len(knocks) == 1


def test_each_visit_has_its_own_knock(
    door: Callable[..., Door], frames: Callable[[int], None], knocks: list[object]
) -> None:
    here = door(clock=SystemClock())
    for count in (1, 2, 3):
        wants_a_sign_now(here)
        look(here, frames, 3)
        assert len(knocks) == count
