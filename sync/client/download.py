"""Downloads from the server: the venue's feed, and after a loss this kiosk's own entries."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from sync.client import resend
from sync.client.api import Api, Refused
from sync.ledger.ledger import JSON, Ledger

FEED = "feed"  # the position up to which the venue's feed is known here
RESTORING = "restoring"  # how far our own entries have been restored; empty once they all are
RESTORED = "restored"  # how many had been missing
PAGE = 500  # entries


class FeedPosition(NamedTuple):
    """How far the feed is known. ``mark``: the server's mark of that position; None: an older server has sent none."""

    number: int = 0
    mark: int | None = None


def load_position(ledger: Ledger, kiosk: UUID) -> FeedPosition:
    """How far the feed is known here. A position belongs to one enrolment."""
    stored = ledger.recall(FEED) or {}
    if stored.get("kiosk") != str(kiosk):
        return FeedPosition()
    return FeedPosition(stored.get("position", 0), stored.get("mark"))


def stored_position(kiosk: UUID, position: FeedPosition) -> dict[str, JSON]:
    """The value to remember of a position."""
    return {FEED: {"kiosk": str(kiosk), "position": position.number, "mark": position.mark}}


def read_feed(ledger: Ledger, api: Api, kiosk: UUID, is_stopping: Callable[[], bool]) -> bool:
    """Apply the rest of the venue's feed; returns whether others wrote anything. Raises as Api.feed, and StorageError.

    If the server restarts the feed, it has lost entries, perhaps also ours: they are sent again, and the feed is read
    again from its beginning.
    """
    position, has_entries = load_position(ledger, kiosk), False
    while not is_stopping():
        page = api.feed(position.number, PAGE, mark=position.mark)
        before, position = position, FeedPosition(page.position, page.mark)
        is_end = position.number == before.number
        has_entries = has_entries or bool(page.entries)
        if position != before or page.server is not None:
            remember = stored_position(kiosk, position) | (resend.request() if page.restart else {})
            ledger.apply_feed(map(bytes, page.entries), remember, page.server)
        if is_end:
            break
    return has_entries


def restore_request(kiosk: UUID | None, after: int = 0) -> dict[str, JSON]:
    """The value to remember where entries of ours may be missing here: the next exchange requests them all."""
    return {RESTORING: {"kiosk": str(kiosk), "position": after}}


def begin_restoring(ledger: Ledger, kiosk: UUID, carry_after: int) -> None:
    """The server has entries of ours that are missing here: start a new journal, and request them."""
    ledger.start_journal(carry_after, restore_request(kiosk))


def restore(ledger: Ledger, api: Api, kiosk: UUID, is_stopping: Callable[[], bool]) -> None:
    """Restore this kiosk's own entries from the server, if that was requested, from where it was interrupted.

    Raises as Api.feed, and StorageError.
    """
    request = ledger.recall(RESTORING)
    if not request:
        return
    is_ours = request.get("kiosk") == str(kiosk)
    position, missing = (request["position"], request.get("missing", 0)) if is_ours else (0, 0)
    while not is_stopping():
        page = api.feed(position, PAGE, own=True)
        if not page.own:
            raise Refused("this server can't return the entries that it received: it needs a newer Hearth")
        if page.position == position:
            ledger.remember(RESTORED, missing)
            ledger.remember(RESTORING, {})
            return
        position = page.position
        request = {"kiosk": str(kiosk), "position": position, "missing": missing}
        missing += ledger.restore_own(map(bytes, page.entries), {RESTORING: request})
