"""What goes wrong is told to whoever asked for it, and to nobody after them."""

import logging
import threading
from collections.abc import Callable, Iterator

import pytest

from kiosk.services import occupancy, visits
from sync.ledger.store import StorageError
from tests.support.kiosk_window import Door


class Disk:
    """Lets jobs of the desk fail, and holds the writer up until it is told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.held = threading.Event()

    def fails(self, module: object, name: str, late: bool = False) -> None:
        def fail(*_: object) -> None:
            if late:
                assert self.held.wait(60)
            raise StorageError("disk I/O error")

        self._monkeypatch.setattr(module, name, fail)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    disk = Disk(monkeypatch)
    yield disk
    disk.held.set()


def test_who_asked_hears_that_nothing_was_noted(door: Callable[..., Door], disk: Disk) -> None:
    kiosk = door()
    kiosk.tap("come_in")
    kiosk.tap("size_1")
    disk.fails(visits, "check_in")

    kiosk.tap("pouch")

    kiosk.wait_for("notice")
    assert "can’t write" in kiosk.page.heading
    assert not kiosk.runtime.context.ledger.present()


def test_a_failure_that_comes_late_does_not_interrupt_the_next_visitor(
    door: Callable[..., Door], disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    from kiosk import navigation

    kiosk = door()
    kiosk.tap("come_in")
    kiosk.tap("size_1")
    disk.fails(visits, "check_in", late=True)
    kiosk.tap("pouch")
    kiosk.app.go(navigation.WISHES[navigation.Intent.LEAVE])  # their page has gone, somebody else stands here
    kiosk.tap("digit_4")

    disk.held.set()
    kiosk.answered()

    assert (kiosk.screen, kiosk.page.typed) == ("code", "4")
    assert "disk I/O error" in caplog.text


def test_a_door_that_can_not_look_again_stays_as_it_was(
    door: Callable[..., Door], disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    kiosk = door()
    kiosk.ready("come_in")
    disk.fails(occupancy, "door")

    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            kiosk.page._refresh()
            kiosk.answered()

    assert kiosk.screen == "welcome"
    assert caplog.text.count("Traceback") == 1
    kiosk.tap("come_in")
    kiosk.wait_for("party")


def test_a_door_that_can_not_be_shown_is_a_notice(door: Callable[..., Door], disk: Disk) -> None:
    kiosk = door()
    kiosk.tap("come_in")
    disk.fails(occupancy, "door")

    kiosk.tap("back")

    kiosk.wait_for("notice")


def test_until_the_desk_answers_the_page_before_stays_and_rests(door: Callable[..., Door], disk: Disk) -> None:
    kiosk = door()
    kiosk.tap("come_in")
    disk.fails(occupancy, "shelf", late=True)

    kiosk.tap("size_2")
    kiosk.pause(0.5)
    assert kiosk.screen == "party"
    kiosk.type(27, pace=0.0)
    assert kiosk.screen == "party"

    disk.held.set()
    kiosk.wait_for("notice")


def test_a_desk_that_does_not_answer_does_not_keep_the_page_before_for_ever(
    door: Callable[..., Door], disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk import app, navigation

    monkeypatch.setattr(app, "RECORD_WITHIN", 0.2)
    kiosk = door()
    for key in ("come_in", "size_1", "pouch"):
        kiosk.tap(key)
    kiosk.wait_for("confirmed")
    disk.fails(occupancy, "door", late=True)

    kiosk.app.go(navigation.HOME)

    kiosk.wait_for("welcome")
    assert not disk.held.is_set()


def test_a_slip_that_is_read_while_the_page_changes_is_not_lost(door: Callable[..., Door]) -> None:
    from kiosk import navigation
    from kiosk.rules.slips import Slip

    kiosk = door()
    for key in ("come_in", "size_1", "pouch"):
        kiosk.tap(key)
    kiosk.is_shown("confirmed")
    slip = kiosk.page.welcomed.slip

    kiosk.app.go(navigation.HOME)
    kiosk.app._scanned(Slip((slip,)))

    kiosk.wait_for("thanks")
