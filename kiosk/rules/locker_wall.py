"""What is known of the doors of lockers that boards open: frozen records, folded from the boards' events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from kiosk.rules.device_commands import OpenLocker
from kiosk.rules.device_events import (
    BoardAnswers,
    BoardSilent,
    DeviceEvent,
    DoorClosed,
    DoorLeftOpen,
    DoorOpened,
    DoorStuck,
    DoorUnsteady,
)

Door = Literal["silent", "closed", "opening", "open", "left_open", "stuck", "unsteady"]
NO_DOORS: Mapping[int, Door] = {}


@dataclass(frozen=True)
class LockerWall:
    """The door of each locker that is on a board, by number; lockers without a board are not in it."""

    doors: Mapping[int, Door] = field(default_factory=lambda: NO_DOORS)

    def of_boards(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """Those of these lockers that a board opens."""
        return tuple(number for number in numbers if number in self.doors)

    def can_offer(self, number: int) -> bool:
        """Whether a visitor may get this locker: its board answers and its door is closed, or it has no board."""
        return self.doors.get(number, "closed") == "closed"

    def after_event(self, event: DeviceEvent) -> "LockerWall":
        """The wall after what a board has reported."""
        match event:
            case BoardSilent(numbers):
                return self._with({number: "silent" for number in numbers if self.doors.get(number) != "stuck"})
            case BoardAnswers(numbers, open_numbers):
                return self._with({number: self._answered(number, number in open_numbers) for number in numbers})
            case DoorOpened(number):
                return self._with({number: "open"})
            case DoorClosed(number):
                return self._with({number: "closed"})
            case DoorLeftOpen(number):
                return self._with({number: "left_open"})
            case DoorStuck(number):
                return self._with({number: "stuck"})
            case DoorUnsteady(number):
                return self._with({number: "unsteady"})
        return self

    def after_command(self, command: OpenLocker) -> "LockerWall":
        """The wall after a board was told to open a locker: whether it does is not known yet."""
        return self._with({command.number: "opening"})

    def _answered(self, number: int, is_open: bool) -> Door:
        before = self.doors.get(number)
        if is_open:
            return "open"
        return before if before in ("stuck", "opening") else "closed"

    def _with(self, doors: Mapping[int, Door]) -> "LockerWall":
        known = {number: door for number, door in doors.items() if number in self.doors}
        return replace(self, doors={**self.doors, **known})
