"""Splits work into lists of limited size."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
CHUNK = 400  # subjects, ids or lines in one statement


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The items in lists of at most ``size``."""
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk
