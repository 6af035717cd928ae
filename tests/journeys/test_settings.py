"""A lead changes settings at the screen; they count at once, and after the kiosk was stopped and started again."""

from pathlib import Path

from kiosk.services.settings import stored_settings
from sync.domain.events import KioskConfigured
from tests.support.kiosk_process import FAST_READING, REPORT_SOCKET, running_kiosk
from tests.support.visitor import Host
from tests.support.x11_display import until


def test_pouches_and_look_are_changed_at_the_screen_and_stay(tmp_path: Path) -> None:
    with running_kiosk(tmp_path, "800x480", "en", "light") as kiosk:
        kiosk.read(FAST_READING)
        host = Host(kiosk, "en")
        host.starts()
        host.signs_in().touches("settings").at("settings", "Screen and sound")

        host.touches("stow").at("settings_stow").touches("lockers_plus", "save").at("settings")
        host.touches("screen").at("settings_screen").touches("set_theme").at("setting_choice")
        host.touches("option_dark").at("settings_screen", "Dark")

        host.touches("back").at("settings").touches("back").at("board").touches("lock").at("welcome")
        until(lambda: stored_settings(kiosk.ledger).theme == "dark", "the look in the ledger")
        assert stored_settings(kiosk.ledger).lockers == 1
        journal = kiosk.ledger.waiting().journal
        kinds = [line for line in kiosk.ledger.lines(journal, 0, 1000) if KioskConfigured.kind in line]
        assert len(kinds) == 2
        pin = kiosk.pin

    (tmp_path / REPORT_SOCKET).unlink()
    with running_kiosk(tmp_path, "800x480", "en", "light") as kiosk:
        kiosk.read(FAST_READING)
        kiosk.pin = pin
        host = Host(kiosk, "en")
        kiosk.see(page=["welcome"])
        host.signs_in().touches("settings").at("settings", "English · Dark")
        host.touches("back").at("board").touches("lock").at("welcome")
