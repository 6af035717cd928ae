"""A kiosk whose server does not know slip formats gives out the first one."""

from collections.abc import Callable

from sync.client.replicator import Replicator
from sync.ledger import slip_formats
from sync.ledger.ledger import Ledger
from tests.support.canned_server import CannedAnswer, CannedServer


def test_without_an_answer_of_an_older_server_the_first_format_stays(
    ledger: Ledger, server: CannedServer, replicator: Callable[..., Replicator]
) -> None:
    replicator().exchange()

    assert slip_formats.readable_everywhere(ledger) == {"HS1"}
    [(_, body, _)] = [got for got in server.got if got[0] == "heartbeat"]
    assert body["reads"] == ["HS1", "HS2"]


def test_a_server_that_is_downgraded_brings_the_first_format_back(
    ledger: Ledger, server: CannedServer, replicator: Callable[..., Replicator]
) -> None:
    server.will("heartbeat", CannedAnswer(body={"server_time": server.server_time, "slips": ["HS1", "HS2", "HS9"]}))
    kiosk = replicator()
    kiosk.exchange()
    assert slip_formats.readable_everywhere(ledger) == {"HS1", "HS2", "HS9"}

    kiosk.exchange()

    assert slip_formats.readable_everywhere(ledger) == {"HS1"}


def test_the_answer_is_stored_over_a_restart(
    open_ledger: Callable[[str], Ledger], server: CannedServer, replicator: Callable[..., Replicator], ledger: Ledger
) -> None:
    server.will("heartbeat", CannedAnswer(body={"server_time": server.server_time, "slips": ["HS1", "HS2"]}))
    replicator().exchange()

    assert slip_formats.readable_everywhere(open_ledger("ledger")) == {"HS1", "HS2"}
