"""Which pouches a party gets."""

from collections.abc import Collection, Sequence


def free_pouches(pouches: Sequence[int], taken: Collection[int]) -> list[int]:
    """Of the pouches that this kiosk may give, in order, those that hang on the shelf."""
    return [number for number in pouches if number not in taken]


def choose(phones: int, pouches: Sequence[int], taken: Collection[int]) -> tuple[int, ...] | None:
    """One pouch a phone, neighbours where there are any: a party finds them in one place. None if too few hang."""
    free = free_pouches(pouches, taken)
    if len(free) < phones:
        return None
    runs = (free[i : i + phones] for i in range(len(free) - phones + 1))
    neighbours = next((run for run in runs if not run or run[-1] - run[0] == phones - 1), free[:phones])
    return tuple(neighbours)
