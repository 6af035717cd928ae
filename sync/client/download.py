"""What comes from the server: what the venue's other kiosks did, and after a loss what this one did itself."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from sync.client import resend
from sync.client.api import Api, Refused
from sync.ledger.ledger import JSON, Ledger

FEED = "feed"  # under this, how far the venue's feed is known here
RESTORING = "restoring"  # how far our own facts have come back; remembered only until they all have
RESTORED = "restored"  # how many had been missing
PAGE = 500  # entries


class FeedPosition(NamedTuple):
    """How far the feed is known. ``mark``: what the server calls that position by; None: it has not said."""

    position: int = 0
    mark: int | None = None


def known(ledger: Ledger, kiosk: UUID) -> FeedPosition:
    """How far the feed is known here. A position belongs to one enrolment."""
    found = ledger.recall(FEED) or {}
    return (
        FeedPosition(found.get("position", 0), found.get("mark"))
        if found.get("kiosk") == str(kiosk)
        else FeedPosition()
    )


def kept(kiosk: UUID, known: FeedPosition) -> dict[str, JSON]:
    """What to remember of that."""
    return {FEED: {"kiosk": str(kiosk), "position": known.position, "mark": known.mark}}


def learn(ledger: Ledger, api: Api, kiosk: UUID, is_stopping: Callable[[], bool]) -> bool:
    """Take in the venue's feed from where it was left; returns whether others did anything.

    Where what was read before does not hold any more, the server has lost entries, perhaps also ours: they are sent
    again, and the feed is read again from its beginning.
    """
    place, heard = known(ledger, kiosk), False
    while not is_stopping():
        page = api.feed(place.position, PAGE, mark=place.mark)
        before, place = place, FeedPosition(page.position, page.mark)
        is_end = place.position == before.position
        heard = heard or bool(page.entries)
        if place != before or page.server is not None:
            again = resend.wanted() if page.restart else {}
            ledger.apply_feed(map(bytes, page.entries), kept(kiosk, place) | again, page.server)
        if is_end:
            break
    return heard


def to_restore(kiosk: UUID | None, after: int = 0) -> dict[str, JSON]:
    """What to remember where facts of ours may be missing here: the next exchange asks for them all."""
    return {RESTORING: {"kiosk": str(kiosk), "position": after}}


def begin_restoring(ledger: Ledger, kiosk: UUID, carry_after: int) -> None:
    """The server holds facts of ours that are not here: go on in a new journal, and ask for them."""
    ledger.start_journal(carry_after, to_restore(kiosk))


def restore(ledger: Ledger, api: Api, kiosk: UUID, is_stopping: Callable[[], bool]) -> None:
    """Take back what this kiosk once told the server, from where that was left; nothing to do most of the time."""
    left = ledger.recall(RESTORING)
    if not left:
        return
    place, missing = (left["position"], left.get("missing", 0)) if left.get("kiosk") == str(kiosk) else (0, 0)
    while not is_stopping():
        page = api.feed(place, PAGE, own=True)
        if not page.own:
            raise Refused("this server can't give back what it was told: it needs a newer Hearth")
        if page.position == place:
            ledger.remember(RESTORED, missing)
            ledger.remember(RESTORING, {})
            return
        place = page.position
        left = {"kiosk": str(kiosk), "position": place, "missing": missing}
        missing += ledger.restore_own(map(bytes, page.entries), {RESTORING: left})
