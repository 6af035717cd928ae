"""Scanners on a serial port: splits what they send into codes, and codes into events."""

import re

from kiosk.devices.driver import NEVER, LineSettings, Report
from kiosk.rules.device_commands import DeviceCommand
from kiosk.rules.device_events import DeviceEvent, PairingCodeScanned, PassScanned, SlipScanned, UnreadableScan
from kiosk.rules.device_settings import ScannerSettings
from kiosk.rules.device_states import Condition, DeviceKind
from kiosk.rules.passes import ScannedPass
from kiosk.rules.slips import Slip, is_slip_code
from sync.pairing_tokens import read_pairing_text
from sync.pass_tokens import PASS_TEXT

LONGEST = 512  # bytes of a code; more is noise
PAUSE = 0.08  # seconds after which a code without a suffix is complete
STILL_THERE = 3.0  # seconds: the same code again so soon is the same code, held before the scanner
ENDS = b"\r\n"
FRAMING = "\x02\x03"  # STX and ETX, which some put around a code
SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")  # which some put before a code: "]Q1" (ISO/IEC 15424)
REPLY_START = b"\x02\x00"  # of a GM65's answer to a command: no code has these bytes
REPLY_STATUS_AND_LENGTH = 2  # bytes; then the data, then a checksum
REPLY_CHECKSUM = 2  # bytes
LONGEST_REPLY = 16  # bytes of data; more is noise


class ReplyFilter:
    """Removes a GM65's answers to commands (02 00, status, length, data, checksum), which come between its codes.

    Something else may have commanded it, such as its own set-up program; its frames are in docs/devices.md.
    """

    def __init__(self) -> None:
        self._frame = bytearray()  # the answer so far; REPLY_START's first byte may also begin a code

    def clear(self) -> None:
        """Forget a partial answer."""
        self._frame.clear()

    def feed(self, data: bytes) -> bytes:
        """The bytes that are no answer's."""
        codes = bytearray()
        for byte in data:
            self._frame.append(byte)
            if not self._could_be_reply():
                codes += self._frame
                self._frame.clear()
            elif self._is_complete():
                self._frame.clear()
        return bytes(codes)

    def _could_be_reply(self) -> bool:
        frame = self._frame
        begins = REPLY_START.startswith(frame[: len(REPLY_START)])
        return begins and (len(frame) <= len(REPLY_START) + 1 or frame[len(REPLY_START) + 1] <= LONGEST_REPLY)

    def _is_complete(self) -> bool:
        header = len(REPLY_START) + REPLY_STATUS_AND_LENGTH
        return len(self._frame) >= header and len(self._frame) == header + self._frame[header - 1] + REPLY_CHECKSUM


class CodeSplitter:
    """Splits bytes into codes at CR or LF, or at a pause. Longer ones than LONGEST are unreadable as a whole."""

    def __init__(self) -> None:
        self._code = bytearray()
        self._is_too_long = False

    @property
    def is_partial(self) -> bool:
        """Whether a code has begun."""
        return bool(self._code) or self._is_too_long

    def clear(self) -> None:
        """Forget what has begun."""
        self._code.clear()
        self._is_too_long = False

    def feed(self, data: bytes) -> list[bytes | None]:
        """The codes that these bytes complete, in order; None: an unreadable one."""
        codes: list[bytes | None] = []
        for byte in data:
            if byte in ENDS:
                codes += self.end()
            elif len(self._code) < LONGEST:
                self._code.append(byte)
            else:
                self._is_too_long = True
        return codes

    def end(self) -> list[bytes | None]:
        """The code that has begun, which is complete; none where none has begun."""
        if not self.is_partial:
            return []
        code = None if self._is_too_long else bytes(self._code)
        self.clear()
        return [code]


def parse_code(code: bytes | None) -> DeviceEvent:
    """The event of a code; None: an unreadable one."""
    try:
        text = (code or b"").decode("ascii").strip(FRAMING)
    except UnicodeDecodeError:
        return UnreadableScan()
    if symbology := SYMBOLOGY.match(text):
        text = text[symbology.end() :]
    text = text.upper()
    if is_slip_code(text):
        return SlipScanned(Slip((text,)))
    if pairing := read_pairing_text(text):
        return PairingCodeScanned(*pairing)
    return PassScanned(ScannedPass((text,))) if PASS_TEXT.fullmatch(text) else UnreadableScan()


class ScannerDriver:
    """Reports each code that a scanner reads, once while it stays before the scanner.

    It never writes to a scanner: how it is set up is its manual's matter.
    """

    kind: DeviceKind = "scanner"
    condition = Condition.UNKNOWN  # it sends nothing until something is scanned

    def __init__(self, settings: ScannerSettings, report: Report) -> None:
        self.line = LineSettings(settings.baud)
        self.wake_at = NEVER
        self._ends_by_pause = settings.ends_by_pause
        self._report = report
        self._replies = ReplyFilter()
        self._splitter = CodeSplitter()
        self._last: tuple[bytes | None, float] = b"", -STILL_THERE  # code, and when it was read

    def connected(self, now: float) -> None:
        """Forget a partial code."""
        self._forget_partial()

    def disconnected(self, now: float) -> None:
        """Forget a partial code."""
        self._forget_partial()
        self.wake_at = NEVER

    def accepts(self, command: DeviceCommand) -> bool:
        """A scanner takes no commands."""
        return False

    def handle(self, command: DeviceCommand, now: float) -> None:
        """A scanner takes no commands."""

    def receive(self, data: bytes, now: float) -> None:
        """Report the codes that these bytes complete."""
        for code in self._splitter.feed(self._replies.feed(data)):
            self._handle_code(code, now)
        self.wake_at = now + PAUSE if self._ends_by_pause and self._splitter.is_partial else NEVER

    def output(self, now: float) -> bytes:
        """End a code without a suffix after the pause; there is never anything to write."""
        if now >= self.wake_at:
            self.wake_at = NEVER
            for code in self._splitter.end():
                self._handle_code(code, now)
        return b""

    def _handle_code(self, code: bytes | None, now: float) -> None:
        last, read_at = self._last
        self._last = code, now
        if code != last or now - read_at >= STILL_THERE:
            self._report(parse_code(code))

    def _forget_partial(self) -> None:
        self._replies.clear()
        self._splitter.clear()
