"""A pass at the door, by a scanner that emulates a keyboard: in, in already, out, and forgotten."""

from kiosk.ui.text import phrases
from tests.support.dealt_passes import deal, hash_of
from tests.support.visitor import Visitor

KIOSKS = 1  # what the sentences look like in other languages the gallery shows


def test_a_pass_comes_in_leaves_and_is_forgotten(visitor: Visitor) -> None:
    kiosk = visitor.kiosk
    [text] = deal(kiosk.ledger, 1)
    scanned = text.lower()
    visitor.speaks().scans(scanned, "Return").at("party", "How many are you?")
    visitor.touches("size_1", "pouch").skips_to("confirmed")
    first = visitor.latest()
    assert first.pass_ == hash_of(text)
    visitor.touches("done").skips_to("welcome")
    visitor.leaves(first)

    kiosk.wait(61)
    visitor.scans(scanned, "Return").sees("confirmed", "Your code for leaving")
    second = visitor.latest()
    assert (second.pass_, second.party_size, second.phones) == (first.pass_, 1, 1)
    visitor.touches("done").skips_to("welcome")
    visitor.scans(scanned, "Return").at("my_pass", "You are in.", lambda: phrases.ranges(second.numbers))
    visitor.touches("done").at("welcome")

    kiosk.wait(61)
    visitor.scans(scanned, "Return").at("thanks", "You were phone-free for").touches("skip").at("welcome")
    assert not visitor.visit(second).is_in

    kiosk.wait(3)
    visitor.scans(scanned, "Return").at("my_pass", "You are out.").touches("forget").at("my_pass", "Forget this pass?")
    visitor.touches("forget_it").at("my_pass", "Forgotten.").touches("done").at("welcome")
    assert visitor.visit(first).pass_ is None and visitor.visit(second).pass_ is None
    visitor.scans(scanned, "Return").at("notice", "This pass is forgotten.").touches("done").at("welcome")
