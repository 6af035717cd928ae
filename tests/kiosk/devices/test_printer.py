"""Receipt printers: jobs are printed once or not at all, and the printer's state is what it answers, or silence."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.driver import CHUNK
from kiosk.devices.printer import ANSWER_WITHIN, DONE_WITHIN, POLL, PrinterDriver
from kiosk.devices.simulators.printer import SimulatedPrinter
from kiosk.rules.device_commands import CancelPaper, PrintPaper, TestDevice
from kiosk.rules.device_events import DeviceEvent, PaperNotPrinted, PaperPrinted
from kiosk.rules.device_settings import PrinterSettings
from kiosk.rules.device_states import Condition
from kiosk.rules.paper import Paper, PaperLine, PaperQr

SLIP = Paper((PaperLine("Your pouch"), PaperLine("14", 8), PaperQr("HS2:ABC")), "")


class Desk:
    """A driver with a simulated printer, without a port between them; time is moved by hand."""

    def __init__(self, answers_status: bool = True, profile: str = "default") -> None:
        self.events: list[DeviceEvent] = []
        self.printer = SimulatedPrinter()
        settings = PrinterSettings(name="slips", answers_status=answers_status, profile=profile)
        self.driver = PrinterDriver(settings, self.events.append)
        self.now = 100.0
        self.answers: list[bytes] = []
        self.printer.write = self.answers.append
        self.driver.connected(self.now)
        self.run()

    def run(self, seconds: float = 0.0, chunks: int = 10_000) -> None:
        """Let time pass, exchanging bytes as a port does; at most so many chunks of the driver's."""
        until = self.now + seconds
        while True:
            while chunks and (data := self.driver.output(self.now)):
                chunks -= 1
                assert len(data) <= CHUNK
                self.printer.receive(data, self.now)
                self.deliver()
            if not chunks or self.driver.wake_at > until:
                break
            self.now = max(self.now, self.driver.wake_at)
        self.now = until

    def deliver(self) -> None:
        for answer in self.answers:
            self.driver.receive(answer, self.now)
        self.answers.clear()

    def print(self, begin_within: float = 60.0, paper: Paper = SLIP) -> UUID:
        job = uuid4()
        self.driver.handle(PrintPaper(job, paper, begin_within), self.now)
        return job


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_slip_is_printed_and_reported(desk: Desk) -> None:
    assert desk.driver.condition is Condition.READY
    job = desk.print()
    desk.run()

    assert desk.events == [PaperPrinted(job)]
    assert len(desk.printer.slips) == 1


def test_slips_come_out_one_after_the_other(desk: Desk) -> None:
    jobs = [desk.print() for _ in range(3)]
    desk.run(10)

    assert desk.events == [PaperPrinted(job) for job in jobs]
    assert len(desk.printer.slips) == 3


@pytest.mark.parametrize(
    ("trouble", "condition"),
    [
        ({"paper_left": 0}, Condition.PAPER_OUT),
        ({"is_cover_open": True}, Condition.COVER_OPEN),
        ({"has_error": True}, Condition.FAULT),
        ({"is_on": False}, Condition.SILENT),
        ({"is_mute": True}, Condition.SILENT),
    ],
)
def test_a_printer_that_cannot_print_says_so_at_once_and_comes_back(
    desk: Desk, trouble: dict[str, object], condition: Condition
) -> None:
    before = {name: getattr(desk.printer, name) for name in trouble}
    for name, value in trouble.items():
        setattr(desk.printer, name, value)
    job = desk.print()
    desk.run(2 * ANSWER_WITHIN)

    assert desk.driver.condition is condition
    assert desk.events == [PaperNotPrinted(job)]

    for name, value in before.items():
        setattr(desk.printer, name, value)
    desk.run(POLL + 1)
    assert desk.driver.condition is Condition.READY
    assert desk.printer.slips == []  # it is not printed later, for whoever stands there then
    later = desk.print()
    desk.run()
    assert desk.events[-1] == PaperPrinted(later)


def test_low_paper_is_reported_and_printed_on(desk: Desk) -> None:
    desk.printer.is_near_end = True
    job = desk.print()
    desk.run()

    assert desk.driver.condition is Condition.PAPER_LOW
    assert desk.events == [PaperPrinted(job)]


def test_a_slip_that_stops_in_the_middle_is_not_tried_again() -> None:
    desk = Desk(profile="TM-T20II")  # whose memory can be cleared
    desk.printer.paper_left = 80
    job = desk.print()
    desk.run(3)
    assert desk.events == [PaperNotPrinted(job)]
    assert desk.driver.condition is Condition.PAPER_OUT

    desk.printer.paper_left = None
    desk.run(10)
    assert desk.printer.slips == []

    desk.print()
    desk.run()
    whole = Desk(profile="TM-T20II")
    whole.print()
    whole.run()
    assert len(desk.printer.slips) == 1
    assert desk.printer.slips[0].height > whole.printer.slips[0].height  # the broken one is moved out before it


def test_a_slip_of_a_page_that_was_left_is_not_begun(desk: Desk) -> None:
    first, second = desk.print(), desk.print()
    desk.driver.handle(CancelPaper(second), desk.now)
    desk.run()

    assert desk.events == [PaperNotPrinted(second), PaperPrinted(first)]
    assert len(desk.printer.slips) == 1


def test_what_has_not_begun_in_time_is_dropped(desk: Desk) -> None:
    desk.run(chunks=1)
    job = desk.print(begin_within=0.1)
    desk.now += 0.2
    desk.run()

    assert desk.events == [PaperNotPrinted(job)]
    assert desk.printer.slips == []


def test_unplugged_in_the_middle_it_is_reset_and_prints_the_next(desk: Desk) -> None:
    job = desk.print(paper=Paper(tuple(PaperLine(f"Line {number}") for number in range(50)), ""))
    desk.run(chunks=4)
    desk.driver.disconnected(desk.now)
    assert desk.events == [PaperNotPrinted(job)]

    absent = desk.print()
    assert desk.events[-1] == PaperNotPrinted(absent)  # at once: nobody waits for a plug

    desk.driver.connected(desk.now + 5)
    later = desk.print()
    desk.run(6)
    assert desk.events[-1] == PaperPrinted(later)


def test_a_printer_that_does_not_know_the_end_of_a_job_is_believed_if_it_answers_otherwise(desk: Desk) -> None:
    desk.printer.write = lambda data: desk.answers.append(data) if data != b"\x00" else None
    job = desk.print()
    desk.run(DONE_WITHIN / 2)
    assert desk.events == []

    desk.run(DONE_WITHIN)

    assert desk.events == [PaperPrinted(job)]


def test_a_printer_that_never_answers_can_be_set_up_to_be_believed() -> None:
    desk = Desk(answers_status=False)
    desk.printer.is_mute = True
    job = desk.print()
    desk.run(20)

    assert desk.events == [PaperPrinted(job)]
    assert desk.driver.condition is Condition.UNKNOWN
    assert len(desk.printer.slips) == 1


def test_a_try_prints_a_line(desk: Desk) -> None:
    assert desk.driver.accepts(TestDevice("slips")) and not desk.driver.accepts(TestDevice("door"))
    desk.driver.handle(TestDevice("slips"), desk.now)
    desk.run()

    assert len(desk.printer.slips) == 1
    assert desk.events == []


@given(
    data=st.lists(st.one_of(st.binary(max_size=20), st.sampled_from([b"\x12", b"\x72", b"\x16", b"\x00", b"\x11"]))),
    jobs=st.integers(0, 3),
)
def test_any_answers_end_every_job_once(data: list[bytes], jobs: int) -> None:
    desk = Desk()
    printed = [desk.print() for _ in range(jobs)]
    for chunk in data:
        desk.driver.receive(chunk, desk.now)
        desk.run(0.2, chunks=3)
    desk.run(60 * jobs)

    reported = [event.job for event in desk.events if isinstance(event, PaperPrinted | PaperNotPrinted)]
    assert sorted(map(str, reported)) == sorted(map(str, printed))
