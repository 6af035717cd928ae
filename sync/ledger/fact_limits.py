"""How many facts of one subject count, so that no subject can make its venue's work grow without end.

The first ``FACTS`` in the order (tick, id) count, whatever the order of arrival: an earlier one that comes late takes
the place of the last. The rest is stored apart, quarantined and without a subject, so that it is not read again when
the subject is folded; since nothing that has been set apart can come back, the facts that count are the first of all
that ever arrived. An honest visit or session has fewer than a hundred.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, bindparam, update

from sync.domain.events import SERVER_KINDS, Entry, Event
from sync.ledger import tables

FACTS = 1_000
BEYOND = f"beyond the first {FACTS:,} facts of its subject"  # names the limit: another one is applied to all anew
Location = tuple[UUID, int]  # a journal and a place in it

_entry = tables.entry.c


class KnownFacts(Struct, frozen=True, gc=False):
    """An entry of the ledger that is in the caller's hands already."""

    entry: Entry
    event: Event


def split(known: Sequence[KnownFacts], folded: Container[str]) -> tuple[list[KnownFacts], set[Location]]:
    """Those that count, and where the others are.

    Kinds that are not ``folded`` into a row are counted by themselves: they change no row, and so displace nothing.
    """
    if len(known) <= FACTS:
        return list(known), set()
    subjects: dict[tuple[UUID, bool], list[KnownFacts]] = defaultdict(list)
    for one in known:
        subjects[one.entry.subject, one.entry.kind in folded].append(one)
    counted: list[KnownFacts] = []
    beyond: set[Location] = set()
    for some in subjects.values():
        if len(some) <= FACTS:
            counted += some
            continue
        first = _first(some)
        counted += first
        beyond |= {location(one.entry) for one in some} - {location(one.entry) for one in first}
    return counted, beyond


def _first(known: Iterable[KnownFacts]) -> list[KnownFacts]:
    """The first facts of one subject, each once; what the server states is never too much."""
    counted: list[KnownFacts] = []
    facts: set[tuple[UUID, str]] = set()
    for one in sorted(known, key=_order):
        fact = one.entry.id, one.entry.kind
        if one.entry.kind in SERVER_KINDS:
            counted.append(one)
        elif len(facts) < FACTS and fact not in facts:
            facts.add(fact)
            counted.append(one)
    return counted


def _order(known: KnownFacts) -> tuple[int, UUID, UUID, int]:
    entry = known.entry
    return entry.tick, entry.id, entry.journal, entry.seq


def location(entry: Entry) -> Location:
    """Where an entry stands."""
    return entry.journal, entry.seq


def set_apart(connection: Connection, stored: Iterable[Location]) -> None:
    """Let these stored entries have no effect any more."""
    here = (_entry.journal == bindparam("of")) & (_entry.seq == bindparam("at"))
    apart = update(tables.entry).where(here).values(subject=None, boot=None, sure=None, quarantined=BEYOND)
    if places := [{"of": journal, "at": seq} for journal, seq in stored]:
        connection.execute(apart, places)
