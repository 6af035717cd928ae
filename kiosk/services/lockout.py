"""Wrong tries in a row: counted where a restart can't forget them, and held back longer each time."""

from dataclasses import dataclass

from kiosk.rules.pins import held_back
from sync.ledger.ledger import Ledger


@dataclass(frozen=True)
class AttemptLockout:
    """What is guarded, and how long it holds back (seconds)."""

    key: str
    first: int
    longest: int


PIN = AttemptLockout("pin_tries", first=30, longest=3600)
CODE = AttemptLockout("code_tries", first=5, longest=60)


def wait(ledger: Ledger, guard: AttemptLockout) -> int:
    """Seconds until the next try is listened to; counted in uptime, so that setting the clock does not shorten it."""
    kept = ledger.recall(guard.key)
    if not kept:
        return 0
    now = ledger.clock.read()
    pause: int = held_back(kept["wrong"], guard.first, guard.longest) * 1000
    if kept["boot"] != str(now.boot):  # restarted: the pause begins anew, for nobody knows how long it was dark
        ledger.remember(guard.key, {**kept, "boot": str(now.boot), "up": now.up})
        return pause // 1000
    left: int = kept["up"] + pause - now.up
    return max(0, -(-left // 1000))


def wrong(ledger: Ledger, guard: AttemptLockout) -> int:
    """Note a wrong try; returns the seconds to wait now."""
    kept = ledger.recall(guard.key) or {"wrong": 0}
    now = ledger.clock.read()
    ledger.remember(guard.key, {"wrong": kept["wrong"] + 1, "boot": str(now.boot), "up": now.up})
    return wait(ledger, guard)


def right(ledger: Ledger, guard: AttemptLockout) -> None:
    """A right try: all is forgiven."""
    if ledger.recall(guard.key):
        ledger.remember(guard.key, None)
