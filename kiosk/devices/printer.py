"""Receipt printers (ESC/POS) on a serial port: prints jobs one after the other, and knows how the printer is.

How it is comes from queries of its own (DLE EOT), each with a time-out: a printer that is off answers nothing, which
is not "plenty of paper". A job is printed once or not at all: what has not begun in time is dropped, and what stopped
in the middle is not tried again, since whoever it was for has gone on with the code on the screen.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.devices import paper_layout
from kiosk.devices.driver import CHUNK, NEVER, LineSettings, Report
from kiosk.rules.device_commands import CancelPaper, DeviceCommand, PrintPaper, TestDevice
from kiosk.rules.device_events import PaperNotPrinted, PaperPrinted
from kiosk.rules.device_settings import PrinterSettings
from kiosk.rules.device_states import Condition, DeviceKind
from kiosk.rules.paper import Paper, PaperLine, PaperRule

DLE_EOT = b"\x10\x04"  # and a number: transmit status now, even while it prints
CAUSES, PAPER = 2, 4  # numbers of the queries: why it is offline; its paper sensors
FIXED, FIXED_VALUE = 0x93, 0x12  # bits that every answer to DLE EOT has
COVER, ERROR = 0x04, 0x40  # of the answer to CAUSES
ENDED_WHILE_PRINTING = 0x20  # likewise
NEAR_END, END = 0x0C, 0x60  # of the answer to PAPER
ASK_DONE = b"\x1dr\x01"  # GS r 1: it answers when what came before is printed
DONE_FIXED = 0x90  # bits that its answer has not
CLEAR_BUFFERS = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")  # DLE DC4, function 8: of Epson's TM printers alone
EPSON = "TM-"  # begins the names of their profiles
EJECT = b"\n\n\n\n\n\n"  # moves a broken slip out, so that the next one does not begin on it

ANSWER_WITHIN = 0.3  # seconds
POLL = 3.0  # seconds between two looks while nothing is printed
LOOK_WHILE_PRINTING = 1.0  # seconds
DONE_WITHIN = 6.0  # seconds; a printer that does not know ASK_DONE is believed then, if it answers to DLE EOT
STOPPED = frozenset({Condition.SILENT, Condition.PAPER_OUT, Condition.COVER_OPEN, Condition.FAULT})
TEST_BEGINS_WITHIN = 5.0  # seconds
TEST = Paper((PaperRule(), PaperLine("Hearth", 2, bold=True), PaperLine("This printer works."), PaperRule()), "")


@dataclass(frozen=True)
class _Waiting:
    """A command that has not begun, and the time after which it is dropped."""

    command: PrintPaper | TestDevice
    until: float

    @property
    def paper(self) -> Paper:
        return self.command.paper if isinstance(self.command, PrintPaper) else TEST


class PrinterDriver:
    """Prints; reports :class:`PaperPrinted` or :class:`PaperNotPrinted` for each job, also for one that is dropped."""

    kind: DeviceKind = "printer"

    def __init__(self, settings: PrinterSettings, report: Report) -> None:
        """Raises UserError where the settings name a profile that does not exist."""
        paper_layout.check_profile(settings.profile)
        self.line = LineSettings(settings.baud, settings.rtscts, settings.xonxoff)
        self.condition = Condition.UNKNOWN
        self.wake_at = NEVER
        self._settings = settings
        self._report = report
        self._is_open = False
        self._waiting: deque[_Waiting] = deque()
        self._printing: _Waiting | None = None
        self._unsent = b""
        self._is_broken = False  # a slip stopped in the middle and is still in the printer
        self._queries: deque[int] = deque()
        self._pending: int | None = None  # the query that is not answered yet
        self._pending_until = NEVER
        self._answers: dict[int, int] = {}
        self._look_at = 0.0  # when to ask again how it is
        self._done_until = NEVER  # until when ASK_DONE is awaited

    def connected(self, now: float) -> None:
        """Reset the printer: another one may be there, or this one stopped in the middle of something."""
        self._is_open = True
        self.condition = Condition.UNKNOWN
        self._unsent = paper_layout.RESET
        self._forget_queries()
        self._look_at = now

    def disconnected(self, now: float) -> None:
        """Drop every job; what has been printed of one stays in the printer."""
        self._is_open = False
        self._is_broken = self._is_broken or self._printing is not None
        for waiting in (*([self._printing] if self._printing else []), *self._waiting):
            self._finish(waiting, is_printed=False)
        self._printing, self._unsent, self._done_until = None, b"", NEVER
        self._waiting.clear()
        self._forget_queries()
        self.wake_at = NEVER

    def accepts(self, command: DeviceCommand) -> bool:
        """Whether it prints that: everything, but of tests only its own."""
        match command:
            case TestDevice(name):
                return name == self._settings.name
            case PrintPaper() | CancelPaper():
                return True
            case _:
                return False

    def handle(self, command: DeviceCommand, now: float) -> None:
        """Queue a job, or drop one that has not begun."""
        match command:
            case CancelPaper(job):
                self._drop([waiting for waiting in self._waiting if _is_job(waiting, job)])
            case PrintPaper() | TestDevice():
                within = command.begin_within if isinstance(command, PrintPaper) else TEST_BEGINS_WITHIN
                self._queue(_Waiting(command, now + within), now)
            case _:
                pass

    def _queue(self, waiting: _Waiting, now: float) -> None:
        if not self._is_open:
            self._finish(waiting, is_printed=False)
            return
        self._waiting.append(waiting)
        if self._printing is None and self._pending is None and not self._queries:
            self._look_at = now  # what was known may be old

    def receive(self, data: bytes, now: float) -> None:
        """Take answers; whatever is none is passed over."""
        for byte in data:
            if self._pending is not None and byte & FIXED == FIXED_VALUE:
                self._answers[self._pending] = byte
                self._pending, self._pending_until = None, NEVER
                if not self._queries:
                    self._conclude()
            elif self._done_until != NEVER and not byte & DONE_FIXED:
                self._end_printing(is_printed=True)

    def output(self, now: float) -> bytes:
        """The next chunk of a job, or the next query."""
        self._drop_late(now)
        if now >= self._pending_until:  # no answer
            self._forget_queries()
            self.condition = Condition.SILENT
            self._conclude_stopped()
        if now >= self._done_until and self._pending is None:
            self._end_printing(is_printed=self.condition not in STOPPED)
        data = self._next_bytes(now)
        next_step = self._pending_until if self._pending is not None else min(self._done_until, self._next_look())
        self.wake_at = min(next_step, self._next_drop())
        return data

    def _next_bytes(self, now: float) -> bytes:
        if self._unsent:
            chunk, self._unsent = self._unsent[:CHUNK], self._unsent[CHUNK:]
            if not self._unsent and self._printing:
                self._all_sent(now)
            return chunk
        if self._pending is not None:
            return b""
        if self._queries:
            self._pending, self._pending_until = self._queries.popleft(), now + ANSWER_WITHIN
            return DLE_EOT + bytes([self._pending])
        if now >= self._look_at and self._settings.answers_status:
            self._look_at = now + (LOOK_WHILE_PRINTING if self._printing else POLL)
            self._queries.extend((CAUSES, PAPER))
            return self._next_bytes(now)
        if self._waiting and not self._printing and self.condition not in STOPPED:
            self._begin()
            return self._next_bytes(now)
        return b""

    def _begin(self) -> None:
        self._printing = self._waiting.popleft()
        self._unsent = paper_layout.lay_out(self._printing.paper, self._settings)
        if self._is_broken:
            self._unsent = paper_layout.RESET + EJECT + self._unsent
            self._is_broken = False
        if self._settings.answers_status:
            self._unsent += ASK_DONE

    def _all_sent(self, now: float) -> None:
        if self._settings.answers_status:
            self._done_until, self._look_at = now + DONE_WITHIN, now + LOOK_WHILE_PRINTING
        else:
            self._end_printing(is_printed=True)

    def _conclude(self) -> None:
        """Tell from the answers how the printer is."""
        causes, paper = self._answers.get(CAUSES, 0), self._answers.get(PAPER, 0)
        if causes & COVER:
            self.condition = Condition.COVER_OPEN
        elif causes & ENDED_WHILE_PRINTING or paper & END:
            self.condition = Condition.PAPER_OUT
        elif causes & ERROR:
            self.condition = Condition.FAULT
        else:
            self.condition = Condition.PAPER_LOW if paper & NEAR_END else Condition.READY
        self._conclude_stopped()

    def _conclude_stopped(self) -> None:
        """Drop every job where the printer can't go on."""
        if self.condition not in STOPPED:
            return
        if self._printing and self._done_until != NEVER:
            self._is_broken = True
            if self._settings.profile.startswith(EPSON):
                self._unsent = CLEAR_BUFFERS  # else the rest comes out with the new roll
            self._end_printing(is_printed=False)
        for waiting in self._waiting:
            self._finish(waiting, is_printed=False)
        self._waiting.clear()

    def _end_printing(self, *, is_printed: bool) -> None:
        ended, self._printing, self._done_until = self._printing, None, NEVER
        if ended:
            self._finish(ended, is_printed=is_printed)

    def _finish(self, waiting: _Waiting, *, is_printed: bool) -> None:
        if isinstance(waiting.command, PrintPaper):
            job = waiting.command.job
            self._report(PaperPrinted(job) if is_printed else PaperNotPrinted(job))

    def _drop_late(self, now: float) -> None:
        self._drop([waiting for waiting in self._waiting if waiting.until <= now])

    def _drop(self, dropped: Sequence[_Waiting]) -> None:
        for waiting in dropped:
            self._waiting.remove(waiting)
            self._finish(waiting, is_printed=False)

    def _next_drop(self) -> float:
        return min((waiting.until for waiting in self._waiting), default=NEVER)

    def _next_look(self) -> float:
        return self._look_at if self._settings.answers_status else NEVER

    def _forget_queries(self) -> None:
        self._queries.clear()
        self._answers.clear()
        self._pending, self._pending_until = None, NEVER


def _is_job(waiting: _Waiting, job: object) -> bool:
    return isinstance(waiting.command, PrintPaper) and waiting.command.job == job
