"""Chooses a party's pouches or lockers."""

from collections.abc import Collection, Sequence

PHONES_A_LOCKER = 4  # a party's phones go in together


def free_numbers(allocated: Sequence[int], in_use: Collection[int]) -> list[int]:
    """Of the numbers that this kiosk may give out, those that are not in use, in order."""
    return [number for number in allocated if number not in in_use]


def lockers_needed(phones: int) -> int:
    """How many lockers that many phones of one party need."""
    return -(-phones // PHONES_A_LOCKER)


def choose(count: int, allocated: Sequence[int], in_use: Collection[int]) -> tuple[int, ...] | None:
    """So many numbers, adjacent if possible, so that a party finds them in one place. None if too few are free."""
    free = free_numbers(allocated, in_use)
    if len(free) < count:
        return None
    runs = (free[i : i + count] for i in range(len(free) - count + 1))
    adjacent = next((run for run in runs if not run or run[-1] - run[0] == count - 1), free[:count])
    return tuple(adjacent)
