"""A host corrects a visit, and takes back a visitor's mistaken leaving."""

from tests.support.visitor import Host, Visitor
from tests.support.x11_display import until

KIOSKS = 3


def test_a_party_of_three_not_two_that_has_not_left(visitor: Visitor, host: Host) -> None:
    visit = visitor.comes_in(2, "pouch")

    host.signs_in().touches("correct").at("correct", "Which visit?")
    host.touches("visit_0").at("correct_visit").touches("count").at("correct_count", "How many are they?")
    host.touches("people_plus", "save").at("correct_visit", "Noted.")
    assert visitor.visit(visit).party_size == 3
    host.touches("back").at("correct").touches("back").at("board").touches("lock").at("welcome")

    assert not visitor.leaves(visit).is_in
    host.signs_in().touches("correct").at("correct").touches("undo").at("correct", "That is undone.")
    until(lambda: visitor.visit(visit).is_in, "the visit that goes on")
    host.touches("back").at("board").touches("lock").at("welcome")

    assert not visitor.leaves(visit).is_in
