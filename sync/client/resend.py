"""Sends entries of earlier journals again that the server has lost, because its database was restored from a backup.

The upload handles the current journal. Earlier journals have been acknowledged and are not compared again, until
something shows that the server has lost entries, or the kiosk is paired again.
"""

from collections.abc import Callable
from uuid import UUID

from sync.client import batch_size
from sync.client.api import Api, Forked, JournalNotOwned, TryLater
from sync.ledger import former_journals
from sync.ledger.ledger import JSON, Ledger

RESEND = "resend"  # key: whether the earlier journals have to be compared with the server's
BATCH = 500  # entries


def request() -> dict[str, JSON]:
    """The value to remember where the server may have lost entries of earlier journals."""
    return {RESEND: True}


def run(ledger: Ledger, api: Api, is_stopping: Callable[[], bool]) -> None:
    """Compare the earlier journals, and send what is missing. Raises TryLater, Refused, EnrolAgain, StorageError."""
    if not ledger.recall(RESEND):
        return
    for journal in former_journals.acknowledged_journals(ledger.store):
        if is_stopping():
            return
        _compare(ledger, api, journal.id, journal.acknowledged)
    ledger.remember(RESEND, False)


def _compare(ledger: Ledger, api: Api, journal: UUID, acknowledged: int) -> None:
    """Entries that can't be sent in their own journal any more are copied into the current one, with their ids."""
    try:
        stored = api.push(journal, ()).acknowledged
    except JournalNotOwned as error:  # of an earlier pairing
        stored = acknowledged if error.stored is None else error.stored
        former_journals.copy_range(ledger, journal, stored, acknowledged)
        return
    while stored < acknowledged:
        lines = batch_size.fit_request(ledger.lines(journal, stored, min(BATCH, acknowledged - stored)))
        try:
            done = api.push(journal, lines).acknowledged
        except Forked:
            former_journals.copy_range(ledger, journal, stored, acknowledged)
            return
        if done <= stored:
            raise TryLater(f"the server acknowledges entry {done} of an earlier journal, which it had before")
        stored = done
