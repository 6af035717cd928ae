"""What comes from the server: what the venue's other kiosks did, and after a loss what this one did itself."""

from collections.abc import Callable
from uuid import UUID

from sync.client.api import Api, Refused
from sync.ledger.ledger import JSON, Ledger

FEED = "feed"  # under this, how far the venue's feed is known here
RESTORING = "restoring"  # how far our own facts have come back; remembered only until they all have
RESTORED = "restored"  # how many had been missing
PAGE = 500  # entries


def position(ledger: Ledger, kiosk: UUID) -> int:
    """How far the feed is known here. A position belongs to one enrolment."""
    found = ledger.recall(FEED) or {}
    position: int = found.get("position", 0) if found.get("kiosk") == str(kiosk) else 0
    return position


def kept(kiosk: UUID, position: int) -> dict[str, JSON]:
    """What to remember of that."""
    return {FEED: {"kiosk": str(kiosk), "position": position}}


def learn(ledger: Ledger, api: Api, kiosk: UUID, is_stopping: Callable[[], bool]) -> bool:
    """Take in the venue's feed from where it was left; returns whether others did anything."""
    place, heard = position(ledger, kiosk), False
    while not is_stopping():
        page = api.feed(place, PAGE)
        is_end = page.position == place
        if is_end and page.server is None:
            break
        place, heard = page.position, heard or bool(page.entries)
        ledger.learn(map(bytes, page.entries), kept(kiosk, place), page.server)
        if is_end:
            break
    return heard


def to_restore(kiosk: UUID | None) -> dict[str, JSON]:
    """What to remember where facts of ours may be missing here: the next exchange asks for them all."""
    return {RESTORING: {"kiosk": str(kiosk), "position": 0}}


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
        missing += ledger.take_back(map(bytes, page.entries), {RESTORING: left})
