"""Sets of whole numbers as inclusive ranges ``(first, last)``: pouches, lockers and codes are allocated in these.

A tidy set is in order, and no two of its ranges touch; every function returns one, for any argument.
"""

from collections.abc import Iterable, Iterator

Range = tuple[int, int]
Ranges = tuple[Range, ...]
NONE: Ranges = ()


def tidy(ranges: Iterable[Range]) -> Ranges:
    """In order, joined where they touch or overlap; a range that ends before it begins is dropped."""
    joined: list[Range] = []
    for first, last in sorted((first, last) for first, last in ranges if first <= last):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)


def is_ordered(ranges: Ranges) -> bool:
    """Whether each range ends where it begins or later, and before the next one begins."""
    flat = [number for bounds in ranges for number in bounds]
    starts, ends = flat[::2], flat[1::2]
    return all(first <= last for first, last in ranges) and all(map(int.__lt__, ends, starts[1:]))


def from_numbers(numbers: Iterable[int]) -> Ranges:
    """The set of these numbers."""
    return tidy((number, number) for number in numbers)


def union(left: Ranges, right: Ranges) -> Ranges:
    """The numbers in either set."""
    return tidy((*left, *right))


def difference(left: Ranges, right: Ranges) -> Ranges:
    """The numbers in ``left`` and not in ``right``, in one pass over both."""
    remaining: list[Range] = []
    cuts, at = tidy(right), 0
    for first, last in tidy(left):
        while at < len(cuts) and cuts[at][1] < first:
            at += 1
        start, cut = first, at
        while cut < len(cuts) and cuts[cut][0] <= last:
            remaining.append((start, cuts[cut][0] - 1))
            start, cut = cuts[cut][1] + 1, cut + 1
        remaining.append((start, last))
    return tidy(remaining)


def intersection(left: Ranges, right: Ranges) -> Ranges:
    """The numbers in both sets."""
    return difference(left, difference(left, right))


def size(ranges: Ranges) -> int:
    """How many numbers are in the set."""
    return sum(last - first + 1 for first, last in ranges)


def each(ranges: Ranges) -> Iterator[int]:
    """The numbers, the lowest first."""
    for first, last in ranges:
        yield from range(first, last + 1)


def lowest(ranges: Ranges, count: int) -> Ranges:
    """At most ``count`` numbers from the low end."""
    taken: list[Range] = []
    for first, last in ranges:
        if count <= 0:
            break
        taken.append((first, min(last, first + count - 1)))
        count -= last - first + 1
    return tidy(taken)


def highest(ranges: Ranges, count: int) -> Ranges:
    """At most ``count`` numbers from the high end."""
    return difference(ranges, lowest(ranges, size(ranges) - count))
