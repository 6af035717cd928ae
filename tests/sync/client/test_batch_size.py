"""Batch sizes approach what a link can carry, and never leave their bounds."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.client import batch_size
from sync.client.batch_size import CALM, FITS_BYTES, GOAL_S, LEAST, MOST, Batch

SILENT_S = 30.0


@dataclass
class Link:
    """Carries batches: ``takes`` says how many seconds one of so many entries needs, None: no answer."""

    takes: Callable[[int], float | None]
    batch: Batch = field(default_factory=Batch)

    def send(self, pushes: int) -> list[tuple[int, float | None]]:
        done = []
        for _ in range(pushes):
            size = self.batch.size
            seconds = self.takes(size)
            if seconds is None:
                self.batch = batch_size.after_no_answer(self.batch, size)
            else:
                self.batch = batch_size.after_answer(self.batch, size, seconds)
            done.append((size, seconds))
        return done


happened = st.one_of(
    st.tuples(st.just("answered"), st.floats(0, 1) | st.just(1.0), st.floats(0, 1e4)),
    st.tuples(st.sampled_from(["unanswered", "too large"]), st.just(1.0), st.just(0.0)),
)


@given(st.integers(LEAST, MOST), st.lists(happened, max_size=200))
def test_a_size_stays_within_bounds_whatever_happens(first: int, story: list[tuple[str, float, float]]) -> None:
    batch = Batch(first)
    for what, share, seconds in story:
        sent = max(1, int(batch.size * share))
        match what:
            case "answered":
                after = batch_size.after_answer(batch, sent, seconds)
                assert after.size <= max(batch.size, 2 * sent)
            case "unanswered":
                after = batch_size.after_no_answer(batch, sent)
                assert after.size <= batch.size
            case _:
                after = batch_size.after_too_large(batch, sent)
                assert after.size <= max(1, batch.size // 2)
        assert LEAST <= after.size <= min(after.ceiling, MOST)
        batch = after


@given(st.floats(0, 8), st.floats(0.5, 20_000))
def test_any_steady_link_is_filled_up_to_a_few_seconds(latency: float, entries_a_second: float) -> None:
    link = Link(lambda sent: latency + sent / entries_a_second, batch_size.after_empty_push(Batch(), latency))

    size, seconds = link.send(40)[-1]

    assert seconds is not None
    assert seconds - latency <= 2 * GOAL_S or size == LEAST
    assert size >= min(MOST, entries_a_second * GOAL_S / 3) or size == LEAST


@pytest.mark.parametrize("passes", [1, 7, 40, 700])
def test_where_large_bodies_never_get_through_small_ones_are_sent(passes: int) -> None:
    link = Link(lambda sent: 0.1 if sent <= passes else None, Batch(MOST))

    story = link.send(1000)

    silent = sum(seconds is None for _, seconds in story)
    assert silent <= 20
    assert sum(size for size, seconds in story if seconds) / (1000 - silent) >= max(1, passes / 4)


def test_a_link_that_loses_a_third_of_everything_does_not_count_as_narrow() -> None:
    chance = random.Random(3)
    link = Link(lambda _: 0.1 if chance.random() > 0.3 else None)

    story = link.send(2000)

    assert sum(size for size, seconds in story if seconds) / 2000 >= 50


def test_a_link_that_recovers_is_filled_again() -> None:
    link = Link(lambda sent: 0.1 if sent <= 10 else None, Batch(MOST))
    link.send(50)

    link.takes = lambda _: 0.1
    story = link.send(600)

    assert story[-1][0] == MOST


def test_a_small_batch_proves_nothing_about_a_large_one() -> None:
    batch = Batch(100)

    for _ in range(CALM * 3):
        batch = batch_size.after_answer(batch, 1, 0.05)

    assert batch.size == 100


def test_a_batch_fits_into_a_request() -> None:
    lines = ["x" * 1000] * 10_000

    taken = batch_size.fit_request(lines)

    assert sum(len(line) + 1 for line in taken) <= FITS_BYTES < sum(len(line) + 1 for line in lines[: len(taken) + 1])
    assert len(batch_size.fit_request(["y" * FITS_BYTES * 2, "z"])) == 1
