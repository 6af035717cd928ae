"""A party that has checked in gets a pass: printed from the stock, or a card that is taught. It opens the door next."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from kiosk.rules.device_events import PaperNotPrinted, PaperPrinted
from kiosk.rules.device_states import Condition, DeviceKind, DeviceState
from kiosk.rules.passes import SeenCard
from kiosk.services import last_act, pass_issuing, passes
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.visitor_records import (
    ByPass,
    CheckedIn,
    CheckedOut,
    IssuedPass,
    PassMade,
    PassNotMade,
    PassSeen,
    PassWays,
    RefusedPass,
)
from sync.domain.ids import pass_subject
from sync.ledger import pass_stock, tables
from sync.ledger import passes as ledger_passes
from sync.manual_clock import ManualClock
from tests.support.checked_in_party import check_in_party
from tests.support.dealt_passes import deal, hash_of, scan_of

CARD = "0063E9AE"
MINUTE = 60_000
JOB = UUID(int=7)  # of the printer


@pytest.fixture
def equipped(context: KioskContext, session: UUID) -> None:
    """The kiosk has a printer, a card reader and three unused passes."""
    deal(context.ledger)
    plug_in(context, "printer", "card_reader")


def issue(context: KioskContext) -> IssuedPass:
    """Issue a pass to a party that has just come in."""
    issued = pass_issuing.issue(context, check_in_party(context).visit, JOB)
    assert isinstance(issued, IssuedPass)
    return issued


def plug_in(context: KioskContext, *kinds: DeviceKind, condition: Condition = Condition.READY) -> None:
    context.device_states = lambda: tuple(DeviceState(kind, kind, condition) for kind in kinds)


def test_a_pass_is_printed_and_opens_the_door_next_time(
    context: KioskContext, equipped: None, clock: ManualClock
) -> None:
    checked_in = check_in_party(context, 2, 1)
    assert checked_in.pass_ways == PassWays(prints=True, teaches=True)

    command = pass_issuing.issue(context, checked_in.visit, JOB)

    assert isinstance(command, IssuedPass) and command.text not in repr(command)
    assert command.text not in pass_stock.unused(context.ledger) and len(pass_stock.unused(context.ledger)) == 2
    assert context.ledger.present()[0].pass_ == hash_of(command.text)
    answer = passes.process_pass(context, scan_of(command.text))
    assert isinstance(answer, ByPass) and isinstance(answer.outcome, PassSeen), "within a minute"
    clock.move(ms=MINUTE)
    answer = passes.process_pass(context, scan_of(command.text))
    assert isinstance(answer, ByPass) and isinstance(answer.outcome, CheckedOut)
    clock.move(ms=MINUTE)
    answer = passes.process_pass(context, scan_of(command.text))
    assert isinstance(answer, ByPass) and isinstance(answer.outcome, CheckedIn)
    assert answer.outcome.party_size == 2 and not answer.outcome.pass_ways.is_offered


def test_the_check_in_can_still_be_undone(context: KioskContext, equipped: None, host: HostSession) -> None:
    checked_in = check_in_party(context)
    assert isinstance(pass_issuing.issue(context, checked_in.visit, JOB), IssuedPass)

    act = last_act.read_last_act(context)

    assert act is not None and act.what == "arrived"


def test_no_pass_is_issued_twice_not_even_from_an_older_stock(context: KioskContext, equipped: None) -> None:
    """As after a backup was put back: the stock is older than the journal."""
    older, texts = context.ledger.recall(pass_stock.STOCK), set()
    for _ in range(3):
        texts.add(issue(context).text)
        context.ledger.remember(pass_stock.STOCK, older)

    assert len(texts) == 3
    assert pass_issuing.issue(context, check_in_party(context).visit, JOB) == PassNotMade("none_left")


def test_a_pass_that_was_not_printed_is_nobodys(context: KioskContext, equipped: None) -> None:
    issue(context)

    assert pass_issuing.take_back(context, JOB) == PassNotMade("not_printed")

    assert context.ledger.present()[0].pass_ is None
    assert len(pass_stock.unused(context.ledger)) == 2


def test_what_the_printer_says_later_counts_too(context: KioskContext, equipped: None) -> None:
    issued = issue(context)
    pass_issuing.note_paper(context, PaperNotPrinted(uuid4()))
    assert context.ledger.present()[0].pass_ == issued.pass_hash, "another job"
    pass_issuing.note_paper(context, PaperNotPrinted(JOB))
    assert context.ledger.present()[0].pass_ is None
    assert ledger_passes.state(context.ledger.store, pass_subject(issued.pass_hash)).forgotten


def test_a_printed_pass_stays(context: KioskContext, equipped: None) -> None:
    issued = issue(context)
    pass_issuing.note_paper(context, PaperPrinted(JOB))
    pass_issuing.note_paper(context, PaperNotPrinted(JOB))
    assert context.ledger.present()[0].pass_ == issued.pass_hash


@pytest.mark.parametrize(
    ("prepare", "ways"),
    [
        (lambda context: None, PassWays(prints=True, teaches=True)),
        (lambda context: plug_in(context, "printer", condition=Condition.PAPER_OUT), PassWays()),
        (lambda context: plug_in(context, "printer", condition=Condition.PAPER_LOW), PassWays(prints=True)),
        (lambda context: plug_in(context, "scanner"), PassWays()),
        (lambda context: plug_in(context, "card_reader", condition=Condition.ABSENT), PassWays()),
        (lambda context: plug_in(context, "card_reader", condition=Condition.UNKNOWN), PassWays(teaches=True)),
        (lambda context: context.ledger.remember(pass_stock.STOCK, []), PassWays(teaches=True)),
        (lambda context: context.ledger.remember(pass_stock.KEYS, None), PassWays()),
    ],
)
def test_a_pass_is_offered_where_it_can_be_made(
    context: KioskContext, equipped: None, prepare: Callable[[KioskContext], None], ways: PassWays
) -> None:
    prepare(context)

    assert pass_issuing.ways(context) == ways == check_in_party(context).pass_ways


def test_a_blank_card_is_taught_and_then_is_a_pass(context: KioskContext, equipped: None, clock: ManualClock) -> None:
    assert passes.process_pass(context, SeenCard(CARD)) == RefusedPass("blank_card")
    checked_in = check_in_party(context)

    assert pass_issuing.teach_card(context, checked_in.visit, CARD) == PassMade("taught")

    clock.move(ms=MINUTE)
    answer = passes.process_pass(context, SeenCard(CARD))
    assert isinstance(answer, ByPass) and isinstance(answer.outcome, CheckedOut)
    other = check_in_party(context)
    assert pass_issuing.teach_card(context, other.visit, CARD) == PassNotMade("taken")
    assert context.ledger.present()[0].pass_ is None


def test_a_card_is_in_no_row_and_no_line(context: KioskContext, equipped: None) -> None:
    pass_issuing.teach_card(context, check_in_party(context).visit, CARD)

    with context.ledger.store.reading() as connection:
        rows = [connection.execute(select(table)).all() for table in tables.metadata.sorted_tables if table.name in (
            "entry", "visit", "pass", "local")]  # fmt: skip
    assert CARD.lower() not in repr(rows).lower()


def test_a_forgotten_card_is_blank_again_and_another_pass(
    context: KioskContext, equipped: None, clock: ManualClock
) -> None:
    pass_issuing.teach_card(context, check_in_party(context).visit, CARD)
    first = context.ledger.present()[0].pass_
    assert first is not None
    passes.forget(context, first)
    assert passes.process_pass(context, SeenCard(CARD)) == RefusedPass("blank_card")

    checked_in = check_in_party(context)
    assert pass_issuing.teach_card(context, checked_in.visit, CARD) == PassMade("taught")

    second = next(visit.pass_ for visit in context.ledger.present() if visit.id == checked_in.visit)
    assert second not in (None, first) and pass_subject(first) != pass_subject(str(second))


def test_a_kiosk_without_a_server_teaches_no_card(context: KioskContext, session: UUID) -> None:
    assert pass_issuing.teach_card(context, check_in_party(context).visit, CARD) == PassNotMade("none_left")
    assert passes.process_pass(context, SeenCard(CARD)) == RefusedPass("blank_card")
