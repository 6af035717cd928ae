"""A party that does not fit is told at the first question; the host lets it in with one tap and the PIN."""

from tests.support.visitor import Host, Visitor

KIOSKS = 2


def test_the_host_lets_a_party_in_over_the_capacity(visitor: Visitor, host: Host) -> None:
    host.closes()
    host.opens("Small table")  # for two
    first = visitor.comes_in(1, "no_phone")

    visitor.touches("come_in", "size_2").at("notice", "Nearly full.", "Your host can let you in")
    host.touches("host").at("host_pin", "Your host helps").types(host.kiosk.pin).touches("check").at("stow")
    visitor.touches("phones_minus", "phones_minus", "pouch").skips_to("confirmed").touches("done").skips_to("welcome")

    over = visitor.latest()
    assert (over.party_size, over.over_capacity, first.over_capacity) == (2, True, False)
    second = visitor.comes_in(1, "no_phone")
    assert not second.over_capacity, "its place was still free"
    assert not visitor.leaves(over).is_in
    visitor.at("welcome", "Full for now.")
