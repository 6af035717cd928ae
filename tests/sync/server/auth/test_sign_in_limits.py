"""Rate limits on signing in (by browser, network, login) slow guessing, lock no owner out, and survive restarts."""

import http.client
import re
import threading
from contextlib import ExitStack
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest
import requests
from sqlalchemy import func, select

from sync.server import tables
from sync.server.api.enrol import CODES
from sync.server.auth import invitations, passwords, sign_in
from sync.server.auth.sign_in import LOGIN, NETWORK, Credentials
from sync.server.http.client_address import network_of
from sync.server.organisation import read_organisation
from sync.server.rate_limit import FORGET_MS, Limit, Lockout, RateLimiter, Window
from tests.support.postgres_server import PostgresServer
from tests.support.server_commands import serving

HEADERS = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
KNOWN = re.compile(r"hearth-known=([^;]+)")
MINUTE = 60_000


@pytest.fixture
def password():
    return uuid4().hex


def source(number):
    """A loopback address: all of 127.0.0.0/8."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def send(url, path, fields, address="127.0.0.1", device=None):
    """One request from an address; returns the status and the headers."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=60, source_address=(address, 0))
    headers = {**HEADERS, **({"Cookie": f"hearth-known={device}"} if device else {})}
    try:
        connection.request("POST", path, urlencode(fields), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers
    finally:
        connection.close()


def knock(url, password, address="127.0.0.1", device=None, login="ada"):
    return send(url, "/login", {"login": login, "password": password}, address, device)[0]


def open_account(store, url, password, login="ada", now=0):
    """Make an account by a one-time link; returns the device cookie of the browser."""
    token = invitations.create_invitation(store, now)
    status, headers = send(url, f"/welcome/{token}", {"login": login, "password": password})
    assert status == 303
    return KNOWN.search(str(headers))[1]


def test_a_known_browser_signs_in_each_time_while_hundreds_of_addresses_guess(central, password):
    """A regression test: 25 of 25 attempts with the right password were refused."""
    device = open_account(central.store, central.url, password, now=central.now)
    done = threading.Event()

    def guess(first):
        number = first
        while not done.is_set():
            knock(central.url, "wrong", source(number % 400))
            number += 16

    guessers = [threading.Thread(target=guess, args=(first,)) for first in range(16)]
    for guesser in guessers:
        guesser.start()
    try:
        statuses = [knock(central.url, password, device=device) for _ in range(25)]
    finally:
        done.set()
        for guesser in guessers:
            guesser.join()

    assert statuses == [303] * 25


def test_a_known_browser_signs_in_while_unknown_ones_hold_every_hashing_slot(central, password):
    device = open_account(central.store, central.url, password, now=central.now)

    with ExitStack() as held:
        for _ in range(passwords.CONCURRENT):
            held.enter_context(passwords.slot())
        assert knock(central.url, password, source(1)) == 503
        assert knock(central.url, password, device=device) == 303
        link = invitations.create_invitation(central.store, central.now, "ada")
        assert send(central.url, f"/welcome/{link}", {"password": password})[0] == 303


def test_a_try_without_a_free_slot_counts_for_its_address(central, password):
    open_account(central.store, central.url, password, now=central.now)

    with ExitStack() as held:
        for _ in range(passwords.CONCURRENT):
            held.enter_context(passwords.slot())
        statuses = [knock(central.url, "wrong", source(1)) for _ in range(NETWORK.tries + 5)]

    assert statuses == [503] * NETWORK.tries + [429] * 5
    assert knock(central.url, password, source(1)) == 429
    assert knock(central.url, password, source(2)) == 303, "and for no other"


def test_many_addresses_together_are_limited_at_one_login(central, password):
    open_account(central.store, central.url, password, now=central.now)

    statuses = [knock(central.url, "wrong", source(number)) for number in range(LOGIN.tries + 5)]

    assert statuses == [403] * LOGIN.tries + [429] * 5
    assert knock(central.url, "wrong", source(200), login="grace") == 403, "another login is not affected"


def test_continued_guessing_leaves_tries_to_the_owner_with_a_new_browser(central, limiter, password):
    """Each refused try counts for its network, and networks that are locked out do not use up the login's limit."""
    open_account(central.store, central.url, password, now=central.now)
    looked_at = 0

    def guess(network, typed):
        nonlocal looked_at
        try:
            token = sign_in.from_stranger(central.store, limiter, network, Credentials("ada", typed), central.now)
        except sign_in.TooManyTries:
            return None
        looked_at += 1
        return token

    for _ in range(45):
        for number in range(24):
            guess(f"192.0.2.{number}", "wrong")
        central.clock.move(minutes=2)

    assert looked_at > LOGIN.tries
    assert guess("198.51.100.1", password) is not None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_ipv6_addresses_count_by_their_64_bits(address, network):
    assert network_of(address) == network


def test_attempts_are_counted_over_a_restart(data, tmp_path, password):
    with serving(data) as (url, started):
        for _ in range(CODES.tries):
            assert requests.post(f"{url}/v1/enrol", json={"code": "22222222"}, timeout=30).status_code == 403
        started.kill()
        started.wait()
    with serving(data) as (url, _):
        assert requests.post(f"{url}/v1/enrol", json={"code": "22222222"}, timeout=30).status_code == 429


def test_two_servers_on_one_postgresql_share_the_limits(postgres_server: PostgresServer, tmp_path, run_server):
    with postgres_server.database() as name:
        urls = run_server(postgres_server.address(name), 2)
        statuses = [
            requests.post(f"{urls[number % 2]}/v1/enrol", json={"code": "22222222"}, timeout=30).status_code
            for number in range(CODES.tries + 4)
        ]

    assert statuses == [403] * CODES.tries + [429] * 4


@pytest.fixture
def run_server(tmp_path):
    """Starts server processes on one database."""
    with ExitStack() as started:

        def run(database, count):
            config = tmp_path / "server.toml"
            config.write_text(f'database = "{database}"\n')
            return [started.enter_context(serving(tmp_path / "data", config=config))[0] for _ in range(count)]

        yield run


def test_unusable_links_are_limited_and_usable_ones_never(central, password):
    for _ in range(60):
        assert send(central.url, "/welcome/wrong", {})[0] == 410
    assert send(central.url, "/welcome/wrong", {})[0] == 429

    assert open_account(central.store, central.url, password, now=central.now)


@pytest.fixture
def limiter(central):
    return RateLimiter(central.store, read_organisation(central.store).secret)


def test_no_more_concurrent_attempts_are_verified_than_allowed(central, limiter):
    limits = [Limit("some", "one", Window(7, MINUTE)), Limit("some", "other", Lockout(99, 1, 1))]
    together, allowed = threading.Barrier(12), []

    def begin():
        together.wait()
        for _ in range(3):
            if limiter.begin(limits, central.now) is None:
                allowed.append(1)

    threads = [threading.Thread(target=begin) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(allowed) == 7


def test_a_successful_attempt_is_not_counted(central, limiter):
    limits = [Limit("some", "one", Window(1, MINUTE)), Limit("some", "two", Lockout(1, MINUTE, MINUTE))]
    for _ in range(3):
        assert limiter.begin(limits, central.now) is None
        limiter.take_back(limits)

    assert limiter.begin(limits, central.now) is None
    assert limiter.begin(limits, central.now).limit == limits[0]


def test_no_address_and_no_login_is_stored(central, password):
    open_account(central.store, central.url, password, now=central.now)
    knock(central.url, "wrong", source(7))

    with central.store.reading() as connection:
        stored = connection.execute(select(tables.rate_limit)).all()
    assert len(stored) == 3
    assert all(re.fullmatch("[0-9a-f]{64}", row.key_hash) for row in stored)


def test_old_rows_are_deleted(central, limiter):
    for number in range(50):
        limiter.begin([Limit("some", str(number), Window(5, MINUTE))], central.now)
    central.clock.move(minutes=FORGET_MS // MINUTE + 2)
    limiter.begin([Limit("some", "new", Window(5, MINUTE))], central.now)

    with central.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(tables.rate_limit)).scalar_one() == 1


def test_a_clock_that_is_set_back_prolongs_no_limit(central, limiter):
    window, lockout = Limit("a", "b", Window(1, MINUTE)), Limit("c", "d", Lockout(1, MINUTE, MINUTE))
    for limit in (window, lockout):
        assert limiter.begin([limit], central.now + 500 * MINUTE) is None
        assert limiter.begin([limit], central.now).wait <= MINUTE
