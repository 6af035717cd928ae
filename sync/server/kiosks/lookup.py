"""Finds an item by a typed name, by the same rule for venues and zones in every command."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import TypeVar

from sync.errors import UserError
from sync.names import compared, tidy
from sync.server.web.i18n import later, say

T = TypeVar("T")
SHOWN = 80  # characters of what was typed
NOT_FOUND = {
    "venue": later("no venue is called “{name}”"),
    "zone": later("no zone is called “{name}”"),
    "calendar": later("no calendar is called “{name}”"),
}
NEARLY_FOUND = {
    "venue": later("no venue is called “{name}”; did you mean {others}?"),
    "zone": later("no zone is called “{name}”; did you mean {others}?"),
    "calendar": later("no calendar is called “{name}”; did you mean {others}?"),
}


class NotFound(UserError):
    """No item has this name; the text suggests names like it."""


class Ambiguous(NotFound):
    """Several items match the name."""


def find(of: str, items: Sequence[T], name: Callable[[T], str], typed: str) -> T:
    """The item with this name, ignoring white space and Unicode composition, and case where that is unambiguous.

    ``of``: what the items are, a key of NOT_FOUND. Raises NotFound, Ambiguous.
    """
    exact = [item for item in items if name(item) == tidy(typed)]
    alike = exact or [item for item in items if compared(name(item)) == compared(typed)]
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise Ambiguous(_explain(of, typed, sorted(map(name, alike))))
    raise NotFound(_explain(of, typed, near([name(item) for item in items], typed)))


def near(names: Sequence[str], typed: str) -> list[str]:
    """At most two names that are close to the typed one, the closest first."""
    originals = {compared(name): name for name in names}
    return [originals[match] for match in get_close_matches(compared(typed), originals, n=2)]


def _explain(of: str, typed: str, names: Sequence[str]) -> str:
    shown = tidy(typed)[:SHOWN]
    if not names:
        return say(NOT_FOUND[of], name=shown)
    return say(NEARLY_FOUND[of], name=shown, others=say(" or ").join(say("“{name}”", name=name) for name in names))
