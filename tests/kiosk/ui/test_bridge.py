"""The bridge's threads: a slow job, such as a PIN's hash, holds up no check-in."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk import bootstrap
from kiosk.rules import pins
from kiosk.services import hosts, sessions, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest
from kiosk.settings import KioskSettings
from sync.manual_clock import ManualClock


@pytest.fixture
def context(tmp_path: Path) -> Iterator[KioskContext]:
    runtime = bootstrap.build(KioskSettings(), tmp_path, ManualClock())
    host = hosts.set_first_pin(runtime.context, "482913")
    sessions.open_session(runtime.context, runtime.context.profile.templates[0], host)
    yield runtime.context
    runtime.context.ledger.close()


def test_a_check_in_completes_while_a_pin_is_checked(
    context: KioskContext, monkeypatch: pytest.MonkeyPatch, frames: Callable[[int], None]
) -> None:
    from kiosk.bridge import Bridge

    hashing, go_on = threading.Event(), threading.Event()
    computed = pins.tag

    def held_up(pin: str, salt: bytes) -> bytes:
        hashing.set()
        assert go_on.wait(60)
        return computed(pin, salt)

    monkeypatch.setattr(pins, "tag", held_up)
    bridge = Bridge(context, lambda _: None)
    answers: list[object] = []
    bridge.ask(hosts.check_pin, "482913", then=answers.append, slow=True)
    assert hashing.wait(60)

    bridge.ask(visits.check_in, CheckInRequest(1, 0, 0), then=answers.append)
    while not answers:
        frames(1)
    assert [type(answer) for answer in answers] == [CheckedIn]

    go_on.set()
    while len(answers) < 2:
        frames(1)
    bridge.stop()
    assert isinstance(answers[1], HostSession)
