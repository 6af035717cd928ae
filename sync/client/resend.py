"""Sends again what the server has lost, because its database was restored from a backup.

The current journal is the upload's work. The journals before it were acknowledged once and are not looked at again,
until something shows that the server has lost entries, or the kiosk was paired anew.
"""

from collections.abc import Callable
from uuid import UUID

from sync.client import batch_size
from sync.client.api import Api, Forked, JournalNotOwned, TryLater
from sync.ledger import former_journals
from sync.ledger.ledger import JSON, Ledger

RESEND = "resend"  # under this: whether the earlier journals have to be compared with the server's
BATCH = 500  # entries


def wanted() -> dict[str, JSON]:
    """What to remember where the server may have lost entries of earlier journals."""
    return {RESEND: True}


def run(ledger: Ledger, api: Api, is_stopping: Callable[[], bool]) -> None:
    """Compare the earlier journals, and send what is missing. Raises TryLater, Refused, EnrolAgain, StorageTrouble."""
    if not ledger.recall(RESEND):
        return
    for journal in former_journals.acknowledged_journals(ledger.store):
        if is_stopping():
            return
        _compare(ledger, api, journal.id, journal.acknowledged)
    ledger.remember(RESEND, False)


def _compare(ledger: Ledger, api: Api, journal: UUID, acknowledged: int) -> None:
    """What can't be sent in its own journal any more goes on in the current one, with its ids."""
    try:
        there = api.push(journal, ()).acknowledged
    except JournalNotOwned as error:  # of an earlier pairing
        there = acknowledged if error.stored is None else error.stored
        former_journals.copy_range(ledger, journal, there, acknowledged)
        return
    while there < acknowledged:
        lines = batch_size.fitting(ledger.lines(journal, there, min(BATCH, acknowledged - there)))
        try:
            done = api.push(journal, lines).acknowledged
        except Forked:
            former_journals.copy_range(ledger, journal, there, acknowledged)
            return
        if done <= there:
            raise TryLater(f"the server acknowledges entry {done} of an earlier journal, which it had before")
        there = done
