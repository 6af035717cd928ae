"""The welcome screen when closed or full, the idle timeout, and recovery from a failing screen."""

import pytest

from kiosk.ui.text.i18n import say
from tests.support.visitor import Host, Visitor


def test_closed_and_full_sessions(visitor: Visitor, host: Host) -> None:
    visit = visitor.comes_in(2, "pouch")
    host.closes()
    ended = visitor.visit(visit)
    assert (ended.is_in, ended.estimated) == (False, True), "checked out with its session, as an estimate"
    host.touches("lock").at("welcome", "We open soon.", lambda: say("Closed\nfor now"))
    visitor.kiosk.see(disabled=["come_in"])

    host.signs_in().opens("Small table")
    first = visitor.comes_in(1, "no_phone")
    visitor.touches("come_in", "size_2").at("notice", "Nearly full.").touches("done").at("welcome")
    second = visitor.comes_in(1, "no_phone")
    visitor.at("welcome", "Full for now.")
    visitor.kiosk.see(disabled=["come_in"])

    assert {present.id for present in visitor.kiosk.ledger.present()} == {first.id, second.id}
    assert not visitor.leaves(first).is_in
    visitor.kiosk.see(page=["welcome"], keys=["come_in"])


def test_the_idle_warning(visitor: Visitor) -> None:
    other = Visitor(visitor.kiosk, visitor.another_language)
    other.speaks().touches("come_in", "size_4", "phones_minus").at("stow")

    warned = visitor.kiosk.wait(41)
    assert warned.idle_warning and other.translate("Are you still here?") in warned.texts
    other.touches("still_here")
    assert other.sees("stow").keys["phones"].text == "3", "what was counted is still there"

    assert visitor.kiosk.wait(41).idle_warning
    visitor.kiosk.wait(20)
    visitor.at("welcome", "Leave")
    assert visitor.kiosk.look().language == visitor.language, "the usual language is restored"


@pytest.mark.parametrize("page", ["party", "confirmed"])
def test_a_failing_screen_leads_to_the_welcome_screen_and_loses_no_visit(visitor: Visitor, page: str) -> None:
    before = {visit.id for visit in visitor.kiosk.ledger.present()}
    visitor.kiosk.fail(page)

    visitor.touches("come_in")
    if page == "confirmed":
        visitor.touches("size_1", "pouch").skips_to("welcome")
    visitor.at("welcome", "Leave")

    begun = [visit for visit in visitor.kiosk.ledger.present() if visit.id not in before]
    assert [visit.phones for visit in begun] == [1] * (page == "confirmed")
    assert not any(visitor.leaves(visit).is_in for visit in begun)
