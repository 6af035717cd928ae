"""Lockout after repeated failures: counted in the ledger, so that a restart keeps it; each failure doubles it."""

from dataclasses import dataclass

from kiosk.rules.pins import lockout_seconds
from sync.ledger.ledger import Ledger


@dataclass(frozen=True)
class AttemptLockout:
    """Under which key failures are counted, and how long a lockout is (seconds)."""

    key: str
    first: int
    longest: int


PIN = AttemptLockout("pin_tries", first=15, longest=3600)
EVACUATION = AttemptLockout("evacuation_tries", first=15, longest=3600)  # of PINs that open all lockers
CODE = AttemptLockout("code_tries", first=5, longest=60)


def seconds_left(ledger: Ledger, lockout: AttemptLockout) -> int:
    """Seconds until the next attempt is accepted; counted in uptime, so that setting the clock does not shorten it."""
    state = ledger.recall(lockout.key)
    if not state:
        return 0
    now = ledger.clock.read()
    duration: int = lockout_seconds(state["wrong"], lockout.first, lockout.longest) * 1000
    if state["boot"] != str(now.boot):  # restarted: begin again, since the time without power is unknown
        ledger.remember(lockout.key, {**state, "boot": str(now.boot), "up": now.up})
        return duration // 1000
    left: int = state["up"] + duration - now.up
    return max(0, -(-left // 1000))


def record_failure(ledger: Ledger, lockout: AttemptLockout) -> int:
    """Count a failure; returns the seconds until the next attempt is accepted."""
    state = ledger.recall(lockout.key) or {"wrong": 0}
    now = ledger.clock.read()
    ledger.remember(lockout.key, {"wrong": state["wrong"] + 1, "boot": str(now.boot), "up": now.up})
    return seconds_left(ledger, lockout)


def reset(ledger: Ledger, lockout: AttemptLockout) -> None:
    """Reset the failure counter after a success."""
    if ledger.recall(lockout.key):
        ledger.remember(lockout.key, None)
