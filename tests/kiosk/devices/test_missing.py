"""A machine without a speech program: the kiosk runs, logs it once, and hearth-kiosk status shows it."""

import sys
from pathlib import Path

import pytest

from kiosk import bootstrap, status
from kiosk.bootstrap import KioskRuntime
from kiosk.settings import KioskSettings, VoiceSettings
from sync.manual_clock import ManualClock

MISSING, INSTALLED = (
    KioskSettings(voice=VoiceSettings("no-such-voice --stdin")),
    KioskSettings(voice=VoiceSettings(f"{sys.executable} -c pass")),
)


def started(settings: KioskSettings, folder: Path) -> KioskRuntime:
    """A kiosk that was started and stopped again."""
    runtime = bootstrap.build(settings, folder, ManualClock())
    runtime.start()
    runtime.stop()
    return runtime


def test_a_missing_program_is_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert started(MISSING, tmp_path).voice is None
    assert started(MISSING, tmp_path).voice is None

    assert caplog.text.count("no-such-voice") == 1
    assert any("reading aloud" in line and "no-such-voice" in line for line in status.lines(tmp_path, ManualClock()))


def test_a_program_installed_later_is_used(tmp_path: Path) -> None:
    started(MISSING, tmp_path)

    assert started(INSTALLED, tmp_path).voice is not None
    assert not any("reading aloud" in line for line in status.lines(tmp_path, ManualClock()))
