"""The frames of locker boards of the "8A" family, without I/O.

A frame ends with BCC, the XOR of all bytes before it. Source: Open-Locker, locker-client/docs/rs485-lock-board.md; the
vectors in tests/kiosk/devices/test_locker_frames.py were computed or captured (docs/devices.md).
"""

from dataclasses import dataclass
from functools import reduce
from operator import xor

UNLOCK, QUERY, FEEDBACK = 0x8A, 0x80, 0x82  # first bytes; FEEDBACK: unsolicited, of some boards
PULSE, ASK = 0x11, 0x33  # last bytes before BCC of the requests
STATUSES = (0x00, 0x11)  # which of them is an open door depends on the wiring
SHORT = 5  # bytes of every frame but the reply to a query of all channels
MOST_STATES = 8  # bytes of states, eight channels in each, the highest first
LONGEST = 64  # bytes that are kept while no frame is in them; more is noise


@dataclass(frozen=True)
class ChannelStatus:
    """A reply about one channel, or (``first`` FEEDBACK) a board's own report."""

    first: int  # UNLOCK, QUERY or FEEDBACK
    board: int
    channel: int
    status: int  # one of STATUSES


@dataclass(frozen=True)
class BoardStates:
    """The reply to a query of all channels."""

    board: int
    bits: int  # bit 0 is channel 1

    def is_set(self, channel: int) -> bool:
        """Whether this channel's status is 0x11."""
        return bool(self.bits >> (channel - 1) & 1)


LockerFrame = ChannelStatus | BoardStates


def bcc(data: bytes) -> int:
    """The check byte of a frame."""
    return reduce(xor, data, 0)


def with_bcc(*data: int) -> bytes:
    """These bytes and their check byte."""
    return bytes((*data, bcc(bytes(data))))


def unlock(board: int, channel: int) -> bytes:
    """The request to open one door. Channel 0, which opens all at once, is refused: ValueError."""
    if channel < 1:
        raise ValueError("channel 0 would open every door of the board at once")
    return with_bcc(UNLOCK, board, channel, PULSE)


def query(board: int, channel: int = 0) -> bytes:
    """The request for the state of one door; channel 0: of all."""
    return with_bcc(QUERY, board, channel, ASK)


def find_frames(data: bytes, wants_states: bool) -> tuple[list[LockerFrame], bytes]:
    """The frames in these bytes, with noise skipped, and the bytes after them, of which a frame may have begun.

    ``wants_states``: a query of all channels is in flight. Its reply can look like another frame, and its own request
    looks like the reply of a board with eight closed doors: so the caller has to say what it waits for.
    """
    frames: list[LockerFrame] = []
    at = rest = 0
    while at < len(data):
        match = _frame_at(data, at, wants_states)
        if match is None:
            at += 1
            continue
        frame, at = match
        rest = at
        frames.append(frame)
    return frames, data[rest:][-LONGEST:]


def _frame_at(data: bytes, at: int, wants_states: bool) -> tuple[LockerFrame, int] | None:
    if wants_states and data[at] == QUERY:
        return _states_at(data, at)
    end = at + SHORT
    if end > len(data) or data[at] not in (UNLOCK, QUERY, FEEDBACK):
        return None
    first, board, channel, status, check = data[at:end]
    if status not in STATUSES or check != bcc(data[at : end - 1]):
        return None
    return ChannelStatus(first, board, channel, status), end


def _states_at(data: bytes, at: int) -> tuple[BoardStates, int] | None:
    """The reply that ends where the bytes end, else the shortest: how many bytes of states it has is the board's."""
    ends = [at + 4 + count for count in range(1, MOST_STATES + 1) if _is_states(data[at : at + 4 + count], count)]
    if not ends:
        return None
    end = len(data) if len(data) in ends else ends[0]
    return BoardStates(data[at + 1], int.from_bytes(data[at + 2 : end - 2], "big")), end


def _is_states(frame: bytes, count: int) -> bool:
    return len(frame) == count + 4 and frame[-2] == ASK and frame[-1] == bcc(frame[:-1])
