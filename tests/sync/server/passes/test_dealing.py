"""Kiosks get keys and unused passes with their heartbeats, and what was said of a pass holds at every venue."""

from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest
import requests
from sqlalchemy import select

from sync import pass_tokens
from sync.domain.events import PassForgotten, PassIssued, VisitCheckedIn
from sync.domain.ids import pass_subject
from sync.errors import UserError
from sync.ledger import tables as ledger_tables
from sync.protocol import PassDeal
from sync.server import pass_keys
from sync.server.kiosks import pass_dealing
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import service as kiosk_service
from sync.server.passes import service, spreading

NOTHING = {"unused": 0, "fingerprint": ""}


def beat(kiosk, unused=0, fingerprint="") -> PassDeal | None:
    answer = kiosk.beat(passes={"unused": unused, "fingerprint": fingerprint}).json()
    return msgspec.convert(answer["passes"], PassDeal) if "passes" in answer else None


def dealt_ids(deal: PassDeal, central, file: Path) -> list[UUID]:
    content = pass_keys.read(file)
    assert content is not None
    ids = [pass_dealing.pass_id(text, pass_keys.keys_of(content)) for text in deal.passes]
    return [id for id in ids if id is not None]


def ended(central) -> dict[tuple[UUID, UUID], tuple[bool, bool]]:
    table = ledger_tables.pass_state
    with central.store.reading() as connection:
        rows = connection.execute(select(table).where(table.c.revoked | table.c.forgotten)).all()
    return {(row.venue, row.id): (row.revoked, row.forgotten) for row in rows}


@pytest.fixture
def key(central, pass_key_file):
    return pass_keys.add_key(pass_key_file, central.now)


def test_without_a_key_there_are_no_passes(kiosk):
    assert beat(kiosk) is None


def test_a_kiosk_is_dealt_keys_and_a_stock_of_genuine_passes(kiosk, key):
    deal = beat(kiosk)

    assert deal is not None and len(set(deal.passes)) == pass_dealing.STOCK
    keys = pass_tokens.by_id(map(bytes.fromhex, deal.public_keys))
    assert all(isinstance(pass_tokens.check(text, keys), pass_tokens.GenuinePass) for text in deal.passes)
    assert beat(kiosk, len(deal.passes), deal.fingerprint) is None, "it lacks nothing"
    assert beat(kiosk, pass_dealing.FEW, deal.fingerprint) is None
    more = beat(kiosk, 3, deal.fingerprint)
    assert more is not None and len(more.passes) == pass_dealing.STOCK - 3
    assert not set(more.passes) & set(deal.passes), "no pass is dealt twice, not even after a lost answer"


def test_a_kiosk_of_an_earlier_release_is_dealt_nothing(kiosk, key):
    assert "passes" not in kiosk.beat().json()


def test_a_rotated_key_signs_and_the_former_stays_valid(kiosk, key, central, pass_key_file):
    first = beat(kiosk)
    second_key = pass_keys.add_key(pass_key_file, central.now)

    second = beat(kiosk, 20, first.fingerprint)

    assert second is not None and not second.passes and set(second.public_keys) > set(first.public_keys)
    third = beat(kiosk, 0, second.fingerprint)
    assert pass_tokens.check(third.passes[0], {bytes.fromhex(second_key.id): second_key.public}) != "foreign"
    assert third.hash_key == first.hash_key, "a person stays the same one"


def test_a_retired_key_is_no_more(kiosk, key, pass_key_file):
    first = beat(kiosk)
    pass_keys.retire_key(pass_key_file, key.id)

    deal = beat(kiosk, 0, first.fingerprint)

    assert (deal.public_keys, deal.passes) == ([], [])
    with pytest.raises(UserError, match="no key is called"):
        pass_keys.retire_key(pass_key_file, "00000000")


def test_a_copied_token_can_not_collect_passes_for_ever(kiosk, key):
    dealt = sum(len(deal.passes) for _ in range(25) if (deal := beat(kiosk)))

    assert dealt == pass_dealing.MOST_A_DAY


def test_a_file_that_can_not_be_read_stops_nothing_else(kiosk, key, pass_key_file):
    pass_key_file.write_text("not JSON")

    answer = kiosk.beat(passes=NOTHING)

    assert answer.status_code == 200 and "passes" not in answer.json()


def test_the_database_has_neither_keys_nor_passes(central, kiosk, key, pass_key_file):
    deal = beat(kiosk)
    with central.store.reading() as connection:
        rows = [connection.execute(select(table)).all() for table in ledger_tables.metadata.sorted_tables]
    text = repr(rows)

    assert key.seed not in text and deal.hash_key not in text and not any(one in text for one in deal.passes)
    assert pass_key_file.stat().st_mode & 0o777 == 0o600


def test_a_stolen_kiosk_loses_what_it_has_not_issued(central, kiosk, key, pass_key_file):
    central.kiosk("Library East")
    deal = beat(kiosk)
    issued, *unused = dealt_ids(deal, central, pass_key_file)
    kiosk.write(issued, PassIssued())
    kiosk.push()

    kiosk_service.revoke(central.ledger, central.scope, UUID(kiosk.identity["kiosk"]), central.now)
    spreading.spread(central.ledger)

    venues = [venue.id for venue in kiosk_repository.venues(central.store, central.scope)]
    assert ended(central) == {(venue, id): (True, False) for venue in venues for id in unused}


def test_a_revoked_pass_is_revoked_everywhere_also_at_a_venue_that_is_made_later(central, kiosk, key, pass_key_file):
    deal = beat(kiosk)
    keys = pass_keys.keys_of(pass_keys.read(pass_key_file))
    pass_id = service.read_pass(deal.passes[0].lower(), keys)

    service.revoke(central.ledger, central.scope, pass_id)
    central.kiosk("Library East")
    assert spreading.spread(central.ledger) == 1
    assert spreading.spread(central.ledger) == 0

    assert len(ended(central)) == 2
    other = central.kiosk("Library East")
    feed = requests.get(f"{central.url}/v1/feed", headers=other.headers, timeout=60).json()
    assert [(entry["kind"], entry["subject"]) for entry in feed["entries"]] == [("pass.revoked", str(pass_id))]


def test_who_is_forgotten_at_one_venue_is_forgotten_at_all(central, kiosk):
    other = central.kiosk("Library East")
    visit = uuid4()
    other.write(visit, VisitCheckedIn(uuid4(), 1, 1, pass_="5" * 32))
    other.push()
    kiosk.write(pass_subject("5" * 32), PassForgotten())
    kiosk.push()

    spreading.spread(central.ledger)

    with central.store.reading() as connection:
        lines = connection.execute(select(ledger_tables.entry.c.line)).scalars().all()
    assert not any("5" * 32 in line for line in lines)
    assert central.ledger.visits()[0].pass_ is None
    assert other.push().status_code == 200, "the kiosk's own copy, sent again, is no fork"


@pytest.mark.parametrize("text", ["HP1:AAAA", "nonsense", ""])
def test_what_is_no_pass_is_not_revoked(text):
    with pytest.raises(UserError, match="no pass"):
        service.read_pass(text, None)


def test_a_card_that_was_taught_at_one_venue_is_known_at_all(central, kiosk, key, pass_key_file):
    """A printed pass is signed; that a card is a pass has to be said."""
    other = central.kiosk("Library East")
    [dealt, *_] = dealt_ids(beat(kiosk), central, pass_key_file)
    card = pass_subject("7" * 32)
    kiosk.write(card, PassIssued())
    kiosk.write(dealt, PassIssued())
    kiosk.push()

    spreading.spread(central.ledger)

    feed = requests.get(f"{central.url}/v1/feed", headers=other.headers, timeout=60).json()
    assert [(entry["kind"], entry["subject"]) for entry in feed["entries"]] == [("pass.issued", str(card))]
