"""Sets of whole numbers as ranges ``(first, last)``, both counted: how pouches, lockers and codes are dealt.

A tidy set is in order, and no two of its ranges touch; every function returns one, whatever it was given.
"""

from collections.abc import Iterable, Iterator

Range = tuple[int, int]
Ranges = tuple[Range, ...]
NONE: Ranges = ()


def tidy(ranges: Iterable[Range]) -> Ranges:
    """In order, joined where they touch or overlap; a range that ends before it begins is empty."""
    joined: list[Range] = []
    for first, last in sorted(one for one in ranges if one[0] <= one[1]):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)


def is_ordered(ranges: Ranges) -> bool:
    """Whether each range ends where it begins or later, and before the next one begins."""
    flat = [number for one in ranges for number in one]
    starts, ends = flat[::2], flat[1::2]
    return all(first <= last for first, last in ranges) and all(map(int.__lt__, ends, starts[1:]))


def from_numbers(numbers: Iterable[int]) -> Ranges:
    """These numbers."""
    return tidy((number, number) for number in numbers)


def union(one: Ranges, other: Ranges) -> Ranges:
    """What is in either."""
    return tidy((*one, *other))


def difference(one: Ranges, other: Ranges) -> Ranges:
    """What is in one and not in the other; both are gone through once."""
    left: list[Range] = []
    cuts, at = tidy(other), 0
    for first, last in tidy(one):
        while at < len(cuts) and cuts[at][1] < first:
            at += 1
        rest, cut = first, at
        while cut < len(cuts) and cuts[cut][0] <= last:
            left.append((rest, cuts[cut][0] - 1))
            rest, cut = cuts[cut][1] + 1, cut + 1
        left.append((rest, last))
    return tidy(left)


def intersection(one: Ranges, other: Ranges) -> Ranges:
    """What is in both."""
    return difference(one, difference(one, other))


def size(one: Ranges) -> int:
    """How many numbers."""
    return sum(last - first + 1 for first, last in one)


def each(one: Ranges) -> Iterator[int]:
    """The numbers, the lowest first."""
    for first, last in one:
        yield from range(first, last + 1)


def lowest(one: Ranges, count: int) -> Ranges:
    """At most ``count`` numbers from the low end."""
    taken: list[Range] = []
    for first, last in one:
        if count <= 0:
            break
        taken.append((first, min(last, first + count - 1)))
        count -= last - first + 1
    return tidy(taken)


def highest(one: Ranges, count: int) -> Ranges:
    """At most ``count`` numbers from the high end."""
    return difference(one, lowest(one, size(one) - count))
