"""Exchanges the kiosk's allocation with the server, by heartbeats."""

from collections.abc import Callable

from sync.allocation.kiosk_side import KioskAllocation
from sync.protocol import HeartbeatAnswer

MAX_ROUNDS = 4  # further heartbeats, while the server asks for more


def apply_answer(
    allocation: KioskAllocation, answer: HeartbeatAnswer, heartbeat: Callable[[], HeartbeatAnswer]
) -> None:
    """Apply an answer; what is given back is stored, then reported by another heartbeat. Raises StorageError."""
    for _ in range(MAX_ROUNDS):
        if not allocation.apply_answer(answer.share, answer.wanted, answer.ahead or ()):
            return
        answer = heartbeat()
