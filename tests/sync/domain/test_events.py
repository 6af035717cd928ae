"""Reading and writing entries, and what this release can't read."""

from uuid import UUID, uuid4

import msgspec
import pytest
from msgspec import UNSET

from sync.domain.events import (
    Entry,
    Stamp,
    Unreadable,
    VisitCheckedIn,
    read_entry,
    read_event,
    strip_fields,
    write_body,
    write_entry,
)

BODY = {"session": str(uuid4()), "party_size": 4, "phones": 2, "kept": 1, "stow": "pouch", "numbers": [14, 15]}


def entry(kind: str = "visit.checked_in", v: int = 1, **body: object) -> Entry:
    raw = msgspec.Raw(msgspec.json.encode(BODY | body))
    return Entry(uuid4(), uuid4(), 41, 97, kind, v, uuid4(), 1_795_507_200_000, Stamp(uuid4(), 5_123_456, True), raw)


def test_an_entry_is_the_same_after_writing_and_reading() -> None:
    sent = entry()

    got = read_entry(write_entry(sent))

    assert msgspec.structs.replace(got, body=sent.body) == sent
    event = read_event(got)
    assert isinstance(event, VisitCheckedIn)
    assert event.numbers == (14, 15)


def test_every_kind_is_the_same_after_writing_and_reading() -> None:
    event = read_event(entry())

    assert msgspec.json.decode(write_body(event), type=VisitCheckedIn) == event


@pytest.mark.parametrize(
    ("kind", "v", "body"),
    [
        ("visit.teleported", 1, {}),
        ("visit.checked_in", 2, {}),
        ("visit.checked_in", 1, {"party_size": 0}),
        ("visit.checked_in", 1, {"party_size": 100}),
        ("visit.checked_in", 1, {"phones": -1}),
        ("visit.checked_in", 1, {"stow": "pocket"}),
        ("visit.checked_in", 1, {"numbers": list(range(100))}),
        ("visit.checked_in", 1, {"name": "a name"}),
        ("visit.checked_in", 1, {"session": "tonight"}),
    ],
)
def test_an_unknown_kind_version_or_shape_is_unreadable(kind: str, v: int, body: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        read_event(entry(kind, v, **body))


@pytest.mark.parametrize("line", ["", "[]", "{}", "null", '{"id": 3}', "\x00", '{"seq": 1}'])
def test_a_line_that_is_not_an_entry_is_unreadable(line: str) -> None:
    with pytest.raises(Unreadable, match="not an entry"):
        read_entry(line)


class EntryBeforeActor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry as the releases before ``actor`` read it."""

    id: UUID
    journal: UUID
    seq: int
    tick: int
    kind: str
    v: int
    subject: UUID
    at: int
    clock: Stamp
    body: msgspec.Raw


def test_an_entry_without_an_actor_is_written_as_before() -> None:
    line = write_entry(entry())

    assert "actor" not in msgspec.json.decode(line)
    assert read_entry(line).actor is UNSET


def test_an_entry_keeps_its_actor() -> None:
    sent = msgspec.structs.replace(entry(), actor="a host")

    assert read_entry(write_entry(sent)).actor == "a host"


@pytest.mark.parametrize("actor", ["", "x" * 65, "\x00", 3, None])
def test_an_actor_is_a_short_id(actor: object) -> None:
    with pytest.raises(Unreadable):
        read_entry(msgspec.json.encode(msgspec.json.decode(write_entry(entry())) | {"actor": actor}))


@pytest.mark.parametrize("key", ['"actor"', '"\\u0061ctor"'])
def test_a_reader_that_has_not_announced_the_actor_gets_the_entry_without_it(key: str) -> None:
    before = entry(title='"actor"')
    line = write_entry(msgspec.structs.replace(before, actor="a host")).replace('"actor":"a host"', f'{key}:"a host"')
    assert read_entry(line).actor == "a host"

    stripped = strip_fields(line, ())

    assert stripped == write_entry(before)
    assert msgspec.json.decode(stripped, type=EntryBeforeActor).id == before.id
    assert strip_fields(line, ["actor"]) == line


@pytest.mark.parametrize("line", [write_entry(entry(title='the "actor"')), '{"seq": 1, "actor": 3}', '"actor" \\u'])
def test_other_lines_stay_as_they_are(line: str) -> None:
    assert strip_fields(line, ()) == line
