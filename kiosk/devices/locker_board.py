"""Locker boards of the "8A" family: opens doors one at a time and watches them.

One transaction is in flight on the bus. A command to open is written once and never repeated by the driver: whether the
door opened is asked of the board, and another attempt is somebody's decision.
"""

from collections import deque
from dataclasses import dataclass, field

from kiosk.devices import locker_frames
from kiosk.devices.door_feedback import DoorFeedback
from kiosk.devices.driver import NEVER, LineSettings, Report
from kiosk.devices.locker_frames import QUERY, UNLOCK, BoardStates, ChannelStatus, LockerFrame
from kiosk.rules.device_commands import CancelOpening, DeviceCommand, OpenLocker, TestDevice
from kiosk.rules.device_events import (
    BoardAnswers,
    BoardSilent,
    DoorClosed,
    DoorLeftOpen,
    DoorOpened,
    DoorStuck,
    DoorUnsteady,
)
from kiosk.rules.device_settings import LockerBoardSettings
from kiosk.rules.device_states import Condition, DeviceKind

REPLY_TIMEOUT = 1.5  # seconds; an unlocking board answers after about 0.5 (Open-Locker)
QUIET = 0.025  # seconds of silence that end a frame
MOST_NOISE = 1.0  # seconds without silence after which the next request is written all the same
GAP = 0.005  # seconds between a reply and the next request
PULSE_GAP = 0.5  # seconds between two openings on a bus, for solenoids and their power supply
POLL_SOON, POLL, POLL_SILENT = 0.25, 1.0, 5.0  # seconds between queries: a door is awaited; usually; no answer
OPEN_WITHIN = 3.0  # seconds after a command within which the door must have been seen open
SILENT_AFTER = 2  # queries in a row without an answer


@dataclass
class _Board:
    """A board of the bus. ``open_since``: by channel, the doors that are open; None: it has not answered.

    ``feedback``: by channel; it outlives a silence of the board, so that a loose plug brings no fact each time.
    """

    address: int
    first: int  # number of its first locker
    open_since: dict[int, float] | None = None
    is_probed: bool = False  # it has answered a query of one channel, which can't be an echo
    unanswered: int = 0
    poll_at: float = 0.0
    feedback: dict[int, DoorFeedback] = field(default_factory=dict)


@dataclass(frozen=True)
class _Transaction:
    board: _Board
    request: bytes
    sent_at: float
    channel: int  # 0: all

    @property
    def is_unlock(self) -> bool:
        return self.request[0] == UNLOCK


class LockerBoardDriver:
    """The boards of one bus."""

    kind: DeviceKind = "lockers"

    def __init__(self, settings: LockerBoardSettings, report: Report) -> None:
        self.line = LineSettings(settings.baud)
        self._name = settings.name
        self._numbers = frozenset(settings.numbers)
        self._channels = settings.channels
        self._closed_is_set = settings.feedback == "door_closed"
        self._left_open_after = settings.left_open_after
        self._report = report
        self._boards = [
            _Board(
                address,
                settings.first + place * settings.channels,
                feedback={channel: DoorFeedback() for channel in range(1, settings.channels + 1)},
            )
            for place, address in enumerate(settings.boards)
        ]
        self._is_connected = False
        self._waiting: deque[int] = deque()  # lockers that somebody waits for
        self._of_evacuation: deque[int] = deque()
        self._deadlines: dict[int, float] = {}  # by locker that was told to open: when it must have been seen open
        self._asked: set[int] = set()  # told to open, and not seen open since
        self._left_open: set[int] = set()  # reported as left open, since the board was silent last
        self._left_open_before: set[int] = set()  # the same before it was silent, and not seen closed since
        self._transaction: _Transaction | None = None
        self._has_echo = False  # the adapter returns what is written
        self._received = b""
        self._received_at = 0.0
        self._noise_since = 0.0  # when the first byte of what was received came
        self._ready_at = 0.0  # when the next request may be written
        self._pulse_at = 0.0  # when the next door may be opened
        self._now = 0.0

    @property
    def condition(self) -> Condition:
        """SILENT while any board of the bus does not answer."""
        if any(board.unanswered >= SILENT_AFTER for board in self._boards):
            return Condition.SILENT
        return Condition.READY if all(board.open_since is not None for board in self._boards) else Condition.UNKNOWN

    def connected(self, now: float) -> None:
        """Begin with a query of each board."""
        self._is_connected, self._transaction, self._received = True, None, b""
        self._has_echo = False
        self._ready_at = now
        for board in self._boards:
            board.open_since, board.is_probed, board.unanswered, board.poll_at = None, False, 0, now

    def disconnected(self, now: float) -> None:
        """Report what was not carried out, or not seen to be, and that nothing is known of the doors."""
        self._is_connected, self._transaction, self._received = False, None, b""
        failed = [*self._deadlines, *self._waiting, *self._of_evacuation]
        self._deadlines.clear()
        self._waiting.clear()
        self._of_evacuation.clear()
        self._left_open_before |= self._left_open
        self._left_open.clear()
        for board in self._boards:
            if board.open_since is not None:
                board.open_since = None
                self._report(BoardSilent(self._lockers(board)))
        for number in dict.fromkeys(failed):
            self._report(DoorStuck(number))

    def accepts(self, command: DeviceCommand) -> bool:
        """Whether the locker is on one of these boards."""
        match command:
            case OpenLocker(number) | CancelOpening(number):
                return number in self._numbers
            case TestDevice(name):
                return name == self._name
        return False

    def handle(self, command: DeviceCommand, now: float) -> None:
        """Queue an opening, or drop one of an evacuation; a test asks all boards and opens nothing."""
        match command:
            case OpenLocker(number) if not self._is_connected:
                self._report(DoorStuck(number))
            case OpenLocker(number, is_evacuation):
                queue = self._of_evacuation if is_evacuation else self._waiting
                if number not in queue:
                    queue.append(number)
            case CancelOpening(number):
                if number in self._of_evacuation:
                    self._of_evacuation.remove(number)
            case TestDevice():
                for board in self._boards:
                    board.poll_at = now

    @property
    def wake_at(self) -> float:
        """When a reply is complete or overdue, or the next request may be written."""
        if not self._is_connected:
            return NEVER
        if self._transaction:
            overdue = self._transaction.sent_at + REPLY_TIMEOUT
            return min(overdue, self._received_at + QUIET) if self._received else overdue
        if self._received:
            return min(self._received_at + QUIET, self._noise_since + MOST_NOISE)
        due = min(board.poll_at for board in self._boards)
        if self._waiting or self._of_evacuation:
            due = min(due, self._pulse_at)
        times = [due, *self._deadlines.values(), *self._left_open_times()]
        return max(self._ready_at, min(times))

    def receive(self, data: bytes, now: float) -> None:
        """Collect bytes; a frame is read once the line is quiet."""
        if not self._received:
            self._noise_since = now
        self._received = (self._received + data)[-locker_frames.LONGEST * 2 :]
        self._received_at = now

    def output(self, now: float) -> bytes:
        """Read what has come, report what is overdue, and return the next request."""
        self._now = now
        if self._received and now >= self._received_at + QUIET:
            self._read()
        self._check_times()
        if self._transaction and now >= self._transaction.sent_at + REPLY_TIMEOUT:
            self._end_unanswered(self._transaction)
        if not self._transaction and now >= self._noise_since + MOST_NOISE:
            self._received = b""
        if self._transaction or self._received or now < self._ready_at or not self._is_connected:
            return b""
        return self._next_request()

    # requests

    def _next_request(self) -> bytes:
        queue = self._waiting or self._of_evacuation
        if queue and self._now >= self._pulse_at:
            return self._write_unlock(queue.popleft())
        board = min(self._boards, key=lambda board: board.poll_at)
        if self._now < board.poll_at:
            return b""
        return self._write(board, 0 if board.is_probed else 1)

    def _write_unlock(self, number: int) -> bytes:
        """Also where the feedback says that the door is open already: its wire may be broken."""
        board, channel = self._place(number)
        self._pulse_at = self._now + PULSE_GAP
        self._deadlines[number] = self._now + OPEN_WITHIN
        self._asked.add(number)
        board.feedback[channel].command_sent()
        request = locker_frames.unlock(board.address, channel)
        self._transaction = _Transaction(board, request, self._now, channel)
        return request

    def _write(self, board: _Board, channel: int) -> bytes:
        request = locker_frames.query(board.address, channel)
        self._transaction = _Transaction(board, request, self._now, channel)
        return request

    def _place(self, number: int) -> tuple[_Board, int]:
        for board in self._boards:
            if 0 <= number - board.first < self._channels:
                return board, number - board.first + 1
        raise LookupError(f"locker {number} is on no board of {self._name}")

    # replies

    def _read(self) -> None:
        transaction, data = self._transaction, self._received
        if transaction:
            data = self._without_echo(transaction, data)
        wants_states = bool(transaction and not transaction.is_unlock and transaction.channel == 0)
        frames, _ = locker_frames.find_frames(data, wants_states)
        if transaction and not frames:
            self._received_at = NEVER  # perhaps the beginning of a reply: it is read again when more comes
            return
        self._received = b""
        for frame in frames:
            self._handle_frame(frame)

    def _without_echo(self, transaction: _Transaction, data: bytes) -> bytes:
        """Remove the request where the adapter returns it.

        Only a query of one channel tells: its echo can't be a reply, while the echo of an unlock is one, byte by byte,
        and so is that of a query of all channels where a board has eight.
        """
        request = transaction.request
        if request not in data:
            return data
        if not transaction.is_unlock and transaction.channel:
            self._has_echo = True
        return data.replace(request, b"", 1) if self._has_echo else data

    def _handle_frame(self, frame: LockerFrame) -> None:
        transaction = self._transaction
        match frame:
            case BoardStates(board=address) if transaction and transaction.board.address == address:
                self._end_transaction(transaction.board)
                self._take_states(transaction.board, frame)
            case ChannelStatus(first, address, channel) if self._is_reply(first, address, channel):
                assert transaction is not None
                # the status is not relied on: all doors are asked about next
                transaction.board.is_probed = transaction.board.is_probed or first == QUERY
                self._end_transaction(transaction.board)
                transaction.board.poll_at = self._now
            case ChannelStatus(locker_frames.FEEDBACK, address):
                for board in self._boards:
                    if board.address == address and board.is_probed:
                        board.poll_at = self._now

    def _is_reply(self, first: int, address: int, channel: int) -> bool:
        transaction = self._transaction
        if transaction is None or transaction.request[0] != first:
            return False
        return (transaction.board.address, transaction.channel) == (address, channel) and channel > 0

    def _end_transaction(self, board: _Board) -> None:
        self._transaction = None
        self._ready_at = self._now + GAP
        board.unanswered = 0

    def _end_unanswered(self, transaction: _Transaction) -> None:
        board = transaction.board
        self._transaction, self._received = None, b""
        self._ready_at = self._now + QUIET
        if transaction.is_unlock:  # the board may have opened the door all the same: ask
            board.poll_at = self._now
            return
        board.unanswered += 1
        is_silent = board.unanswered >= SILENT_AFTER
        board.poll_at = self._now + (POLL_SILENT if is_silent else 0)
        if board.unanswered == SILENT_AFTER:
            board.open_since, board.is_probed = None, False
            self._left_open_before |= self._left_open.intersection(self._lockers(board))
            self._left_open.difference_update(self._lockers(board))
            self._report(BoardSilent(self._lockers(board)))

    def _take_states(self, board: _Board, states: BoardStates) -> None:
        are_open = {channel: states.is_set(channel) != self._closed_is_set for channel in board.feedback}
        if board.open_since is None:
            self._take_first(board, are_open)
        else:
            for channel, is_open in are_open.items():
                self._take_state(board, channel, is_open, board.open_since)
        is_awaited = any(number in self._deadlines for number in self._lockers(board))
        is_pending = any(feedback.is_pending for feedback in board.feedback.values())
        board.poll_at = self._now + (POLL_SOON if is_awaited or is_pending or board.open_since else POLL)

    def _take_first(self, board: _Board, are_open: dict[int, bool]) -> None:
        """Report all doors of a board that answers for the first time, or again."""
        believed = [channel for channel in are_open if board.feedback[channel].first_read(are_open[channel], self._now)]
        board.open_since = {channel: self._now for channel in believed if are_open[channel]}
        open_numbers = tuple(board.first + channel - 1 for channel in board.open_since)
        self._report(BoardAnswers(tuple(board.first + channel - 1 for channel in believed), open_numbers))
        for channel in are_open:
            if channel not in board.open_since:
                self._left_open_before.discard(board.first + channel - 1)
            if channel not in believed:
                self._report(DoorUnsteady(board.first + channel - 1))
        for number in open_numbers:
            self._report_if_asked(number)

    def _take_state(self, board: _Board, channel: int, is_open: bool, open_since: dict[int, float]) -> None:
        """A door that was told to open is reported as open also where it was open before."""
        feedback, number = board.feedback[channel], board.first + channel - 1
        match feedback.read(is_open, self._now):
            case "opened":
                open_since[channel] = self._now
                if number not in self._asked:
                    self._report(DoorOpened(number, is_asked=False))
            case "closed":
                open_since.pop(channel, None)
                self._left_open.discard(number)
                self._left_open_before.discard(number)
                self._report(DoorClosed(number))
            case "unsteady":
                open_since.pop(channel, None)
                self._left_open.discard(number)
                self._left_open_before.discard(number)
                self._report(DoorUnsteady(number))
            case "steady":
                if is_open:
                    open_since[channel] = self._now
                self._report(BoardAnswers((number,), (number,) if is_open else ()))
        if is_open and feedback.is_open and not feedback.is_unsteady:
            self._report_if_asked(number)

    def _report_if_asked(self, number: int) -> None:
        if number in self._asked:
            self._asked.discard(number)
            self._deadlines.pop(number, None)
            self._report(DoorOpened(number))

    # times

    def _check_times(self) -> None:
        for number in [number for number, deadline in self._deadlines.items() if self._now >= deadline]:
            del self._deadlines[number]
            board, channel = self._place(number)
            if board.feedback[channel].is_unsteady:  # it may have opened
                self._asked.discard(number)
                self._report(DoorUnsteady(number))
            else:
                self._report(DoorStuck(number))
        for board in self._boards:
            for channel, since in (board.open_since or {}).items():
                number = board.first + channel - 1
                if number not in self._left_open and self._now >= since + self._left_open_after:
                    self._left_open.add(number)
                    self._report(DoorLeftOpen(number, is_again=number in self._left_open_before))

    def _left_open_times(self) -> list[float]:
        return [
            since + self._left_open_after
            for board in self._boards
            for channel, since in (board.open_since or {}).items()
            if board.first + channel - 1 not in self._left_open
        ]

    def _lockers(self, board: _Board) -> tuple[int, ...]:
        return tuple(range(board.first, board.first + self._channels))
