"""The kiosk's turn in the dealing of its venue: it takes what it is granted, and gives back what others lack."""

from collections.abc import Callable

from sync.allocation.kiosk_side import KioskAllocation
from sync.protocol import HeartbeatAnswer

ROUNDS = 4  # heartbeats more, where the server goes on asking: enough for any honest one


def apply_answer(allocation: KioskAllocation, answer: HeartbeatAnswer, say: Callable[[], HeartbeatAnswer]) -> None:
    """Take the answer to a heartbeat. What is given back is on the disk then, and the next one tells of it at once."""
    for _ in range(ROUNDS):
        if not allocation.apply_answer(answer.share, answer.wanted):
            return
        answer = say()
