"""A simulated receipt printer: prints on paper that can be looked at, answers how it is, and has a printer's faults."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from kiosk.devices.simulators.console import Button
from kiosk.devices.simulators.escpos_paper import EscPosPaper

IDLE = 60.0  # seconds between calls of ``tick``
DLE_EOT = b"\x10\x04"
ANSWER = 0x12  # without any bit set that tells of trouble
CLEAR_BUFFERS = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")
COVER, PAPER_STOP, ERROR = 0x04, 0x20, 0x40  # of the answer to query 2
NEAR_END, END = 0x0C, 0x60  # of the answer to query 4


class SimulatedPrinter:
    """A printer with paper that is ``width`` dots wide; ``folder``: where each slip is saved, if anywhere."""

    write: Callable[[bytes], None]

    def __init__(self, width: int = 384, folder: Path | None = None) -> None:
        self.paper = EscPosPaper(width)
        self.folder = folder
        self.is_on = True
        self.is_mute = False  # prints, but answers no query, as cheap ones do
        self.paper_left: int | None = None  # bytes until it is out of paper; None: enough
        self.is_near_end = False
        self.is_cover_open = False
        self.has_error = False
        self._begun = b""  # of a real-time command
        self._held = bytearray()  # received, not printed: a real one prints it when it can go on

    @property
    def slips(self) -> list[Image.Image]:
        """The pieces of paper that have come out, cut."""
        return self.paper.cut_slips

    @property
    def is_out_of_paper(self) -> bool:
        """Whether it has stopped for want of paper."""
        return self.paper_left == 0

    def receive(self, data: bytes, now: float) -> None:
        """Answer queries at once, and print the rest."""
        if not self.is_on:
            return
        for byte in data:
            self._take(bytes([byte]))
        self._print_held()

    def tick(self, now: float) -> float:
        """Go on printing after a trouble."""
        if self.is_on:
            self._print_held()
        else:
            self._held.clear()  # its memory is empty when it is switched on again
        return now + IDLE

    def _take(self, byte: bytes) -> None:
        """Take a byte: of a real-time command, which acts before what was sent earlier, or of what is printed."""
        self._begun += byte
        if self._begun == CLEAR_BUFFERS:
            self._held.clear()
            self.paper.clear()
        elif self._begun[: len(DLE_EOT)] == DLE_EOT and len(self._begun) > len(DLE_EOT):
            self._answer(self._begun[-1])
        elif any(command.startswith(self._begun) for command in (DLE_EOT, CLEAR_BUFFERS)):
            return
        else:
            self._held += self._begun
        self._begun = b""

    def _answer(self, query: int) -> None:
        if self.is_mute:
            return
        causes = (COVER * self.is_cover_open) | (PAPER_STOP * self.is_out_of_paper) | (ERROR * self.has_error)
        paper = (END * self.is_out_of_paper) | (NEAR_END * (self.is_near_end or self.is_out_of_paper))
        self.write(bytes([ANSWER | {2: causes, 4: paper}.get(query, 0)]))

    @property
    def _has_stopped(self) -> bool:
        return self.is_out_of_paper or self.is_cover_open or self.has_error

    def _print_held(self) -> None:
        while self._held and not self._has_stopped:
            if self.paper_left is not None:
                self.paper_left -= 1
            before, done = len(self.slips), self.paper.done_requests
            self.paper.feed(bytes([self._held.pop(0)]))
            if self.paper.done_requests > done and not self.is_mute:
                self.write(b"\x00")
            if self.folder and len(self.slips) > before:
                self.slips[-1].save(self.folder / f"slip-{len(self.slips)}.png")

    def buttons(self) -> list[Button]:
        """What a person can do to it."""
        return [
            Button("save the last slip", self._save, "FILE.png"),
            Button("open the cover, or close it", lambda _: self._switch("is_cover_open")),
            Button("say that paper is low, or that it is not", lambda _: self._switch("is_near_end")),
            Button("run out of paper", lambda _: self._set_paper(0)),
            Button("run out of paper in the middle of the next slip", lambda _: self._set_paper(120)),
            Button("put in a new roll", lambda _: self._set_paper(None)),
            Button("switch it off, or on", lambda _: self._switch("is_on")),
            Button("answer no queries, or answer again", lambda _: self._switch("is_mute")),
            Button("report an error, or none", lambda _: self._switch("has_error")),
        ]

    def _switch(self, name: str) -> None:
        setattr(self, name, not getattr(self, name))

    def _set_paper(self, left: int | None) -> None:
        self.paper_left = left

    def _save(self, file: str) -> None:
        if self.slips:
            self.slips[-1].save(file)
