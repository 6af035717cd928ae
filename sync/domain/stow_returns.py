"""Which phones and numbers of a visit have come back: what may be promised again, and what is still in the house.

Each number has two answers: where its pouch (or locker) is, and where the phones in it are. A party that was seen
leaving takes its phones and gives its pouches back. One whose leaving is an estimate leaves both open, until a host
clears them one by one.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct, UnsetType

from sync.domain import events
from sync.domain.events import Event

PHONES_A_LOCKER = 4  # a party's phones go in together
Slot = int | None  # a number, or None: the phones that are in no number


class Returns(Struct, frozen=True):
    """``held``: numbers that no other visit may get. ``lost``: pouches, or lockers that can't be used."""

    phones_back: int = 0
    phones_lost: int = 0
    held: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()


def phones_by_slot(stow: str, numbers: Sequence[int], phones: int) -> dict[Slot, int]:
    """How many phones each number holds: one a pouch, four a locker in order; None has those that are in no number."""
    most = PHONES_A_LOCKER if stow == "locker" else 1
    slots: dict[Slot, int] = {}
    for number in numbers:
        slots[number] = min(most, phones)
        phones -= slots[number]
    slots[None] = phones
    return slots


class _Ledger:
    """Where each pouch and each phone is, while the facts are read in order."""

    def __init__(self, stow: str, numbers: Sequence[int], phones: int, *, returned: bool) -> None:
        self._slots = phones_by_slot(stow, numbers, phones)
        self._numbers = numbers
        self._phone: dict[Slot, str] = dict.fromkeys(self._slots, "back" if returned else "here")
        self._pouch = dict.fromkeys(numbers, "back" if returned else "out")

    def all_returned(self, *, phones_only: bool = False) -> None:
        """The party has left with its phones: what is lost stays lost."""
        self._phone = {slot: "back" if place == "here" else place for slot, place in self._phone.items()}
        if not phones_only:
            self._pouch = {number: "back" if place == "out" else place for number, place in self._pouch.items()}

    def phones_cleared(self, numbers: Sequence[int], outcome: str) -> None:
        place = {"handed_back": "back", "lost": "lost"}.get(outcome, "here")
        for slot in numbers or (None,):
            if slot in self._phone and (outcome != "found" or self._phone[slot] == "lost"):
                self._phone[slot] = place

    def move_pouches(self, numbers: Sequence[int], place: str) -> None:
        for number in numbers:
            self._pouch[number] = place

    def result(self) -> Returns:
        lost = tuple(sorted(number for number, place in self._pouch.items() if place == "lost"))
        held = {n for n in self._numbers if self._pouch[n] != "back" or (self._slots[n] and self._phone[n] == "here")}
        return Returns(self._count("back"), self._count("lost"), tuple(sorted(held.union(lost))), lost)

    def _count(self, place: str) -> int:
        return sum(phones for slot, phones in self._slots.items() if self._phone[slot] == place)


def fold_returns(
    facts: Iterable[Event], stow: str, numbers: Sequence[int], phones: int, *, returned: bool, out_with_owner: bool
) -> Returns:
    """Fold the facts of one visit, in order.

    ``returned``: an estimate of an earlier release ended the visit, which took everything for returned.
    ``out_with_owner``: the visit ended during a break, so that its phones were not here.
    """
    state = _Ledger(stow, numbers, phones, returned=returned)
    if out_with_owner:
        state.all_returned(phones_only=True)
    for event in facts:
        match event:
            case events.VisitCheckedOut() if not event.estimated or isinstance(event.closeout, UnsetType):
                state.all_returned()
            case events.PhoneTaken(early=True):
                state.all_returned(phones_only=True)
            case events.PhoneCleared(numbers=cleared, outcome=outcome):
                state.phones_cleared(cleared, outcome)
            case events.StowCleared(numbers=cleared):
                state.move_pouches(cleared, "back")
            case events.StowLost(numbers=cleared):
                state.move_pouches(cleared, "lost")
            case events.StowFound(numbers=cleared):
                state.move_pouches(cleared, "back")
    return state.result()


KINDS = (
    events.VisitCheckedOut,
    events.PhoneTaken,
    events.PhoneCleared,
    events.StowCleared,
    events.StowLost,
    events.StowFound,
)
