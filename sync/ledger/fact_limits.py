"""Limits how many facts of one subject count, so that no subject causes unlimited work at its venue.

The first ``FACTS`` in the order (tick, id) count, whatever the order of arrival: an earlier one that arrives late
replaces the last. The excess is stored quarantined and without a subject, so that it is not read again when the subject
is folded. An entry never comes back from there, so the facts that count are the first of all that ever arrived. An
honest visit or session has fewer than a hundred.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, bindparam, update

from sync.domain.events import SERVER_KINDS, Entry, Event
from sync.ledger import tables

FACTS = 1_000
EXCESS = f"beyond the first {FACTS:,} facts of its subject"  # names the limit: a changed limit is applied again
Location = tuple[UUID, int]  # a journal and a seq

_entry = tables.entry.c


class KnownFact(Struct, frozen=True, gc=False):
    """An entry with its parsed event."""

    entry: Entry
    event: Event


def split(facts: Sequence[KnownFact], folded_kinds: Container[str]) -> tuple[list[KnownFact], set[Location]]:
    """The facts that count, and the locations of the excess.

    Facts of other kinds than ``folded_kinds`` are counted separately: they change no row, so they replace none that do.
    """
    if len(facts) <= FACTS:
        return list(facts), set()
    groups: dict[tuple[UUID, bool], list[KnownFact]] = defaultdict(list)
    for fact in facts:
        groups[fact.entry.subject, fact.entry.kind in folded_kinds].append(fact)
    counted: list[KnownFact] = []
    excess: set[Location] = set()
    for group in groups.values():
        if len(group) <= FACTS:
            counted += group
            continue
        first = _first_facts(group)
        counted += first
        excess |= {location(fact.entry) for fact in group} - {location(fact.entry) for fact in first}
    return counted, excess


def _first_facts(facts: Iterable[KnownFact]) -> list[KnownFact]:
    """The first facts of one subject, each once; statements of the server are never excess."""
    counted: list[KnownFact] = []
    keys: set[tuple[UUID, str]] = set()
    for fact in sorted(facts, key=_order):
        key = fact.entry.id, fact.entry.kind
        if fact.entry.kind in SERVER_KINDS:
            counted.append(fact)
        elif len(keys) < FACTS and key not in keys:
            keys.add(key)
            counted.append(fact)
    return counted


def _order(fact: KnownFact) -> tuple[int, UUID, UUID, int]:
    entry = fact.entry
    return entry.tick, entry.id, entry.journal, entry.seq


def location(entry: Entry) -> Location:
    """The journal and seq of an entry."""
    return entry.journal, entry.seq


def disable(connection: Connection, locations: Iterable[Location]) -> None:
    """Take the effect from stored entries that have become excess."""
    at_location = (_entry.journal == bindparam("of")) & (_entry.seq == bindparam("at"))
    disabled = update(tables.entry).where(at_location).values(subject=None, boot=None, sure=None, quarantined=EXCESS)
    if parameters := [{"of": journal, "at": seq} for journal, seq in locations]:
        connection.execute(disabled, parameters)
