"""Simulated locker boards of the "8A" family on one bus, with doors that a person opens, closes and breaks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kiosk.devices.locker_frames import ASK, PULSE, QUERY, SHORT, UNLOCK, bcc, with_bcc
from kiosk.devices.simulators.console import Button

NOISE = b"\xff\x00\x8a\x80\x13"


@dataclass
class SimulatedDoor:
    """A door, its lock and its feedback wire."""

    is_open: bool = False
    is_jammed: bool = False  # the lock clicks, and the door stays closed
    wire: bool | None = None  # what a broken feedback wire reports as open; None: it is whole
    pulses: int = 0  # how often its lock was opened


@dataclass
class SimulatedLockerBoards:
    """The boards of a bus. ``closed_status``: what a closed door reports; 0x11 or, wired the other way, 0x00."""

    addresses: Sequence[int] = (1,)
    channels: int = 8
    state_bytes: int = 1
    closed_status: int = 0x11
    has_power: bool = True
    echoes: bool = False  # the adapter returns what the kiosk writes
    is_noisy: bool = False  # noise before each reply
    dies_after_pulse: bool = False  # the power is cut between opening a door and its reply
    doors: dict[tuple[int, int], SimulatedDoor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.doors = {
            (address, channel): SimulatedDoor() for address in self.addresses for channel in range(1, self.channels + 1)
        }
        self._received = b""
        self.write: Callable[[bytes], None] = lambda data: None

    def door(self, number: int) -> SimulatedDoor:
        """The door of a locker, numbered from 1 over all boards."""
        board, channel = divmod(number - 1, self.channels)
        return self.doors[self.addresses[board], channel + 1]

    def receive(self, data: bytes, now: float) -> None:
        """Answer each complete request; bytes that are none are skipped."""
        if self.echoes:
            self.write(data)
        self._received += data
        while len(self._received) >= SHORT:
            frame = self._received[:SHORT]
            if frame[0] in (QUERY, UNLOCK) and frame[4] == bcc(frame[:4]):
                self._received = self._received[SHORT:]
                self._answer(*frame[:4])
            else:
                self._received = self._received[1:]

    def tick(self, now: float) -> float:
        """Nothing is due by itself."""
        return now + 60

    def _answer(self, first: int, address: int, channel: int, last: int) -> None:
        if not self.has_power or address not in self.addresses:
            return
        if first == UNLOCK and last == PULSE and channel:
            door = self.doors[address, channel]
            door.pulses += 1
            door.is_open = door.is_open or not door.is_jammed
            if self.dies_after_pulse:
                self.has_power = False
                return
            self._reply(with_bcc(UNLOCK, address, channel, self._status(address, channel)))
        elif first == QUERY and last == ASK and channel:
            self._reply(with_bcc(QUERY, address, channel, self._status(address, channel)))
        elif first == QUERY and last == ASK:
            bits = sum(
                1 << (number - 1) for number in range(1, self.channels + 1) if self._status(address, number) == 0x11
            )
            self._reply(with_bcc(QUERY, address, *bits.to_bytes(self.state_bytes, "big"), ASK))

    def _status(self, address: int, channel: int) -> int:
        door = self.doors[address, channel]
        is_open = door.is_open if door.wire is None else door.wire
        return 0x11 - self.closed_status if is_open else self.closed_status

    def _reply(self, frame: bytes) -> None:
        self.write(NOISE + frame if self.is_noisy else frame)

    def buttons(self) -> Sequence[Button]:
        """What a person can do to the boards and their doors."""
        return _buttons(self)


def _buttons(boards: SimulatedLockerBoards) -> list[Button]:

    def on_door(change: Callable[[SimulatedDoor], None]) -> Callable[[str], None]:
        def press(text: str) -> None:
            if text.isdecimal() and 0 < int(text) <= len(boards.doors):
                change(boards.door(int(text)))

        return press

    def set_door(name: str, value: object) -> Callable[[str], None]:
        return on_door(lambda door: setattr(door, name, value))

    def set_boards(name: str, value: object) -> Callable[[str], None]:
        return lambda _: setattr(boards, name, value)

    return [
        Button("open a door by its key", set_door("is_open", True), "NUMBER"),
        Button("close a door", set_door("is_open", False), "NUMBER"),
        Button("jam a door", set_door("is_jammed", True), "NUMBER"),
        Button("free a jammed door", set_door("is_jammed", False), "NUMBER"),
        Button("break a door's wire: always open", set_door("wire", True), "NUMBER"),
        Button("break a door's wire: always closed", set_door("wire", False), "NUMBER"),
        Button("mend a door's wire", set_door("wire", None), "NUMBER"),
        Button("let the adapter echo", set_boards("echoes", True)),
        Button("no echo", set_boards("echoes", False)),
        Button("wire the feedback the other way", set_boards("closed_status", 0x00)),
        Button("cut the boards' power", set_boards("has_power", False)),
        Button("give the boards power", set_boards("has_power", True)),
        Button("noise on the line", set_boards("is_noisy", True)),
        Button("no noise", set_boards("is_noisy", False)),
    ]
