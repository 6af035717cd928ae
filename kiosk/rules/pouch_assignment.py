"""Which pouches or lockers a party gets."""

from collections.abc import Collection, Sequence

PHONES_A_LOCKER = 4  # a party's phones rest together


def free_numbers(numbers: Sequence[int], taken: Collection[int]) -> list[int]:
    """Of the pouches or lockers that this kiosk may give, in order, those that nobody has."""
    return [number for number in numbers if number not in taken]


def lockers_needed(phones: int) -> int:
    """How many lockers that many phones of one party need."""
    return -(-phones // PHONES_A_LOCKER)


def choose(count: int, numbers: Sequence[int], taken: Collection[int]) -> tuple[int, ...] | None:
    """So many, neighbours where there are any: a party finds them in one place. None if too few are free."""
    there = free_numbers(numbers, taken)
    if len(there) < count:
        return None
    runs = (there[i : i + count] for i in range(len(there) - count + 1))
    neighbours = next((run for run in runs if not run or run[-1] - run[0] == count - 1), there[:count])
    return tuple(neighbours)
