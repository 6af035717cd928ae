"""Records of lockers that a board opens: their doors, and what of them needs a hand."""

from dataclasses import dataclass
from typing import Literal

from kiosk.rules.locker_wall import Door

Trouble = Literal["stuck", "left_open", "unknown", "unsteady"]


@dataclass(frozen=True)
class LockerTrouble:
    """A locker that a host should look at. ``unknown``: what lies in it is not known, as after a power cut."""

    number: int
    what: Trouble


@dataclass(frozen=True)
class LockerState:
    """A locker on a board, as hosts see it."""

    number: int
    door: Door
    is_held: bool  # by a visit


@dataclass(frozen=True)
class LockerList:
    """All lockers on boards, and where the mechanical key hangs."""

    lockers: tuple[LockerState, ...]
    key_at: str = ""
