"""A user's ~/.netrc does not change how a kiosk authenticates, and proxies are found as before."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sync.client.api import Api, TryLater
from sync.client.enrolment import enrol
from sync.client.replicator import Replicator
from sync.ledger.ledger import Ledger
from tests.support import canned_server


@pytest.fixture
def netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Writes the ~/.netrc of the kiosk's user."""

    def write(text: str) -> None:
        home = tmp_path / "home"
        home.mkdir()
        (home / ".netrc").write_text(text)
        (home / ".netrc").chmod(0o600)
        monkeypatch.setenv("HOME", str(home))

    return write


@pytest.fixture
def server() -> Iterator[canned_server.CannedServer]:
    """A server that records requests and responds with 503."""
    with canned_server.canned_server() as canned:
        canned.answer = lambda what, body, authorization: (
            canned.got.append((what, body, authorization)) or canned_server.CannedAnswer(503)
        )  # type: ignore[func-returns-value, method-assign]
        yield canned


@pytest.mark.parametrize("entry", ["machine {host}", "default"])
def test_a_kiosk_pairs_and_reports_whatever_netrc_says(central, ledger: Ledger, netrc, entry: str) -> None:
    netrc(f"{entry.format(host=urlsplit(central.url).hostname)} login ada password secret\n")

    enrolment = enrol(ledger, central.url, central.code("Mill café"))
    replicator = Replicator(ledger, enrolment, "0.1.0")
    replicator.exchange()
    replicator.close()


def test_netrc_is_not_sent_with_a_pairing_code_either(server, netrc) -> None:
    netrc("default login ada password secret\n")
    api = Api(server.url)

    with pytest.raises(TryLater):
        api.enrol("7KQM2WXA", "a secret of this data folder")
    api.close()

    assert [authorization for _, _, authorization in server.got] == [None]


def test_a_proxy_of_the_environment_is_still_used(server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.setenv("no_proxy", "")
    api = Api("http://hearth.invalid", "a token of this test")

    with pytest.raises(TryLater):
        api.feed(0, 1)
    api.close()

    assert [authorization for _, _, authorization in server.got] == ["Bearer a token of this test"]
