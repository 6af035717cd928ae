"""Which phones and numbers of a visit have come back: what may be promised again, and what is still at the venue.

Each number has two answers: where its pouch (or locker) is, and where the phones in it are. A party that was seen
leaving takes its phones and gives its pouches back. One whose leaving is an estimate leaves both open, until a host
clears them one by one.

A locker that a board opens comes back when its door was seen open and then closed after a check-out that was seen.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct, UnsetType

from sync.domain import events
from sync.domain.events import Event

PHONES_A_LOCKER = 4  # a party's phones go in together
Slot = int | None  # a number, or None: the phones that are in no number
PhonePlace = Literal["here", "back", "lost"]  # ``back``: with its owner
PouchPlace = Literal["out", "back", "lost"]
OUTCOMES: dict[str, PhonePlace] = {"handed_back": "back", "lost": "lost"}  # others: the phone is here


class Returns(Struct, frozen=True):
    """``held``: numbers that no other visit may get. ``lost``: pouches, or lockers that can't be used."""

    phones_back: int = 0
    phones_lost: int = 0
    held: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()


class SlotState(Struct, frozen=True):
    """Where the phones and the pouch (or locker) of one number are; ``number`` None: phones that are in no number.

    ``note``: where a phone that was left behind is.
    """

    number: Slot
    phones: int
    phone: PhonePlace
    pouch: PouchPlace
    note: str | None = None

    @property
    def has_phone_here(self) -> bool:
        """Whether a phone is still here."""
        return self.phones > 0 and self.phone == "here"


def phones_by_slot(stow: str, numbers: Sequence[int], phones: int) -> dict[Slot, int]:
    """How many phones each number holds: one a pouch, four a locker in order; None has those that are in no number."""
    most = PHONES_A_LOCKER if stow == "locker" else 1
    slots: dict[Slot, int] = {}
    for number in numbers:
        slots[number] = min(most, phones)
        phones -= slots[number]
    slots[None] = phones
    return slots


class _Slots:
    """Where each pouch and each phone is, while the facts are read in order."""

    def __init__(self, stow: str, numbers: Sequence[int], phones: int, *, returned: bool) -> None:
        self._slots = phones_by_slot(stow, numbers, phones)
        self._numbers = numbers
        self._phone: dict[Slot, PhonePlace] = dict.fromkeys(self._slots, "back" if returned else "here")
        self._pouch: dict[int, PouchPlace] = dict.fromkeys(numbers, "back" if returned else "out")
        self._notes: dict[Slot, str | None] = {}
        self._watched: set[int] = set()  # lockers that a board was told to open
        self._opened: set[int] = set()  # and whose doors were seen open since the party left
        self._has_left = False

    def all_returned(self, *, phones_only: bool = False) -> None:
        """The party has left with its phones: what is lost stays lost."""
        self._phone = {slot: "back" if place == "here" else place for slot, place in self._phone.items()}
        if not phones_only:
            self._pouch = {number: "back" if place == "out" else place for number, place in self._pouch.items()}

    def party_left(self) -> None:
        """The party was seen leaving: everything is back, but for lockers whose doors are watched."""
        self._has_left = True
        for slot, place in self._phone.items():
            if place == "here" and slot not in self._watched:
                self._phone[slot] = "back"
        for number, pouch in self._pouch.items():
            if pouch == "out" and number not in self._watched:
                self._pouch[number] = "back"

    def watch(self, numbers: Sequence[int]) -> None:
        self._watched.update(numbers)

    def door_seen(self, number: int, seen: str) -> None:
        """A door that was open since the party left, and is closed now, has given its locker back."""
        if not self._has_left or number not in self._pouch:
            return
        if seen in ("opened", "opened_unasked"):
            self._opened.add(number)
        elif seen == "closed" and number in self._opened:
            self._phone[number] = "back" if self._phone[number] == "here" else self._phone[number]
            self._pouch[number] = "back" if self._pouch[number] == "out" else self._pouch[number]

    def phones_cleared(self, cleared: events.PhoneCleared) -> None:
        """A phone that is back with its owner stays there, whatever a kiosk says that has not learnt of it yet.

        One that is lost stays lost until it is found or handed back. That it was left behind is then the statement of a
        host whose kiosk had not learnt of the loss.
        """
        place = OUTCOMES.get(cleared.outcome, "here")
        for slot in cleared.numbers or (None,):
            phone = self._phone.get(slot, "back")
            passed_over = {"back": cleared.outcome, "here": "found", "lost": "left_behind"}
            if cleared.outcome != passed_over[phone]:
                self._phone[slot] = place
                self._notes[slot] = cleared.note

    def move_pouches(self, numbers: Sequence[int], place: PouchPlace) -> None:
        for number in numbers:
            self._pouch[number] = place

    def slots(self) -> tuple[SlotState, ...]:
        """Each number, in order, then the phones that are in none."""
        numbered = [
            SlotState(number, self._slots[number], self._phone[number], self._pouch[number], self._notes.get(number))
            for number in self._numbers
        ]
        unnumbered = SlotState(None, self._slots[None], self._phone[None], "back", self._notes.get(None))
        return (*numbered, unnumbered) if unnumbered.phones else tuple(numbered)

    def result(self) -> Returns:
        lost = tuple(sorted(number for number, place in self._pouch.items() if place == "lost"))
        held = {n for n in self._numbers if self._pouch[n] != "back" or (self._slots[n] and self._phone[n] == "here")}
        return Returns(self._count("back"), self._count("lost"), tuple(sorted(held.union(lost))), lost)

    def _count(self, place: str) -> int:
        return sum(phones for slot, phones in self._slots.items() if self._phone[slot] == place)


class Stowed(Struct, frozen=True):
    """What a visit has stowed, and how it ended, before its numbers are cleared.

    ``returned``: an estimate of an earlier release ended the visit, which took everything for returned.
    ``out_with_owner``: the visit ended during a break, so that its phones were not here.
    """

    stow: str
    numbers: tuple[int, ...]
    phones: int
    returned: bool
    out_with_owner: bool


def fold_returns(facts: Iterable[Event], stowed: Stowed) -> Returns:
    """Fold the facts of one visit, in order."""
    return _fold(facts, stowed).result()


def fold_slots(facts: Iterable[Event], stowed: Stowed) -> tuple[SlotState, ...]:
    """The same for each number."""
    return _fold(facts, stowed).slots()


def _fold(facts: Iterable[Event], stowed: Stowed) -> _Slots:
    state = _Slots(stowed.stow, stowed.numbers, stowed.phones, returned=stowed.returned)
    if stowed.out_with_owner:
        state.all_returned(phones_only=True)
    for event in facts:
        match event:
            case events.VisitCheckedOut() if not event.estimated or isinstance(event.closeout, UnsetType):
                state.party_left()
            case events.LockerUnlocked(numbers=watched):
                state.watch(watched)
            case events.LockerDoor(number=number, seen=seen):
                state.door_seen(number, seen)
            case events.PhoneTaken(early=True):
                state.all_returned(phones_only=True)
            case events.PhoneCleared():
                state.phones_cleared(event)
            case events.StowCleared(numbers=cleared):
                state.move_pouches(cleared, "back")
            case events.StowLost(numbers=cleared):
                state.move_pouches(cleared, "lost")
            case events.StowFound(numbers=cleared):
                state.move_pouches(cleared, "back")
    return state


KINDS = (
    events.VisitCheckedOut,
    events.PhoneTaken,
    events.PhoneCleared,
    events.StowCleared,
    events.StowLost,
    events.StowFound,
    events.LockerUnlocked,
    events.LockerDoor,
)
