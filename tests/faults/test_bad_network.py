"""Nothing is lost or counted twice on a network that cuts, drops, repeats, delays and falsifies."""

import random
import ssl
import subprocess
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from pathlib import Path

import pytest

from sync.client import api, batch_size
from sync.client.api import TryLater
from sync.client.replicator import Replicator
from tests.support.faulty_proxy import (
    FAULTS,
    Fault,
    answer_lost,
    dropped,
    faulty_proxy,
    fine,
    narrow,
    portal,
    portal_redirects,
    portal_speaks_json,
    slow,
    thin,
)
from tests.support.server_process import ReplicatingKiosk, ServerProcess, replicating_kiosk, server_process
from tests.support.soak import SOAKING, figure, times

ROUNDS = times(25, 2000)
DELAY_S = 2.0 if SOAKING else 0.1


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One real server for all of these."""
    with server_process(tmp_path_factory.mktemp("central")) as server:
        yield server


@pytest.fixture
def kiosk(tmp_path: Path, server: ServerProcess) -> Iterator[ReplicatingKiosk]:
    """A kiosk with a few parties that the server does not have yet; small batches."""
    with replicating_kiosk(tmp_path, server, batch=3) as kiosk:
        kiosk.live(parties=4)
        yield kiosk


def send(kiosk: ReplicatingKiosk, server: ServerProcess, replicator: Replicator) -> bool:
    """One exchange; the kiosk counts as acknowledged only what is stored. Returns whether the exchange was complete."""
    try:
        replicator.exchange()
    except TryLater:
        return False
    finally:
        kiosk.assert_believes_only_what_is_true(server)
    return True


def through(kiosk: ReplicatingKiosk, server: ServerProcess, next_trouble: Callable[[], Fault], tries: int = 200) -> int:
    """Exchange over a bad network until everything has arrived; returns how many exchanges failed."""
    with faulty_proxy(server.url, next_trouble) as line:
        replicator = kiosk.towards(line.url)
        failed = next((count for count in range(tries) if send(kiosk, server, replicator)), None)
        replicator.close()
    assert failed is not None, "it was never complete"
    kiosk.assert_arrived_once(server)
    return failed


@pytest.mark.parametrize("trouble", FAULTS, ids=lambda trouble: trouble.__name__)
@pytest.mark.parametrize("after", [0, 1, 2])
def test_one_network_fault_costs_a_retry_and_no_entry(
    kiosk: ReplicatingKiosk, server: ServerProcess, trouble: Fault, after: int
) -> None:
    troubles = chain(repeat(fine, after), [trouble], repeat(fine))

    through(kiosk, server, lambda: next(troubles))


def test_a_third_of_everything_is_lost_either_way(kiosk: ReplicatingKiosk, server: ServerProcess) -> None:
    chance = random.Random()
    requests = 0

    def lossy() -> Fault:
        nonlocal requests
        requests += 1
        return chance.choice((dropped, answer_lost)) if chance.random() < 0.3 else fine

    kiosk.live(parties=ROUNDS)
    failed = through(kiosk, server, lossy, tries=10_000)
    figure(f"30 % loss: {requests:,} requests, {failed:,} failed tries, every entry there once")


def test_every_network_fault_in_any_order(kiosk: ReplicatingKiosk, server: ServerProcess) -> None:
    chance = random.Random()
    requests = 0

    def any_of_them() -> Fault:
        nonlocal requests
        requests += 1
        return chance.choice((*FAULTS, *repeat(fine, len(FAULTS))))

    kiosk.live(parties=ROUNDS)
    failed = through(kiosk, server, any_of_them, tries=100_000)
    figure(f"troubles in any order: {requests:,} requests, {failed:,} failed tries, every entry there once")


def test_a_slow_link_loses_nothing(kiosk: ReplicatingKiosk, server: ServerProcess) -> None:
    assert through(kiosk, server, lambda: slow(DELAY_S)) == 0


def test_an_answer_after_the_timeout_counts_as_none(
    kiosk: ReplicatingKiosk, server: ServerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "ANSWER_S", DELAY_S)
    troubles = chain(repeat(slow(DELAY_S), 2), repeat(fine))

    assert through(kiosk, server, lambda: next(troubles)) >= 2


def test_where_large_bodies_never_get_through_everything_arrives_in_small_ones(
    tmp_path: Path, server: ServerProcess
) -> None:
    with replicating_kiosk(tmp_path, server, batch=500) as kiosk:
        kiosk.live(parties=300)

        failed = through(kiosk, server, lambda: narrow(1500), tries=20)

    assert 1 <= failed <= 6
    figure(f"bodies above 1.5 kB never arrive: 601 entries there once after {failed} failed tries")


def test_entries_that_arrived_without_an_answer_are_not_all_sent_again(
    tmp_path: Path, server: ServerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    push = api.Api.push
    monkeypatch.setattr(
        api.Api,
        "push",
        lambda self, journal, lines, *rest: sent.append(len(lines)) or push(self, journal, lines, *rest),
    )
    with replicating_kiosk(tmp_path, server, batch=500) as kiosk:
        kiosk.live(parties=100)
        troubles = chain([fine, answer_lost], repeat(fine))

        through(kiosk, server, lambda: next(troubles))

    assert sent == [0, 201, 0, 1]


def test_batches_suit_a_slow_link(tmp_path: Path, server: ServerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    goal, rate = (0.2, 40_000.0)
    monkeypatch.setattr(batch_size, "GOAL_S", goal)
    sent: list[int] = []
    push = api.Api.push
    monkeypatch.setattr(
        api.Api,
        "push",
        lambda self, journal, lines, *rest: sent.append(len(lines)) or push(self, journal, lines, *rest),
    )
    with replicating_kiosk(tmp_path, server, batch=2) as kiosk:
        kiosk.live(parties=500)
        through(kiosk, server, lambda: thin(rate))

    assert len(sent) < 100, "it never grew"
    assert max(sent) < 400, "it never stopped growing"


@pytest.mark.parametrize("lie", [portal, portal_redirects, portal_speaks_json], ids=lambda lie: lie.__name__)
def test_a_captive_portal_acknowledges_nothing(kiosk: ReplicatingKiosk, server: ServerProcess, lie: Fault) -> None:
    with faulty_proxy(server.url, lambda: lie) as line:
        replicator = kiosk.towards(line.url)
        waiting = kiosk.ledger.waiting()

        assert not any([send(kiosk, server, replicator) for _ in range(3)])

        replicator.close()
        assert kiosk.ledger.waiting() == waiting


@pytest.fixture(scope="module")
def impostor(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """An impostor of the server, with a certificate of no known authority."""
    folder = tmp_path_factory.mktemp("impostor")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    make = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    try:
        subprocess.run([*make, *name, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    except FileNotFoundError:
        assert not SOAKING, "openssl is missing"
        pytest.skip("openssl is missing: apt-get install openssl")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def test_nothing_is_sent_after_a_wrong_certificate(
    kiosk: ReplicatingKiosk, server: ServerProcess, impostor: ssl.SSLContext
) -> None:
    with faulty_proxy(server.url, lambda: fine, tls=impostor) as line:
        replicator = kiosk.towards(line.url)

        assert not send(kiosk, server, replicator)

        replicator.close()
        assert line.requests == 0, "the token was sent to an impostor"
