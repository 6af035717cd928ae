"""The client of a request: only trusted reverse proxies may forward it."""

from pathlib import Path

import pytest
import requests

from sync.errors import UserError
from sync.server.http.connection_limits import Limits
from sync.server.http.proxies import TrustedProxies
from sync.server.settings import read_settings
from tests.support.limited_server import LimitedServer, limited_server

WRONG_CODE = {"code": "AAAABBBB"}
TRIES = 20  # wrong codes of one client in a minute


@pytest.mark.parametrize(
    ("trusted", "connected", "forwarded_for", "client"),
    [
        ([], "10.0.0.1", ["203.0.113.9"], "10.0.0.1"),
        ([], "127.0.0.1", ["203.0.113.9"], "127.0.0.1"),
        (["10.0.0.1"], "10.0.0.1", [], "10.0.0.1"),
        (["10.0.0.1"], "10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        (["10.0.0.1"], "10.0.0.2", ["203.0.113.9"], "10.0.0.2"),
        (["10.0.0.0/8"], "10.0.0.1", ["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", ["1.1.1.1, 203.0.113.9, 10.9.9.9"], "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", ["1.1.1.1", "203.0.113.9", "10.9.9.9"], "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", ["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
        (["10.0.0.1/8"], "10.0.0.1", [" 203.0.113.9:4711 "], "203.0.113.9"),
        (["10.0.0.1"], "10.0.0.1", ["[2001:db8::7]:4711"], "2001:db8::7"),
        (["10.0.0.1"], "10.0.0.1", ["2001:DB8:0::7"], "2001:db8::7"),
        (["fd00::/8"], "fd00::1%eth0", ["2001:db8::7"], "2001:db8::7"),
        (["10.0.0.1"], "::ffff:10.0.0.1", ["::ffff:203.0.113.9"], "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", ["203.0.113.9, unknown"], "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", ["203.0.113.9, \x1b[31m, 10.2.2.2"], "10.2.2.2"),
        (["10.0.0.0/8"], "10.0.0.1", [""], "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", ["," * 5000], "10.0.0.1"),
    ],
)
def test_the_rightmost_address_that_is_no_trusted_proxy_is_the_client(
    trusted: list[str], connected: str, forwarded_for: list[str], client: str
) -> None:
    assert TrustedProxies(trusted).client(connected, forwarded_for) == client


@pytest.mark.parametrize("forwarded_for", ["proxy.example.org", "10.0.0.0/40", "*", ""])
def test_a_proxy_that_is_no_address_is_a_mistake_in_the_settings(tmp_path: Path, forwarded_for: str) -> None:
    config = tmp_path / "server.toml"
    config.write_text(f'trusted_proxies = ["127.0.0.1", "{forwarded_for}"]')

    with pytest.raises(UserError, match=r"trusted_proxies: .* is no address or network"):
        read_settings(config)


def statuses(server: LimitedServer, forwarded: list[str]) -> list[int]:
    """The statuses of a wrong code, sent with each of these X-Forwarded-For values."""
    return [
        requests.post(
            f"{server.url}/v1/enrol", json=WRONG_CODE, headers={"X-Forwarded-For": address}, timeout=30
        ).status_code
        for address in forwarded
    ]


def test_a_client_with_forged_addresses_is_one_client(tmp_path: Path) -> None:
    with limited_server(tmp_path, Limits()) as server:
        answers = statuses(server, [f"203.0.113.{number}" for number in range(TRIES + 1)])

    assert answers == [403] * TRIES + [429]


def test_behind_a_trusted_proxy_every_client_has_its_own_limit(tmp_path: Path) -> None:
    with limited_server(tmp_path, Limits(), trusted_proxies=["127.0.0.0/8"]) as server:
        greedy = statuses(server, [f"{number}.1.1.1, 203.0.113.1" for number in range(1, TRIES + 2)])
        other = statuses(server, ["203.0.113.2"])

    assert greedy == [403] * TRIES + [429]
    assert other == [403]


@pytest.mark.parametrize(("trusted", "is_secure"), [([], False), (["127.0.0.1"], True)])
def test_only_a_trusted_proxy_may_forward_the_scheme(tmp_path: Path, trusted: list[str], is_secure: bool) -> None:
    with limited_server(tmp_path, Limits(), trusted_proxies=trusted) as server:
        headers = {"X-Forwarded-Proto": "http, https", "Sec-Fetch-Site": "same-origin"}
        link = server.run("init").split()[-1].rpartition("/welcome/")[2]
        form = {"login": "Ada", "password": "a long enough one"}
        answer = requests.post(
            f"{server.url}/welcome/{link}", data=form, headers=headers, timeout=30, allow_redirects=False
        )

    assert answer.status_code == 303
    assert ("secure" in answer.headers["Set-Cookie"].lower()) == is_secure
