"""A reminder is announced by one double knock, over many refreshes and a change of language."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.services import reminders, visits
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest
from sync.system_clock import SystemClock
from tests.support.kiosk_window import KioskWindow

if TYPE_CHECKING:
    from tests.support.window_frames import WindowFrames

REFRESHES = 180


@pytest.fixture
def announcements(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The first tick of each double knock; ticks of buttons do not count."""
    from kivy.uix.screenmanager import Screen

    from kiosk.ui import sound

    sources: list[object] = []
    monkeypatch.setattr(
        sound, "play_tick", lambda source: sources.append(source) if isinstance(source, Screen) else None
    )
    return sources


def request_reminder_now(door: KioskWindow) -> None:
    answer = visits.check_in(door.runtime.context, CheckInRequest(1, 1, 0))
    assert isinstance(answer, CheckedIn)
    reminders.set_reminder(door.runtime.context, answer.visit, 0)


def refresh(door: KioskWindow, frames: "WindowFrames", times: int = REFRESHES) -> None:
    from kiosk.ui.screens.visitor.welcome import REFRESH_INTERVAL

    page = door.page
    for _ in range(times):
        count_before = page.refresh_count
        frames.skip(REFRESH_INTERVAL)
        while page.refresh_count == count_before:
            frames(1)


def test_a_reminder_is_announced_once_over_many_refreshes(
    door: Callable[..., KioskWindow], frames: "WindowFrames", announcements: list[object]
) -> None:
    kiosk = door(clock=SystemClock())
    request_reminder_now(kiosk)

    refresh(kiosk, frames)

    assert "It’s time" in kiosk.page.sign
    assert len(announcements) == 1


def test_a_reminder_is_not_announced_again_in_another_language(
    door: Callable[..., KioskWindow], frames: "WindowFrames", announcements: list[object]
) -> None:
    kiosk = door(clock=SystemClock())
    request_reminder_now(kiosk)
    refresh(kiosk, frames, 3)

    for language in ("de", "en"):
        kiosk.tap("language")
        kiosk.wait_for("language")
        kiosk.tap(f"language_{language}")
        kiosk.wait_for("welcome")
        refresh(kiosk, frames, 3)

    assert len(announcements) == 1


def test_each_reminder_is_announced(
    door: Callable[..., KioskWindow], frames: "WindowFrames", announcements: list[object]
) -> None:
    kiosk = door(clock=SystemClock())
    for count in (1, 2, 3):
        request_reminder_now(kiosk)
        refresh(kiosk, frames, 3)
        assert len(announcements) == count
