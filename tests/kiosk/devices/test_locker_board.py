"""The driver of locker boards through simulated hours, with boards that fail in every way that was heard of."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices import door_feedback
from kiosk.devices.door_feedback import DoorFeedback
from kiosk.devices.driver import NEVER
from kiosk.devices.locker_board import PULSE_GAP, LockerBoardDriver
from kiosk.devices.locker_frames import UNLOCK
from kiosk.devices.simulators.locker_board import SimulatedLockerBoards
from kiosk.rules.device_commands import CancelOpening, OpenLocker, TestDevice
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
from kiosk.rules.device_settings import LockerBoardSettings
from kiosk.rules.device_states import Condition

LATENCY = 0.05  # seconds between a request and the board's reply


class Bench:
    """A driver and simulated boards on one line, in simulated time."""

    def __init__(self, settings: LockerBoardSettings, boards: SimulatedLockerBoards) -> None:
        self.now = 100.0
        self.events: list[DeviceEvent] = []
        self.boards = boards
        self.pulses: list[tuple[float, bytes]] = []
        self._arriving: list[tuple[float, bytes]] = []
        self.driver = LockerBoardDriver(settings, self.events.append)
        boards.write = lambda data: self._arriving.append((self.now + LATENCY, data))
        self.driver.connected(self.now)

    def run(self, seconds: float) -> None:
        """Let the driver and the boards work for so long."""
        until = self.now + seconds
        while True:
            while data := self.driver.output(self.now):
                if data[0] == UNLOCK:
                    self.pulses.append((self.now, data))
                self.boards.receive(data, self.now)
            due = min([self.driver.wake_at, *(at for at, _ in self._arriving)])
            if due > until:
                self.now = until
                return
            assert due > self.now - 1e-9
            self.now = max(due, self.now + 1e-6)
            arrived = [data for at, data in self._arriving if at <= self.now]
            self._arriving = [(at, data) for at, data in self._arriving if at > self.now]
            for data in arrived:
                self.driver.receive(data, self.now)

    def open(self, number: int, *, is_evacuation: bool = False) -> None:
        self.driver.handle(OpenLocker(number, is_evacuation), self.now)

    def take_events(self) -> list[DeviceEvent]:
        events = list(self.events)
        self.events.clear()
        return events


def make_bench(**changes: object) -> Bench:
    boards = SimulatedLockerBoards(**changes)  # type: ignore[arg-type]
    settings = LockerBoardSettings(name="wall", boards=tuple(boards.addresses), channels=boards.channels)
    bench = Bench(settings, boards)
    bench.run(3)
    return bench


@pytest.fixture
def bench() -> Bench:
    """One board with eight closed doors that has answered."""
    bench = make_bench()
    assert bench.take_events() == [BoardAnswers(tuple(range(1, 9)), ())]
    return bench


def test_a_door_opens_and_is_closed_again(bench: Bench) -> None:
    bench.open(3)
    bench.run(2)
    assert bench.take_events() == [DoorOpened(3)]
    bench.boards.door(3).is_open = False
    bench.run(2)
    assert bench.take_events() == [DoorClosed(3)]
    assert bench.driver.condition is Condition.READY


def test_hours_without_anybody_bring_no_event_and_no_pulse(bench: Bench) -> None:
    bench.run(3600)
    assert bench.take_events() == [] and bench.pulses == []


def test_a_jammed_door_is_reported_once_and_not_tried_again(bench: Bench) -> None:
    bench.boards.door(2).is_jammed = True
    bench.open(2)
    bench.run(600)
    assert bench.take_events() == [DoorStuck(2)]
    assert bench.boards.door(2).pulses == 1


def test_a_door_that_is_left_open_is_reported_once(bench: Bench) -> None:
    bench.open(1)
    bench.run(600)
    assert bench.take_events() == [DoorOpened(1), DoorLeftOpen(1)]


def test_a_command_is_sent_although_a_broken_wire_says_open(bench: Bench) -> None:
    bench.boards.door(4).wire = True
    bench.run(5)
    assert bench.take_events() == [DoorOpened(4, is_asked=False)]
    bench.open(4)
    bench.run(5)
    assert bench.boards.door(4).pulses == 1 and bench.take_events() == [DoorOpened(4)]


def test_a_wire_that_always_says_closed_makes_a_stuck_door(bench: Bench) -> None:
    bench.boards.door(4).wire = False
    bench.open(4)
    bench.run(10)
    assert bench.take_events() == [DoorStuck(4)]


def test_doors_are_opened_one_by_one_with_a_pause_and_who_waits_comes_first(bench: Bench) -> None:
    for number in range(1, 9):
        bench.open(number, is_evacuation=True)
    bench.run(0.7)
    bench.open(8)
    bench.run(1.0)
    for number in (6, 7):
        bench.driver.handle(CancelOpening(number), bench.now)
    bench.run(20)
    times, requests = zip(*bench.pulses, strict=True)
    assert all(later - earlier >= PULSE_GAP for earlier, later in pairwise(times))
    opened = [request[2] for request in requests]
    assert opened[2] == 8 and 6 not in opened and 7 not in opened


def test_a_power_cut_between_opening_and_reply_never_repeats_the_command(bench: Bench) -> None:
    bench.boards.dies_after_pulse = True
    bench.open(5)
    bench.run(30)
    assert bench.boards.door(5).pulses == 1
    assert set(bench.take_events()) == {BoardSilent(tuple(range(1, 9))), DoorStuck(5)}
    assert bench.driver.condition.needs_hand

    bench.boards.has_power, bench.boards.dies_after_pulse = True, False
    bench.run(10)
    assert bench.take_events() == [BoardAnswers(tuple(range(1, 9)), (5,)), DoorOpened(5)]
    assert bench.boards.door(5).pulses == 1 and not bench.driver.condition.needs_hand


def test_one_silent_board_does_not_silence_the_other() -> None:
    bench = make_bench(addresses=(1, 7))
    bench.take_events()
    bench.boards.addresses = (1,)
    bench.run(10)
    assert bench.take_events() == [BoardSilent(tuple(range(9, 17)))]
    bench.open(1)
    bench.run(5)
    assert bench.take_events() == [DoorOpened(1)]


@pytest.mark.parametrize("state_bytes", [1, 3])
def test_an_echoing_adapter_is_noticed(state_bytes: int) -> None:
    bench = make_bench(echoes=True, state_bytes=state_bytes)
    assert bench.take_events() == [BoardAnswers(tuple(range(1, 9)), ())]
    bench.open(2)
    bench.run(3)
    assert bench.take_events() == [DoorOpened(2)] and bench.boards.door(2).pulses == 1


def test_an_echo_is_no_answer() -> None:
    bench = make_bench(echoes=True, has_power=False)
    bench.run(10)
    assert bench.take_events() == [BoardSilent(tuple(range(1, 9)))] and bench.driver.condition is Condition.SILENT
    bench.open(2)
    bench.run(5)
    assert bench.take_events() == [DoorStuck(2)]


def test_noise_on_the_line_hides_no_reply() -> None:
    bench = make_bench(is_noisy=True, state_bytes=3)
    bench.open(2)
    bench.run(3)
    assert bench.take_events() == [BoardAnswers(tuple(range(1, 9)), ()), DoorOpened(2)]


def test_a_line_that_is_never_quiet_keeps_nobody_waiting(bench: Bench) -> None:
    bench.take_events()
    bench.open(4)

    for _ in range(500):
        bench.driver.receive(b"\x7f", bench.now)
        bench.run(0.01)

    assert DoorStuck(4) in bench.take_events()

    for _ in range(1500):
        bench.driver.receive(b"\x7f", bench.now)
        bench.run(0.01)

    assert bench.driver.condition is Condition.SILENT, "no board can be heard"


def test_wrong_polarity_shows_every_door_as_open() -> None:
    bench = make_bench(closed_status=0x00)
    assert bench.take_events()[0] == BoardAnswers(tuple(range(1, 9)), tuple(range(1, 9)))


def test_what_was_not_carried_out_is_reported_when_the_port_is_gone(bench: Bench) -> None:
    bench.open(1)
    bench.open(2)
    bench.driver.output(bench.now)
    bench.driver.disconnected(bench.now)
    assert bench.take_events() == [BoardSilent(tuple(range(1, 9))), DoorStuck(1), DoorStuck(2)]
    assert bench.driver.wake_at == NEVER
    bench.open(3)
    assert bench.take_events() == [DoorStuck(3)]


def test_only_commands_for_its_lockers_are_accepted(bench: Bench) -> None:
    assert bench.driver.accepts(OpenLocker(8)) and not bench.driver.accepts(OpenLocker(9))
    assert bench.driver.accepts(TestDevice("wall")) and not bench.driver.accepts(TestDevice("door"))
    bench.driver.handle(TestDevice("wall"), bench.now)
    bench.run(2)
    assert bench.pulses == []


def flicker(bench: Bench, number: int, seconds: float, every: float = 0.6) -> None:
    until = bench.now + seconds
    while bench.now < until:
        bench.boards.door(number).wire = not bench.boards.door(number).wire
        bench.run(every)


def test_a_change_counts_when_it_was_read_twice() -> None:
    feedback = DoorFeedback()
    assert feedback.first_read(False, 1.0)
    readings = [True, False, False, True, True, True, False, False]
    seen = [feedback.read(is_open, 2.0 + second) for second, is_open in enumerate(readings)]
    assert seen == [None, None, None, None, "opened", None, None, "closed"]


@pytest.mark.parametrize("every", [0.3, 0.6, 1.1, 2.5, 5.0])
def test_a_flickering_wire_is_reported_once_and_then_not_believed(bench: Bench, every: float) -> None:
    flicker(bench, 3, 1800, every)
    events = bench.take_events()
    assert events.count(DoorUnsteady(3)) == 1 and len(events) <= 20
    bench.open(3)
    bench.run(5)
    assert bench.take_events() == [DoorUnsteady(3)], "nobody knows whether it has opened"
    bench.open(4)
    bench.run(5)
    assert bench.take_events() == [DoorOpened(4)], "the other doors are not concerned"


def test_a_wire_that_is_steady_again_is_believed_again(bench: Bench) -> None:
    flicker(bench, 3, 60)
    bench.boards.door(3).wire = None
    bench.take_events()
    bench.run(600)
    assert bench.take_events() == [BoardAnswers((3,), ())]
    bench.open(3)
    bench.run(2)
    bench.boards.door(3).is_open = False
    bench.run(2)
    assert bench.take_events() == [DoorOpened(3), DoorClosed(3)]


def test_a_door_that_stays_open_while_its_board_comes_and_goes_is_left_open_once(bench: Bench) -> None:
    bench.open(1)
    bench.run(100)
    assert bench.take_events() == [DoorOpened(1), DoorLeftOpen(1)]
    for _ in range(2):
        bench.boards.has_power = False
        bench.run(20)
        bench.boards.has_power = True
        bench.run(100)
    numbers = tuple(range(1, 9))
    assert bench.take_events() == 2 * [BoardSilent(numbers), BoardAnswers(numbers, (1,)), DoorLeftOpen(1, True)]


@settings(deadline=None, max_examples=150)
@given(
    steps=st.lists(st.tuples(st.sampled_from(["read", "first", "open"]), st.booleans(), st.floats(0.2, 400))),
    repeated=st.integers(1, 40),
)
def test_any_feedback_brings_a_bounded_number_of_changes(steps: list[tuple[str, bool, float]], repeated: int) -> None:
    feedback, now, changes, commands = DoorFeedback(), 0.0, 0, 0
    for what, is_open, seconds in steps * repeated:
        now += seconds
        before = feedback.is_open, feedback.is_unsteady
        if what == "read":
            feedback.read(is_open, now)
        elif what == "first":
            feedback.first_read(is_open, now)
        else:
            feedback.command_sent()
            commands += 1
        changes += (feedback.is_open, feedback.is_unsteady) != before
    most = 2 + door_feedback.ALLOWED + door_feedback.BY_COMMAND * commands
    by_time = now / door_feedback.REFILL + (door_feedback.AFTER_STEADY + 2) * now / door_feedback.STEADY
    assert changes <= most + by_time


@settings(deadline=None, max_examples=40)
@given(
    data=st.lists(st.tuples(st.binary(max_size=60), st.floats(0.001, 2)), max_size=15),
    number=st.integers(1, 8),
)
def test_no_bytes_make_it_fail_or_open_a_door_twice(data: list[tuple[bytes, float]], number: int) -> None:
    bench = make_bench()
    bench.open(number)
    for chunk, seconds in data:
        bench.driver.receive(chunk, bench.now)
        bench.run(seconds)
    bench.run(10)
    assert bench.boards.door(number).pulses == 1 and len(bench.pulses) == 1
