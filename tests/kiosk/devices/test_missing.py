"""A machine without a voice: the kiosk runs, says so once in its log, and hearth-kiosk status says it as well."""

import sys
from pathlib import Path

import pytest

from kiosk import bootstrap, status
from kiosk.bootstrap import KioskRuntime
from kiosk.settings import KioskSettings, VoiceSettings
from sync.manual_clock import ManualClock

MISSING, THERE = (
    KioskSettings(voice=VoiceSettings("no-such-voice --stdin")),
    KioskSettings(voice=VoiceSettings(f"{sys.executable} -c pass")),
)


def started(settings: KioskSettings, folder: Path) -> KioskRuntime:
    """A kiosk that was started and stopped again."""
    runtime = bootstrap.build(settings, folder, ManualClock())
    runtime.start()
    runtime.stop()
    return runtime


def test_what_is_missing_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert started(MISSING, tmp_path).voice is None
    assert started(MISSING, tmp_path).voice is None

    assert caplog.text.count("no-such-voice") == 1
    assert any("reading aloud" in line and "no-such-voice" in line for line in status.lines(tmp_path, ManualClock()))


def test_what_was_installed_meanwhile_is_used(tmp_path: Path) -> None:
    started(MISSING, tmp_path)

    assert started(THERE, tmp_path).voice is not None
    assert not any("reading aloud" in line for line in status.lines(tmp_path, ManualClock()))
