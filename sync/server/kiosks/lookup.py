"""Finds an item by a typed name, by the same rule for venues and zones in every command."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import TypeVar

from sync.errors import UserError
from sync.names import compared, tidy

T = TypeVar("T")
SHOWN = 80  # characters of what was typed


class NotFound(UserError):
    """No item has this name; the text suggests names like it."""


class Ambiguous(NotFound):
    """Several items match the name."""


def find(of: str, items: Sequence[T], name: Callable[[T], str], typed: str) -> T:
    """The item with this name, ignoring white space and Unicode composition, and case where that is unambiguous.

    ``of``: what the items are, for the message: venue, zone. Raises NotFound, Ambiguous.
    """
    exact = [item for item in items if name(item) == tidy(typed)]
    alike = exact or [item for item in items if compared(name(item)) == compared(typed)]
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise Ambiguous(f"no {of} is called “{tidy(typed)[:SHOWN]}”{_meant(sorted(map(name, alike)))}")
    raise NotFound(f"no {of} is called “{tidy(typed)[:SHOWN]}”{_meant(near([name(item) for item in items], typed))}")


def near(names: Sequence[str], typed: str) -> list[str]:
    """At most two names that are close to the typed one, the closest first."""
    originals = {compared(name): name for name in names}
    return [originals[match] for match in get_close_matches(compared(typed), originals, n=2)]


def _meant(names: Sequence[str]) -> str:
    return f"; did you mean {' or '.join(f'“{name}”' for name in names)}?" if names else ""
