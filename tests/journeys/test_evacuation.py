"""An evacuation through the real window: two taps, counting, a power cut, and a PIN that ends it."""

from kiosk.ui.text.i18n import counted
from sync.ledger import evacuations
from sync.ledger.evacuations import Evacuation
from tests.support.kiosk_process import FAST_READING, KioskProcess
from tests.support.visitor import Host, Visitor
from tests.support.x11_display import until

KIOSKS = 3


def newest(kiosk: KioskProcess) -> Evacuation:
    return evacuations.read_all(kiosk.ledger.store)[0]


def test_everybody_is_counted_out(visitor: Visitor, host: Host) -> None:
    kiosk = visitor.kiosk
    parties = [visitor.comes_in(2, "pouch"), visitor.comes_in(1, "no_phone")]
    people = sum(visit.party_size for visit in kiosk.ledger.present())

    def two_are_out() -> str:
        return counted("{out} of {number} person out", "{out} of {number} people out", people, out=2)

    host.touches("host", "evacuate").at("evacuation", "Staff who are out")
    host.touches("staff_plus", f"party_{parties[0].id}").at("evacuation", two_are_out)
    until(lambda: newest(kiosk).staff_out == 1 and newest(kiosk).out == (parties[0].id,), "its record")

    kiosk.kill_and_restart()
    kiosk.read(FAST_READING)
    host.at("evacuation", two_are_out)
    kiosk.wait(10 * 60)
    host.at("evacuation").touches("end").at("host_pin", "End the roll call").touches("back").at("evacuation")

    host.touches("end").at("host_pin").types(kiosk.pin).touches("check").at("evacuation_end").touches("end_now").at(
        "board"
    )
    host.touches("lock").at("welcome")
    assert newest(kiosk).ended is not None
    for party in parties:
        visitor.leaves(party)
