"""A host's number: one number means one host, whatever the kiosks drew and in whichever order they meet."""

import random
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain import host_numbers
from sync.domain.clock import Moment
from sync.domain.events import HostSealed
from sync.domain.fold import Fact, fold_host
from sync.domain.host_numbers import DRAWN, draw, shown_numbers

CROWDED = st.one_of(st.integers(1, 5), st.integers(1000, 1004), st.integers(9996, 9999))  # numbers that often clash
DRAWS = st.dictionaries(st.uuids(), CROWDED, max_size=25)
KIOSKS = 3
STEPS = st.lists(st.one_of(st.integers(0, KIOSKS - 1), st.permutations(range(KIOSKS)).map(lambda order: order[:2])))


@given(DRAWS)
def test_no_two_hosts_are_shown_one_number(drawn: dict[UUID, int]) -> None:
    shown = shown_numbers(drawn)

    assert shown.keys() == drawn.keys()
    assert len(set(shown.values())) == len(shown)
    assert all(1 <= number <= 9999 for number in shown.values())


@given(DRAWS)
def test_only_a_number_that_was_drawn_twice_changes_and_it_is_nobodys_then(drawn: dict[UUID, int]) -> None:
    shown = shown_numbers(drawn)

    for host, number in drawn.items():
        is_drawn_twice = list(drawn.values()).count(number) > 1
        assert (shown[host] == number) is not is_drawn_twice
        if is_drawn_twice:
            assert number not in shown.values()


@given(DRAWS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_no_number(drawn: dict[UUID, int], shuffled: random.Random) -> None:
    hosts = list(drawn.items())
    shuffled.shuffle(hosts)

    assert shown_numbers(dict(hosts)) == shown_numbers(drawn)


@given(STEPS, st.randoms(use_true_random=False))
def test_kiosks_that_were_apart_agree_once_they_have_met(steps: list[object], chosen: random.Random) -> None:
    """A step is a kiosk that adds a host, of few numbers, so that they clash, or two kiosks that meet."""
    ledgers: list[dict[UUID, int]] = [{} for _ in range(KIOSKS)]
    for step in steps:
        if isinstance(step, int):
            ledger = ledgers[step]
            used = {*ledger.values(), *shown_numbers(ledger).values()}
            ledger[UUID(int=chosen.getrandbits(128))] = chosen.choice([n for n in range(1000, 1100) if n not in used])
        else:
            giver, taker = step
            ledgers[taker] |= ledgers[giver]
    everything = ledgers[0] | ledgers[1] | ledgers[2]
    expected = shown_numbers(everything)

    for ledger in ledgers:
        assert len(set(shown_numbers(ledger).values())) == len(ledger), "also while they are apart"
        assert shown_numbers(ledger | everything) == expected
    assert len(set(expected.values())) == len(everything)


@given(DRAWS)
def test_a_number_is_drawn_that_no_host_has_had(drawn: dict[UUID, int]) -> None:
    taken = {*drawn.values(), *shown_numbers(drawn).values()}

    assert draw(taken) not in taken


def test_the_last_free_number_is_found_and_then_none_is_left() -> None:
    assert draw(set(DRAWN) - {4321}) == 4321
    with pytest.raises(ValueError, match="no number"):
        draw(DRAWN)


def test_more_hosts_than_numbers_do_not_end_the_list() -> None:
    crowd = {UUID(int=number): number for number in range(1, 10_000)} | {uuid4(): 5000 for _ in range(3)}

    assert host_numbers.shown_numbers(crowd).keys() == crowd.keys()


@given(st.permutations(range(4)))
def test_the_first_record_says_the_number_in_any_order_of_arrival(order: list[int]) -> None:
    host, journal = uuid4(), uuid4()
    records = [
        Fact(UUID(int=tick), tick, journal, Moment(tick, uuid4(), tick, False), HostSealed(number, "0" * 16, "AAAA"))
        for tick, number in enumerate((4711, 4711, 815, 4711))
    ]

    assert fold_host(host, [records[place] for place in order]).number == 4711
