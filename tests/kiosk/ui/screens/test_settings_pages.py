"""A lead changes settings in a real window, and sees them at once."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from kiosk.app import RESTART, HearthApp
from kiosk.navigation import (
    HealthAsked,
    SettingAsked,
    SettingsAsked,
    TemplateAsked,
    TemplatesAsked,
)
from kiosk.services import settings
from kiosk.services.context import PairedPlace
from sync.manual_clock import ManualClock
from tests.support.kiosk_window import KioskWindow

PIN = "482913"


@pytest.fixture
def clock() -> ManualClock:
    """The kiosk's clock."""
    return ManualClock()


@pytest.fixture
def kiosk(door: Callable[..., KioskWindow], clock: ManualClock) -> KioskWindow:
    """A kiosk whose settings a lead has opened."""
    kiosk = door(clock=clock)
    sign_in(kiosk)
    go(kiosk, SettingsAsked, "settings")
    return kiosk


def sign_in(kiosk: KioskWindow) -> None:
    kiosk.tap("host")
    for digit in PIN:
        kiosk.tap(f"digit_{digit}")
    kiosk.tap("check")
    kiosk.wait_for("board")


def go(kiosk: KioskWindow, asked: Callable[..., object], screen: str, *values: object, of: str = "board") -> None:
    kiosk.app.handle_answer(of, asked(kiosk.page.host_session, *values))
    kiosk.wait_for(screen)


def values(kiosk: KioskWindow) -> settings.SettingValues:
    return settings.read_effective(kiosk.runtime.context).values


def test_pouches_are_changed_and_count_at_once(kiosk: KioskWindow) -> None:
    kiosk.tap("stow")
    kiosk.wait_for("settings_stow")
    before = values(kiosk).pouches

    kiosk.tap("pouches_plus")
    kiosk.tap("lockers_plus")
    kiosk.tap("save")

    kiosk.wait_for("settings")
    assert (values(kiosk).pouches, values(kiosk).lockers) == (before + 1, 1)
    assert len(kiosk.runtime.context.allocation.pouches) == before + 1


def test_what_the_coordinator_has_set_has_no_buttons(kiosk: KioskWindow) -> None:
    context = kiosk.runtime.context
    context.place = PairedPlace(uuid4(), uuid4(), "Mill café", uuid4(), "Hall")
    effective = settings.read_effective(context)
    locked = replace(effective, origins={**effective.origins, "pouches": "coordinator"})

    kiosk.tap("stow")
    kiosk.wait_for("settings_stow")
    kiosk.page._fill(locked)
    kiosk.pause(0.1)

    keys = {widget.key for widget in kiosk.page.walk() if getattr(widget, "key", "")}
    assert "pouches" in keys and "pouches_plus" not in keys and "lockers_plus" in keys
    assert any("coordinator" in getattr(widget, "text", "") for widget in kiosk.page.walk())


def test_a_look_and_a_language_are_seen_at_once_and_stay_the_usual_ones(kiosk: KioskWindow) -> None:
    from kiosk.ui.style.theme import theme

    kiosk.tap("screen")
    kiosk.wait_for("settings_screen")
    kiosk.tap("set_theme")
    kiosk.wait_for("setting_choice")
    kiosk.tap("option_dark")
    kiosk.wait_for("settings_screen")
    assert theme.palette == "dark"

    kiosk.tap("set_language")
    kiosk.wait_for("setting_choice")
    kiosk.tap("option_es")
    kiosk.wait_for("settings_screen")
    assert (theme.language, kiosk.page.heading) == ("es", "Pantalla y sonido")

    kiosk.page.go_home()
    kiosk.wait_for("welcome")
    assert (theme.language, theme.palette) == ("es", "dark")
    assert (values(kiosk).language, values(kiosk).theme) == ("es", "dark")


def test_dark_at_night_follows_the_time_of_day(kiosk: KioskWindow, clock: ManualClock) -> None:
    from kiosk.ui.style.theme import theme

    go(kiosk, SettingAsked, "setting_choice", "theme", of="settings_screen")
    kiosk.tap("option_night")
    kiosk.wait_for("settings_screen")
    palettes = set()
    for _ in range(24):
        clock.move(minutes=60)
        kiosk.app._update_night()
        palettes.add(theme.palette)

    assert palettes == {"light", "dark"}


def test_brightness_darkens_the_window_where_there_is_no_backlight(kiosk: KioskWindow) -> None:
    go(kiosk, SettingAsked, "setting_choice", "brightness", of="settings_screen")
    kiosk.tap("option_50")
    kiosk.wait_for("settings_screen")

    assert kiosk.app._dimmer.share == 0.5
    assert kiosk.app._dimmer.blackness == pytest.approx(0.425)


def test_a_template_is_added_changed_and_removed(kiosk: KioskWindow) -> None:
    before = len(values(kiosk).templates)
    go(kiosk, TemplatesAsked, "settings_templates", of="settings")
    kiosk.page._add(None)
    kiosk.wait_for("text_entry")
    for key in ("letter_q", "letter_i", "letter_z", "check"):
        kiosk.tap(key)
    kiosk.wait_for("settings_template")
    assert values(kiosk).templates[-1].title == "Qiz"

    kiosk.tap("minutes")
    kiosk.wait_for("setting_choice")
    kiosk.tap("option_60")
    kiosk.wait_for("settings_template")
    assert values(kiosk).templates[-1].minutes == 60
    assert kiosk.runtime.context.profile.templates[-1].minutes == 60, "the board offers it at once"

    go(kiosk, TemplateAsked, "settings_template", before, of="settings_templates")
    remove = next(widget for widget in kiosk.page.walk() if getattr(widget, "key", "") == "remove")
    remove.dispatch("on_release")
    kiosk.wait_for("settings_templates")
    assert len(values(kiosk).templates) == before


def test_a_telephone_is_typed_with_its_plus(kiosk: KioskWindow) -> None:
    kiosk.tap("phone")
    kiosk.wait_for("text_entry")
    for key in ("letter_+", "letter_3", "letter_1", "check"):
        kiosk.tap(key)
    kiosk.wait_for("settings")

    assert kiosk.runtime.context.profile.reach == "+31"


def test_the_calm_screen_comes_after_its_time_and_the_first_touch_only_wakes(kiosk: KioskWindow) -> None:
    go(kiosk, SettingAsked, "setting_choice", "idle_minutes", of="settings_screen")
    kiosk.tap("option_2")
    kiosk.wait_for("settings_screen")
    kiosk.page.go_home()
    kiosk.wait_for("welcome")
    assert kiosk.app._fall_idle.timeout == 120

    kiosk.app._show_idle_screen(0)
    kiosk.wait_for("idle")
    assert kiosk.app._dimmer.share == pytest.approx(0.4)

    kiosk._finger("")
    kiosk.wait_for("welcome")
    assert kiosk.app._dimmer.share == 1.0


def test_a_host_who_is_no_lead_sees_no_settings(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    sign_in(kiosk)
    host = replace(kiosk.page.host_session, role="host")

    kiosk.app.handle_answer("board", SettingsAsked(host))
    kiosk.wait_for("settings")

    assert kiosk.page.text == "Only a lead can change the settings."
    assert not kiosk.page.ids.tiles.children


def test_a_restart_ends_the_program_with_its_own_code(kiosk: KioskWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[bool] = []
    monkeypatch.setattr(HearthApp, "stop", lambda _: stopped.append(True))

    go(kiosk, HealthAsked, "settings_health", of="settings")
    kiosk.tap("restart")
    kiosk.wait_for("sure")
    kiosk.tap("confirm")

    assert (kiosk.app.exit_code, stopped) == (RESTART, [True])
