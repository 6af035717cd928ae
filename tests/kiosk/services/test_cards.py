"""Staff cards: a lead teaches them, every kiosk of the venue knows them, and what takes a PIN takes one still."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk.rules import venue_key
from kiosk.services import cards, corrections, hosts, keyring, venue_keys
from kiosk.services.cards import UnknownCard
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import CardTaken, HostSession, ListedHost
from kiosk.services.roles import LeadNeeded, PinNeeded, require_lead, require_pin
from sync.ledger.ledger import Ledger
from tests.support.linked_venue import LinkedVenue

CARD, OTHER_CARD = "0063E9AE", "0087E434"


@pytest.fixture
def jo(context: KioskContext, host: HostSession) -> ListedHost:
    return hosts.add_host(context, host, "Jo", "host", "735124")


def signed_in(context: KioskContext, card: str = CARD) -> HostSession:
    session = cards.look_up(context, card)
    assert isinstance(session, HostSession), session
    return session


def test_a_taught_card_says_who_holds_it(context: KioskContext, host: HostSession, jo: ListedHost) -> None:
    assert cards.teach(context, host, jo.id, CARD) == replace(jo, has_card=True)

    assert cards.look_up(context, CARD) == HostSession(jo.id, jo.number, "host", "Jo", by_card=True)
    assert cards.look_up(context, OTHER_CARD) == UnknownCard()
    assert [listed.has_card for listed in hosts.read_hosts(context, host).hosts if listed.id == jo.id] == [True]


def test_another_card_takes_its_place_and_a_removed_one_is_unknown(
    context: KioskContext, host: HostSession, jo: ListedHost
) -> None:
    cards.teach(context, host, jo.id, CARD)
    cards.teach(context, host, jo.id, OTHER_CARD)
    assert cards.look_up(context, CARD) == UnknownCard()
    assert signed_in(context, OTHER_CARD).host_id == jo.id

    assert cards.remove(context, host, jo.id) == jo
    assert cards.look_up(context, OTHER_CARD) == UnknownCard()


def test_a_card_is_one_hosts(context: KioskContext, host: HostSession, jo: ListedHost) -> None:
    cards.teach(context, host, jo.id, CARD)
    before = context.ledger.waiting()

    assert cards.teach(context, host, host.host_id, CARD) == CardTaken(replace(jo, has_card=True))
    assert cards.teach(context, host, jo.id, CARD) == replace(jo, has_card=True)
    assert context.ledger.waiting() == before, "nothing was recorded"


def test_a_card_stays_through_a_new_name_role_and_pin_and_ends_with_its_host(
    context: KioskContext, host: HostSession, jo: ListedHost
) -> None:
    cards.teach(context, host, jo.id, CARD)
    hosts.rename_host(context, host, jo.id, "Joan")
    hosts.set_role(context, host, jo.id, "lead")
    hosts.set_pin(context, host, jo.id, "617283")
    assert signed_in(context) == HostSession(jo.id, jo.number, "lead", "Joan", by_card=True)

    hosts.remove_host(context, host, jo.id)
    assert cards.look_up(context, CARD) == UnknownCard()


@pytest.mark.parametrize("act", [cards.teach, cards.remove])
def test_only_a_lead_who_has_typed_the_pin_teaches_or_removes_cards(
    context: KioskContext, host: HostSession, jo: ListedHost, act: Callable[..., object]
) -> None:
    arguments = (jo.id, CARD) if act is cards.teach else (jo.id,)
    for who, error in ((replace(host, role="host"), LeadNeeded), (replace(host, by_card=True), PinNeeded)):
        with pytest.raises(error):
            act(context, who, *arguments)


def test_what_takes_a_lead_takes_the_pin_too(context: KioskContext, host: HostSession) -> None:
    cards.teach(context, host, host.host_id, CARD)
    by_card = signed_in(context)
    assert by_card.role == "lead"

    for act in (
        lambda: hosts.read_hosts(context, by_card),
        lambda: hosts.add_host(context, by_card, "Eve", "lead", "111222"),
        lambda: venue_keys.read_key(context, by_card),
        lambda: corrections.void(context, uuid4(), by_card),
        lambda: require_lead(by_card),
        lambda: require_pin(by_card),
    ):
        with pytest.raises(PinNeeded):
            act()
    require_pin(host)


@pytest.fixture
def other(context: KioskContext, open_ledger: Callable[[str], Ledger]) -> KioskContext:
    """Another kiosk of the venue."""
    return replace(context, ledger=open_ledger("other"))


@pytest.fixture
def venue(context: KioskContext, other: KioskContext, open_ledger: Callable[[str], Ledger]) -> LinkedVenue:
    return LinkedVenue(open_ledger("server"), {uuid4(): context, uuid4(): other})


def test_every_kiosk_of_the_venue_knows_it_and_the_server_does_not(
    host: HostSession, jo: ListedHost, venue: LinkedVenue, tmp_path: Path
) -> None:
    context, other = venue.kiosks.values()
    cards.teach(context, host, jo.id, CARD)
    venue.exchange()
    assert cards.look_up(other, CARD) == UnknownCard(), "it does not have the venue key yet"

    venue_keys.add_key(other, venue_keys.read_key(context, host))
    assert signed_in(other) == signed_in(context)

    key = keyring.load(context.ledger).current
    assert key
    stored = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file() and "server" in str(file))
    tag = venue_key.card_tag(key, CARD)
    for secret in (CARD.encode(), b"6547886", tag, tag.hex().encode()):
        assert stored and secret not in stored


def test_when_a_kiosk_has_left_the_venue_cards_end_with_the_change_of_the_key(
    context: KioskContext, host: HostSession, jo: ListedHost, venue: LinkedVenue
) -> None:
    cards.teach(context, host, jo.id, CARD)
    venue.exchange()
    venue.revoke()
    venue.exchange()
    assert signed_in(context).host_id == jo.id, "nobody is locked out in the middle of an evening"

    proposed = venue_keys.propose_change(context)
    venue_keys.change_key(context, host, proposed)

    assert cards.look_up(context, CARD) == UnknownCard(), "whoever has the old key can find out its id"
    lead = hosts.check_pin(context, next(new.pin for new in proposed if new.host.id == host.host_id))
    assert isinstance(lead, HostSession)
    assert not any(listed.has_card for listed in hosts.read_hosts(context, lead).hosts)
    cards.teach(context, lead, jo.id, CARD)
    assert signed_in(context).host_id == jo.id


def test_of_two_hosts_who_were_taught_one_card_it_signs_in_neither(
    context: KioskContext, other: KioskContext, host: HostSession, jo: ListedHost, venue: LinkedVenue
) -> None:
    venue.exchange()
    venue_keys.add_key(other, venue_keys.read_key(context, host))
    cards.teach(context, host, jo.id, CARD)
    cards.teach(other, host, host.host_id, CARD)
    venue.exchange()
    venue.exchange()

    assert cards.look_up(context, CARD) == cards.look_up(other, CARD) == UnknownCard()
    assert isinstance(cards.teach(context, host, jo.id, CARD), CardTaken)
    cards.remove(context, host, host.host_id)
    assert signed_in(context).host_id == jo.id


def test_nothing_that_is_shown_in_a_log_has_the_cards_id(
    context: KioskContext, host: HostSession, jo: ListedHost, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        cards.teach(context, host, jo.id, CARD)
        before = context.ledger.waiting()
        cards.look_up(context, CARD)
        cards.look_up(context, OTHER_CARD)

    assert context.ledger.waiting() == before, "no fact says that a card was held to the reader"
    assert CARD not in caplog.text and OTHER_CARD not in caplog.text
