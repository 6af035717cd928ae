"""The numbers that stand for hosts in exports, on paper and in logs: one number means one host, also without a network.

A kiosk draws a new host's number from 9,000. Two kiosks that are offline from each other draw the same one rarely: with
probability ``m * n / 9000`` where one adds ``m`` hosts and the other ``n``. A number that two hosts have drawn is
retired: what was printed with it means neither of them from then on, and each is shown another one that follows from
its id. So any two ledgers with the same hosts show the same numbers, in whichever order the hosts arrived.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Collection, Mapping
from itertools import chain
from uuid import UUID

LOWEST, HIGHEST = 1000, 9999  # of those that are drawn; earlier releases counted from 1
DRAWN = range(LOWEST, HIGHEST + 1)


def draw(taken: Collection[int]) -> int:
    """A random number for a new host. ``taken``: all that are or were a host's. Raises ValueError if none is left."""
    free = sorted(set(DRAWN).difference(taken))
    if not free:
        raise ValueError("no number for a host is left")
    return secrets.choice(free)


def shown_numbers(drawn: Mapping[UUID, int]) -> dict[UUID, int]:
    """The number of each host, by its id. ``drawn``: of all hosts that are known, removed ones too.

    Of hosts with the same drawn number each gets the first unused one from a hash of its id on, the earlier id first.
    With more hosts than numbers, which only a hostile kiosk has, the last ones keep the number that they have drawn.
    """
    counts = Counter(drawn.values())
    shown = {host: number for host, number in drawn.items() if counts[number] == 1}
    used = set(counts)
    for host in sorted(drawn.keys() - shown.keys()):
        shown[host] = _first_unused(host, used) or drawn[host]
        used.add(shown[host])
    return shown


def _first_unused(host: UUID, used: Collection[int]) -> int | None:
    """An unused number that follows from the id; None: none is left."""
    start = int.from_bytes(hashlib.blake2b(host.bytes, digest_size=8).digest()) % len(DRAWN)
    return next((number for number in chain(DRAWN[start:], DRAWN[:start]) if number not in used), None)
