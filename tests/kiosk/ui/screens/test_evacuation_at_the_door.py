"""A whole kiosk in an evacuation: from the door and back, whatever is broken, and after a restart."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from kiosk import bootstrap
from kiosk.navigation import Destination, EvacuateAsked, KeyEntryAsked
from kiosk.services import evacuation, visits
from kiosk.services.records.host_records import HostSession, NoAccess
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest
from sync.ledger import evacuations
from tests.support.failing_table import broken
from tests.support.kiosk_window import PIN, KioskWindow
from tests.support.single_page import SinglePage

if TYPE_CHECKING:
    from tests.support.window_frames import WindowFrames

Open = Callable[..., KioskWindow]
A_MINUTE = 60


def arrive(kiosk: KioskWindow, people: int) -> UUID:
    welcomed = visits.check_in(kiosk.runtime.context, CheckInRequest(people, 1, 0))
    assert isinstance(welcomed, CheckedIn)
    return welcomed.visit


def records(kiosk: KioskWindow) -> list[evacuations.Evacuation]:
    return evacuations.read_all(kiosk.runtime.context.ledger.store)


def evacuate(kiosk: KioskWindow) -> None:
    """Two taps from the door."""
    kiosk.tap("host")
    kiosk.tap("evacuate")
    kiosk.wait_for("evacuation")


def end(kiosk: KioskWindow) -> None:
    """With a PIN, and without a party that is missing."""
    kiosk.tap("end")
    for digit in PIN:
        kiosk.tap(f"digit_{digit}")
    kiosk.tap("check")
    kiosk.wait_for("evacuation_end")
    kiosk.tap("end_now")
    kiosk.wait_for("board")


def test_two_taps_start_it_and_a_pin_ends_it(door: Open) -> None:
    kiosk = door()
    first, second = arrive(kiosk, 2), arrive(kiosk, 3)

    evacuate(kiosk)
    kiosk.until(lambda: kiosk.page.heading == "0 of 5 people out", "the roll")
    for visit in (first, second):
        kiosk.tap(f"party_{visit}")
    kiosk.tap("staff_plus")
    kiosk.until(lambda: kiosk.page.heading == "Everybody is out", "the count")
    end(kiosk)

    [record] = records(kiosk)
    assert record.ended is not None and (set(record.out), record.staff_out) == ({first, second}, 1)
    assert len(kiosk.runtime.context.ledger.present()) == 2, "it was no check-out"


def test_nobody_leaves_it_without_a_pin(door: Open, frames: "WindowFrames") -> None:
    kiosk = door()
    evacuate(kiosk)
    for _ in range(10):
        frames.skip(A_MINUTE)
    assert kiosk.screen == "evacuation" and kiosk.idle_prompt is None

    kiosk.tap("end")
    kiosk.wait_for("host_pin")
    kiosk.tap("back")
    kiosk.wait_for("evacuation")
    kiosk.tap("end")
    kiosk.wait_for("host_pin")
    kiosk.wait_for_idle_prompt()
    frames.skip(A_MINUTE)

    kiosk.wait_for("evacuation")
    assert records(kiosk)[0].ended is None


def test_the_door_shows_what_another_kiosk_has_started_and_ended(door: Open, frames: "WindowFrames") -> None:
    kiosk = door()
    kiosk.is_shown("welcome")
    evacuation.start(kiosk.runtime.context, None)  # as its facts come with the feed

    kiosk.is_shown("evacuation")
    evacuation.end(kiosk.runtime.context, None)

    kiosk.is_shown("welcome")
    frames.skip(A_MINUTE)
    assert kiosk.screen == "welcome"


def test_after_a_restart_the_roll_comes_back(door: Open) -> None:
    kiosk = door()
    party = arrive(kiosk, 2)
    evacuate(kiosk)
    kiosk.tap(f"party_{party}")
    kiosk.answered()
    kiosk.close()

    restarted = door()

    restarted.is_shown("evacuation")
    assert restarted.page.heading == "Everybody is out"
    restarted.tap(f"party_{party}")
    restarted.until(lambda: restarted.page.heading == "0 of 2 people out", "the count")


@pytest.mark.parametrize("table", ["entry", "local"])
def test_on_a_full_disk_it_works_and_says_that_nothing_is_saved(door: Open, table: str) -> None:
    kiosk = door()
    party = arrive(kiosk, 2)
    with broken(kiosk.runtime.context.ledger.store, table):
        evacuate(kiosk)
        kiosk.tap(f"party_{party}")
        kiosk.until(lambda: kiosk.page.heading == "Everybody is out", "the count")
        assert ("Not saved" in kiosk.page.notices) == (table == "entry")

    kiosk.until(lambda: "Not saved" not in kiosk.page.notices, "the end of the fault")
    assert [record.out for record in records(kiosk)] == [(party,)]


def test_with_an_unreadable_ledger_it_works_on_what_the_door_has_shown(door: Open, tmp_path: Path) -> None:
    kiosk = door()
    party = arrive(kiosk, 2)
    kiosk.until(lambda: kiosk.page.people == "2 people are here", "the party at the door")
    kiosk.runtime.context.ledger.close()
    for file in tmp_path.glob(f"{bootstrap.LEDGER}*"):
        file.unlink()
    (tmp_path / bootstrap.LEDGER).write_bytes(b"rubbish " * 1000)

    evacuate(kiosk)
    kiosk.tap(f"party_{party}")

    kiosk.until(lambda: kiosk.page.heading == "Everybody is out", "the count")
    assert "the disk can’t be read" in kiosk.page.notices and "Not saved" in kiosk.page.notices


def test_where_the_venue_key_is_missing_the_notice_evacuates(stage: SinglePage) -> None:
    stage.open("notice", NoAccess("key"))

    stage.tap("evacuate")
    stage.tap("type_key")

    assert stage.answers == [EvacuateAsked(None), KeyEntryAsked()]


def test_a_host_who_has_signed_in_is_not_locked_out_of_the_roll_call(door: Open, frames: "WindowFrames") -> None:
    kiosk = door()
    kiosk.is_shown("welcome")
    kiosk.app.go(Destination("evacuation", EvacuateAsked(HostSession(uuid4()))))
    kiosk.wait_for("evacuation")
    for _ in range(5):
        frames.skip(A_MINUTE)

    assert kiosk.screen == "evacuation" and kiosk.idle_prompt is None
