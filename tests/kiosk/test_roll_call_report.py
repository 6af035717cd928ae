"""hearth-kiosk roll-call prints who is in, also while the kiosk runs, and changes nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from kiosk import bootstrap
from kiosk.__main__ import main
from sync.client import enrolment
from sync.data_dir import locked
from sync.domain.events import (
    EvacuationCounted,
    EvacuationEnded,
    EvacuationStaffCounted,
    EvacuationStarted,
    PhoneTaken,
    SessionOpened,
    VisitCheckedIn,
)
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock
from sync.protocol import PlaceRef
from tests.support.folder_snapshot import set_revision, unchanged

SESSION, FIRST, SECOND, THIRD, ALARM = (uuid4() for _ in range(5))
VENUE = PlaceRef(uuid4(), "Mill café")
PAIRED = enrolment.Enrolment("http://localhost", uuid4(), uuid4(), VENUE, VENUE, "UTC", "a token of this test")


@pytest.fixture
def running(tmp_path: Path, clock: ManualClock) -> Iterator[Ledger]:
    """A running kiosk's ledger: a party of two with pouches, one of three without, and one on a break."""
    with locked(tmp_path, bootstrap.LOCK):
        ledger = bootstrap.open_ledger(tmp_path, clock)
        ledger.record(
            (SESSION, SessionOpened("main", "Open hours", "open_hours")),
            (FIRST, VisitCheckedIn(SESSION, 2, phones=2, stow="pouch", numbers=(14, 15))),
            (SECOND, VisitCheckedIn(SESSION, 3, phones=0)),
            (THIRD, VisitCheckedIn(SESSION, 1, phones=1, stow="locker", numbers=(7,))),
            (THIRD, PhoneTaken()),
        )
        yield ledger
        ledger.close()


def printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    config = folder / "kiosk.toml"
    config.write_text('[venue]\ntime_zone = "Europe/Amsterdam"\n')
    with unchanged(folder):
        assert main(["roll-call", "--data", str(folder), "--config", str(config)]) == 0
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_without_an_evacuation_it_lists_who_is_in(
    running: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(tmp_path, capsys)

    assert "No evacuation is running." in lines
    assert "People: 5 in, 1 on a break" in lines
    assert "pouch 14, 15 2 09:00 in" in lines
    assert "no number 3 09:00 in" in lines
    assert "locker 7 1 09:00 on a break" in lines
    assert "This kiosk is not paired: only people who came in here are listed." in lines


def test_during_an_evacuation_it_says_who_is_out(
    running: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running.record(
        (ALARM, EvacuationStarted("main")),
        (ALARM, EvacuationCounted(FIRST, is_out=True)),
        (ALARM, EvacuationStaffCounted(2)),
    )

    lines = printed(tmp_path, capsys)

    assert "Evacuation since 09:00" in lines
    assert "People: 2 of 5 out, 1 on a break; staff: 2 out" in lines
    assert "pouch 14, 15 2 09:00 out" in lines


def test_it_lists_earlier_evacuations(
    running: Ledger, clock: ManualClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running.record((ALARM, EvacuationStarted("main")), (ALARM, EvacuationCounted(FIRST, is_out=True)))
    clock.move(minutes=12)
    running.record((ALARM, EvacuationEnded()))

    expected = "Earlier evacuation: 2026-11-24 09:00 to 09:12, 1 parties and 0 of the staff counted out"
    assert expected in printed(tmp_path, capsys)


def test_it_names_kiosks_that_it_may_know_too_little_of(
    running: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str], open_ledger: Callable[[str], Ledger]
) -> None:
    other = open_ledger("other")
    other.record((uuid4(), VisitCheckedIn(SESSION, 4, phones=0)))
    journal = other.waiting().journal
    assert journal is not None
    running.apply_feed(
        [line.encode() for line in other.lines(journal, 0, 10)], {enrolment.KEY: msgspec.to_builtins(PAIRED)}
    )

    lines = printed(tmp_path, capsys)

    assert "People: 9 in, 1 on a break" in lines
    expected = "Another kiosk was last heard from on 2026-11-24 at 08:00; who came in there later is missing."
    assert expected in lines


def test_no_kiosk_or_an_older_schema_is_an_error_that_says_what_to_do(
    running: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["roll-call", "--data", str(tmp_path / "elsewhere")]) == 2
    assert "hearth-kiosk run" in capsys.readouterr().err
    set_revision(tmp_path / bootstrap.LEDGER, "0012")

    assert main(["roll-call", "--data", str(tmp_path)]) == 2

    assert "start it once with hearth-kiosk run" in capsys.readouterr().err
