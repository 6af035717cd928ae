"""Failures of jobs are shown to the visitor whose job it was, and never to the next."""

import logging
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from kiosk.services import occupancy, visits
from sync.ledger.store import StorageError
from tests.support.kiosk_window import KioskWindow

if TYPE_CHECKING:
    from tests.support.window_frames import WindowFrames


class FailingJobs:
    """Makes jobs fail with a storage error, the late ones only after ``proceed`` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.proceed = threading.Event()

    def make_fail(self, module: object, name: str, is_late: bool = False) -> None:
        def fail(*_: object) -> None:
            if is_late:
                assert self.proceed.wait(60)
            raise StorageError("disk I/O error")

        self._monkeypatch.setattr(module, name, fail)


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[FailingJobs]:
    jobs = FailingJobs(monkeypatch)
    yield jobs
    jobs.proceed.set()


def test_a_failed_check_in_leads_to_a_notice(door: Callable[..., KioskWindow], jobs: FailingJobs) -> None:
    kiosk = door()
    kiosk.tap("come_in")
    kiosk.tap("size_1")
    jobs.make_fail(visits, "check_in")

    kiosk.tap("pouch")

    kiosk.wait_for("notice")
    assert "can’t write" in kiosk.page.heading
    assert not kiosk.runtime.context.ledger.present()


def test_a_late_failure_does_not_interrupt_the_next_visitor(
    door: Callable[..., KioskWindow], jobs: FailingJobs, caplog: pytest.LogCaptureFixture
) -> None:
    from kiosk import navigation

    kiosk = door()
    kiosk.tap("come_in")
    kiosk.tap("size_1")
    jobs.make_fail(visits, "check_in", is_late=True)
    kiosk.tap("pouch")
    kiosk.app.go(navigation.INTENTS[navigation.Intent.LEAVE])  # the page is replaced for the next visitor
    kiosk.tap("digit_4")

    jobs.proceed.set()
    kiosk.answered()

    assert (kiosk.screen, kiosk.page.typed) == ("code", "4")
    assert "disk I/O error" in caplog.text


def test_a_failed_refresh_leaves_the_welcome_page_unchanged(
    door: Callable[..., KioskWindow],
    frames: "WindowFrames",
    jobs: FailingJobs,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from kiosk.ui.screens.visitor.welcome import REFRESH_INTERVAL

    kiosk = door()
    kiosk.ready("come_in")
    jobs.make_fail(occupancy, "read_door")

    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            frames.skip(REFRESH_INTERVAL)
            kiosk.answered()

    assert kiosk.screen == "welcome"
    assert caplog.text.count("Traceback") == 1
    kiosk.tap("come_in")
    kiosk.wait_for("party")


def test_a_failed_record_of_the_welcome_page_leads_to_a_notice(
    door: Callable[..., KioskWindow], jobs: FailingJobs
) -> None:
    kiosk = door()
    kiosk.tap("come_in")
    jobs.make_fail(occupancy, "read_door")

    kiosk.tap("back")

    kiosk.wait_for("notice")


def test_the_previous_page_stays_and_ignores_input_until_the_record_is_read(
    door: Callable[..., KioskWindow], jobs: FailingJobs
) -> None:
    kiosk = door()
    kiosk.tap("come_in")
    jobs.make_fail(occupancy, "read_shelf", is_late=True)

    kiosk.tap("size_2")
    kiosk.pause(0.5)
    assert kiosk.screen == "party"
    kiosk.type(27, pace=0.0)
    assert kiosk.screen == "party"

    jobs.proceed.set()
    kiosk.wait_for("notice")


def test_a_page_is_shown_without_its_record_after_a_timeout(
    door: Callable[..., KioskWindow], jobs: FailingJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk import app, navigation

    monkeypatch.setattr(app, "RECORD_TIMEOUT", 0.2)
    kiosk = door()
    for key in ("come_in", "size_1", "pouch"):
        kiosk.tap(key)
    kiosk.wait_for("confirmed")
    jobs.make_fail(occupancy, "read_door", is_late=True)

    kiosk.app.go(navigation.HOME)

    kiosk.wait_for("welcome")
    assert not jobs.proceed.is_set()


def test_a_slip_that_is_read_while_the_page_changes_is_not_lost(door: Callable[..., KioskWindow]) -> None:
    from kiosk import navigation
    from kiosk.rules.device_events import SlipScanned
    from kiosk.rules.slips import Slip

    kiosk = door()
    for key in ("come_in", "size_1", "pouch"):
        kiosk.tap(key)
    kiosk.is_shown("confirmed")
    slip = kiosk.page.welcomed.slip

    kiosk.app.bridge.deliver(SlipScanned(Slip((slip,))))
    kiosk.app.go(navigation.HOME)

    kiosk.wait_for("thanks")
