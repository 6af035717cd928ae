"""Scanners on a serial port: splits what they send into codes, and codes into events."""

from kiosk.devices.driver import NEVER, LineSettings, Report
from kiosk.rules.device_commands import DeviceCommand
from kiosk.rules.device_events import DeviceEvent, SlipScanned, UnreadableScan
from kiosk.rules.device_settings import ScannerSettings
from kiosk.rules.device_states import Condition, DeviceKind
from kiosk.rules.slips import Slip, is_slip_code

LONGEST = 512  # bytes of a code; more is noise
PAUSE = 0.08  # seconds after which a code without a suffix is complete
ENDS = b"\r\n"
FRAMING = "\x02\x03"  # STX and ETX, which some put around a code


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
    text = text.upper()
    return SlipScanned(Slip((text,))) if is_slip_code(text) else UnreadableScan()


class ScannerDriver:
    """Reports each code that a scanner reads. It never writes to a scanner: how it is set up is its manual's matter."""

    kind: DeviceKind = "scanner"
    condition = Condition.UNKNOWN  # it sends nothing until something is scanned

    def __init__(self, settings: ScannerSettings, report: Report) -> None:
        self.line = LineSettings(settings.baud)
        self.wake_at = NEVER
        self._ends_by_pause = settings.ends_by_pause
        self._report = report
        self._splitter = CodeSplitter()

    def connected(self, now: float) -> None:
        """Forget a partial code."""
        self._splitter.clear()

    def disconnected(self, now: float) -> None:
        """Forget a partial code."""
        self._splitter.clear()
        self.wake_at = NEVER

    def accepts(self, command: DeviceCommand) -> bool:
        """A scanner takes no commands."""
        return False

    def handle(self, command: DeviceCommand, now: float) -> None:
        """A scanner takes no commands."""

    def receive(self, data: bytes, now: float) -> None:
        """Report the codes that these bytes complete."""
        for code in self._splitter.feed(data):
            self._report(parse_code(code))
        self.wake_at = now + PAUSE if self._ends_by_pause and self._splitter.is_partial else NEVER

    def output(self, now: float) -> bytes:
        """End a code without a suffix after the pause; there is never anything to write."""
        if now >= self.wake_at:
            self.wake_at = NEVER
            for code in self._splitter.end():
                self._report(parse_code(code))
        return b""
