"""A simulated code scanner: sends what is scanned, as a real one would, and its faults."""

from collections.abc import Callable

from kiosk.devices.simulators.console import Button

IDLE = 60.0  # seconds between calls of ``tick``
SUFFIXES = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "none": b""}
NOISE = bytes((37 * place + 11) % 256 for place in range(4096))
REPLY = bytes.fromhex("02 00 00 01 00 33 31")  # of a GM65, to a command of its set-up program
SYMBOLOGY = b"]Q1"  # of a QR code, by ISO/IEC 15424


class SimulatedScanner:
    """A scanner that sends each code as soon as it is scanned, with the suffix that is set."""

    write: Callable[[bytes], None]

    def __init__(self, suffix: bytes = b"\r") -> None:
        self.suffix = suffix

    def receive(self, data: bytes, now: float) -> None:
        """A scanner that triggers by itself takes no commands."""

    def tick(self, now: float) -> float:
        """Nothing is due by itself."""
        return now + IDLE

    def scan(self, code: str) -> None:
        """Read a code."""
        self.write(code.encode() + self.suffix)

    def buttons(self) -> list[Button]:
        """What a person can do to it."""
        return [
            Button("scan a code", self.scan, "CODE"),
            Button("scan a code twice at once", self._scan_twice, "CODE"),
            Button("scan a code with its symbology before it", self._scan_with_symbology, "CODE"),
            Button("scan the first half of a code", lambda code: self.write(code.encode()[: len(code) // 2]), "CODE"),
            Button("scan a code while it answers a command", self._scan_with_reply, "CODE"),
            Button("send 4 KB of noise", lambda _: self.write(NOISE)),
            Button("set the suffix", self._set_suffix, "|".join(SUFFIXES)),
        ]

    def _scan_twice(self, code: str) -> None:
        self.scan(code)
        self.scan(code)

    def _scan_with_symbology(self, code: str) -> None:
        self.write(SYMBOLOGY + code.encode() + self.suffix)

    def _scan_with_reply(self, code: str) -> None:
        data, middle = code.encode(), len(code) // 2
        self.write(data[:middle] + REPLY + data[middle:] + self.suffix)

    def _set_suffix(self, name: str) -> None:
        self.suffix = SUFFIXES.get(name, self.suffix)
