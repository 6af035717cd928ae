"""A host's record: sealed for one key and one host, always as long, and with names of every language."""

import base64
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from nacl.secret import SecretBox

from kiosk.rules import host_record, venue_key
from kiosk.rules.host_record import HostRecord, NotSealed

KEY, HOST = bytes(range(16)), UUID(int=7)
LETTERS = st.characters(categories=["L", "M"])
NAMES = st.text(LETTERS, min_size=1, max_size=20)


def record(name: str = "Noor", host: UUID = HOST) -> HostRecord:
    return HostRecord(host, name, "lead", bytes(16), bytes(32))


@given(NAMES)
def test_what_was_sealed_is_read_again_and_its_length_tells_nothing(name: str) -> None:
    longest = structs.replace(record(name), changed=("name", "role", "pin", "card"), card=bytes(range(16)))
    sealed = host_record.seal(longest, KEY)

    assert host_record.unseal(sealed, KEY, HOST) == longest
    assert len(sealed) == len(host_record.seal(record(""), KEY))


def test_the_same_record_looks_different_each_time() -> None:
    assert host_record.seal(record(), KEY) != host_record.seal(record(), KEY)


@pytest.mark.parametrize(
    "sealed",
    [
        "",
        "AAAA",
        "not base64!",
        host_record.seal(record(), venue_key.new_key()),
        host_record.seal(record(host=uuid4()), KEY),
    ],
    ids=["empty", "short", "text", "another key", "another host"],
)
def test_nothing_else_is_read(sealed: str) -> None:
    with pytest.raises(NotSealed):
        host_record.unseal(sealed, KEY, HOST)


def test_a_changed_record_is_not_read() -> None:
    sealed = host_record.seal(record(), KEY)
    changed = sealed[:100] + ("A" if sealed[100] != "A" else "B") + sealed[101:]

    with pytest.raises(NotSealed):
        host_record.unseal(changed, KEY, HOST)


def test_a_record_of_an_earlier_release_sets_every_field() -> None:
    old = msgspec.json.decode(msgspec.json.encode(record("Noor")))
    del old["changed"]
    sealed = SecretBox(venue_key.sealing_key(KEY)).encrypt(msgspec.json.encode(old).ljust(host_record.PADDED))

    unsealed = host_record.unseal(base64.b64encode(sealed).decode(), KEY, HOST)

    assert host_record.merge(record("Jo"), unsealed) == record("Noor")


def test_a_later_record_changes_only_what_it_says() -> None:
    earlier = record("Noor")
    later = HostRecord(HOST, "Nora", "host", b"new salt", b"new tag")

    assert host_record.merge(earlier, structs.replace(later, changed=("name",))) == structs.replace(
        earlier, name="Nora"
    )
    assert host_record.merge(earlier, structs.replace(later, changed=("role",))) == structs.replace(
        earlier, role="host"
    )
    pin = host_record.merge(earlier, structs.replace(later, changed=("pin",)))
    assert (pin.name, pin.role, pin.salt, pin.tag) == ("Noor", "lead", b"new salt", b"new tag")
    card = structs.replace(later, changed=("card",), card=b"tag of a card")
    assert host_record.merge(earlier, card) == structs.replace(earlier, card=b"tag of a card")
    assert host_record.merge(card, structs.replace(later, changed=("pin",))).card == b"tag of a card"
    assert host_record.merge(earlier, structs.replace(later, changed=())) == earlier
