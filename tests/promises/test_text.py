"""All JSON text is stored: text that PostgreSQL can't hold is quarantined, and blocks nothing."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from sync.domain.events import SessionOpened, VisitCheckedIn, write_body
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import replay

KIOSK, JOURNAL, SESSION = uuid4(), uuid4(), uuid4()
OPENED = SessionOpened(zone="main", title="Open hours", session_kind="open_hours")
ARRIVED = VisitCheckedIn(session=SESSION, party_size=1, phones=1)
NUL, HALF = "\x00", "\ud83d"  # half of a surrogate pair


def line(seq: int, event: SessionOpened | VisitCheckedIn, body: dict[str, Any] | None = None, **changes: Any) -> bytes:  # noqa: ANN401
    fields = {
        "id": str(uuid4()),
        "journal": str(JOURNAL),
        "seq": seq,
        "tick": seq,
        "kind": event.kind,
        "v": 1,
        "subject": str(SESSION if isinstance(event, SessionOpened) else uuid4()),
        "at": 1_795_507_200_000,
        "clock": {"boot": str(uuid4()), "up": 1, "sure": True},
        "body": json.loads(bytes(write_body(event))) | (body or {}),
        **changes,
    }
    return json.dumps(fields).encode()  # ASCII: all else is escaped


STRANGE = [
    line(1, OPENED, {"title": f"Open{NUL}hours"}),
    line(1, OPENED, {"title": NUL}),
    line(1, OPENED, {"zone": NUL}),
    line(1, OPENED, {"opened_by": NUL}),
    line(1, ARRIVED, {"pass": NUL}),
    line(1, ARRIVED, {"language": NUL}),
    line(1, ARRIVED, {NUL: 1}),
    line(1, ARRIVED, {"x" * 100_000: 1}),
    line(1, ARRIVED, **{NUL: 1}),
    line(1, ARRIVED, id=NUL),
    line(1, ARRIVED, subject=NUL),
    line(1, ARRIVED, kind=f"visit.checked_in{NUL}"),
    line(1, ARRIVED, kind="visit.checked_in" * 1000),
    line(1, OPENED, {"title": HALF}),
    line(1, ARRIVED, {HALF: 1}),
    line(1, ARRIVED, **{HALF: 1}),
    line(1, ARRIVED, id=HALF),
    line(1, ARRIVED, kind=HALF),
    line(1, ARRIVED, at=-(10**40)),
    line(1, ARRIVED, clock={"boot": str(uuid4()), "up": 10**40, "sure": False}),
]


@pytest.mark.parametrize("strange", STRANGE, ids=range(len(STRANGE)))
def test_text_is_stored_unchanged_and_blocks_nothing(ledger: Ledger, strange: bytes) -> None:
    lines = [strange, line(2, OPENED), line(3, ARRIVED)]

    absorbed = ledger.absorb(JOURNAL, lines, KIOSK)

    assert (absorbed.acknowledged, absorbed.quarantined) == (3, 1)
    assert [line.encode() for line in ledger.lines(JOURNAL, 0, 10)] == lines
    assert ledger.absorb(JOURNAL, lines, KIOSK).forked is None
    assert (len(ledger.open_sessions()), len(ledger.present())) == (1, 1)
    assert [step.of for step in replay.reread(ledger.store)] == [1]


@pytest.mark.parametrize("title", ["\U0001f525" * 80, "\x7f\x01", "\ufeff\uffff", "مقهى", "e\u0301", "a\nb\u2028 c"])
def test_every_other_text_is_a_title(ledger: Ledger, title: str) -> None:
    assert ledger.absorb(JOURNAL, [line(1, OPENED, {"title": title})], KIOSK).quarantined == 0

    assert [session.title for session in ledger.open_sessions()] == [" ".join(title.split())]


def test_the_largest_numbers_are_stored(open_ledger: Callable[[str], Ledger]) -> None:
    ledger = open_ledger("ledger")
    stamp = {"boot": str(uuid4()), "up": 2**53, "sure": False}

    absorbed = ledger.absorb(JOURNAL, [line(1, ARRIVED, tick=2**52, at=253_402_300_799_999, clock=stamp)], KIOSK)

    assert (absorbed.quarantined, len(ledger.present())) == (0, 1)
