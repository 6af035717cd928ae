"""A host practises everything, and then opens for guests: nothing of the practice is left but the facts."""

from tests.support.visitor import Host, Visitor
from tests.support.x11_display import until

KIOSKS = 2  # one of them in Arabic


def test_a_host_practises_and_then_opens_for_guests(visitor: Visitor, host: Host) -> None:
    host.closes()
    host.touches("practice")
    until(lambda: bool(visitor.kiosk.ledger.open_sessions()), "practice in the ledger")
    [practice] = visitor.kiosk.ledger.open_sessions()
    assert practice.practice
    host.at("board", "Practice").touches("lock")
    host.at("welcome", "Practice.\nNothing is counted.")

    host.touches("come_in", "size_2", "pouch").skips_to("confirmed")
    host.at("confirmed", "Practice.\nNothing is counted.").touches("done").skips_to("welcome")
    tried = visitor.latest()
    assert (tried.session, len(tried.numbers)) == (practice.id, 2)

    host.signs_in().touches("next")
    host.opens("Open hours")

    host.at("welcome", "Rest your phone.\nMeet the room.")
    [guests] = visitor.kiosk.ledger.open_sessions()
    assert not guests.practice
    assert not visitor.visit(tried).outstanding, "its pouches are free"
