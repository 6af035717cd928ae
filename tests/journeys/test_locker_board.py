"""An evening with lockers that open by themselves: the board on its wire does all the work."""

from pathlib import Path

from kiosk.devices.simulators.locker_board import SimulatedLockerBoards
from kiosk.devices.simulators.pty_port import SimulatedPort
from kiosk.services.records.locker_records import LockerTrouble
from kiosk.ui.text import locker_texts, phrases
from sync.domain.events import LockerDoor
from sync.domain.visit import Visit
from tests.support.kiosk_process import FAST_READING, running_kiosk
from tests.support.visitor import Host, Visitor
from tests.support.x11_display import until


def test_lockers_open_are_emptied_and_given_to_the_next(tmp_path: Path) -> None:
    boards = SimulatedLockerBoards(channels=2, echoes=True)
    port = SimulatedPort(boards, tmp_path / "lockers")
    port.plug_in()
    devices = f'[[devices]]\nkind = "lockers"\nname = "wall"\nport = "{port.path}"\nchannels = 2\n'
    try:
        with running_kiosk(tmp_path, "800x480", "en", "light", lockers=2, devices=devices) as kiosk:
            kiosk.read(FAST_READING)
            Host(kiosk, "en").starts()
            an_evening(Visitor(kiosk, "en"), Host(kiosk, "en"), boards, port)
    finally:
        port.close()


def times_opened(visitor: Visitor, visit: Visit) -> int:
    """How often the kiosk has seen a door of the visit open: it reads a door twice before it believes it."""
    history = visitor.kiosk.ledger.history(visit.id)
    return sum(isinstance(fact.event, LockerDoor) and fact.event.seen == "opened" for _, fact in history)


def an_evening(visitor: Visitor, host: Host, boards: SimulatedLockerBoards, port: SimulatedPort) -> None:
    """One visitor's phone rests in the first locker; the second one is stuck, and a pouch takes its place."""

    def closes(number: int) -> None:
        with port.lock:
            boards.door(number).is_open = False

    with port.lock:
        boards.door(2).is_jammed = True
    visitor.touches("come_in", "size_1", "locker").at("confirmed", lambda: phrases.use_lockers((1,), 1))
    resting = visitor.latest()
    assert boards.door(1).is_open and resting.numbers == (1,)
    closes(1)
    visitor.at("confirmed", lambda: locker_texts.at_check_in((1,), 1, "closed")).touches("done").skips_to("welcome")

    visitor.touches("come_in", "size_1", "locker").at("confirmed", lambda: locker_texts.at_check_in((2,), 1, "stuck"))
    visitor.touches("replace_stuck").at("confirmed", "Your pouch").touches("done").skips_to("welcome")
    until(lambda: visitor.latest().stow == "pouch", "the pouch in the ledger")
    host.signs_in().at("board", lambda: locker_texts.trouble(LockerTrouble(2, "stuck"))).touches("lock").at("welcome")

    visitor.touches("leave").at("code").types(resting.code)
    visitor.at("thanks", lambda: phrases.giving_back((1,), 1, "locker"))
    until(lambda: times_opened(visitor, resting) == 2, "the open door")
    assert visitor.visit(resting).held == (1,)
    closes(1)
    visitor.at("thanks", lambda: locker_texts.closed_behind((1,))).touches("skip")
    kiosk = visitor.kiosk
    kiosk.wait(2)
    visitor.at("welcome")
    assert not visitor.visit(resting).outstanding and boards.door(1).pulses == 2
