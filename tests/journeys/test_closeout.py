"""Closing with a list, clearing, and leaving late at a closed door, on three panels and in three languages."""

from kiosk.ui.text import closeout_text, phrases
from kiosk.ui.text.i18n import counted
from tests.support.visitor import AWAY, Host, Visitor

KIOSKS = 3  # a wide, an upright and a large panel; one of them in Arabic


def test_a_host_closes_and_clears_and_somebody_comes_late(visitor: Visitor, host: Host) -> None:
    alone, pair = visitor.comes_in(1, "pouch"), visitor.comes_in(2, "pouch")
    ledger = visitor.kiosk.ledger

    host.signs_in().touches("close").at("close").touches("close_now")
    first, second = pair.numbers
    listed = host.kiosk.see(page=["close"], keys=["finish"])
    assert {str(number) for number in (*alone.numbers, *pair.numbers)} <= set(listed.texts)
    row = listed.texts.index(str(alone.numbers[0]))
    shown = [text for text in listed.texts if text in {str(number) for number in (*alone.numbers, *pair.numbers)}]
    assert shown == sorted(shown, key=int) and row >= 0
    place = shown.index(str(first))

    host.touches(f"clear_{place}")  # handed back, with its pouch
    left = len([key for key in listed.keys if key.startswith("clear_")]) - 1
    host.at("close", lambda: closeout_text.to_clear(left))
    place = [text for text in host.kiosk.look().texts if text in shown].index(str(second))
    host.touches(f"more_{place}").at("close", lambda: closeout_text.say("Pouch {number}", number=str(second)))
    host.touches("left_behind").at("close", "Where is the phone now?").touches("in_safe")
    host.at("close", lambda: f"{closeout_text.note('in_safe')} · {closeout_text.say('Pouch not back yet')}")
    host.touches("finish").touches("back").at("board").touches("lock").at("welcome")
    assert visitor.visit(pair).held == (second,) and visitor.visit(alone).held == alone.numbers

    visitor.kiosk.wait(3 * 3600)
    visitor.speaks().touches("leave").at("code").types(alone.code)
    visitor.at("thanks", lambda: counted("Here is your phone", "Here are your phones", 1))
    visitor.at("thanks", lambda: phrases.giving_back(alone.numbers, 1)).touches("done").at("welcome")
    ended = visitor.visit(alone)
    assert (ended.held, ended.phones_here, ended.outstanding) == ((), 0, False)
    assert ended.phone_free is not None and ended.phone_free < 3600_000, "not of the time that it was left here"

    visitor.touches("leave").at("code").types(pair.code)
    visitor.at("thanks", lambda: counted("Here is your phone", "Here are your phones", 1)).touches("done").at("welcome")
    assert not visitor.visit(pair).outstanding
    if not any(visit.outstanding for visit in ledger.visits()):
        visitor.kiosk.wait(6)
        visitor.kiosk.see(page=["welcome"], disabled=["leave"])


def test_a_break_that_outlasts_its_session_leads_to_a_kind_notice(visitor: Visitor, host: Host) -> None:
    visit = visitor.comes_in(1, "pouch")
    host.signs_in().touches("close").at("close").touches("close_now")
    host.kiosk.see(page=["close"], keys=["finish"])
    host.touches("finish", "back").at("board")
    host.opens("Open hours")

    visitor.speaks().touches("step_out").at("code").types(visit.code)
    visitor.at("notice", "This time is over.", lambda: phrases.fetch_phones(1)).touches("done").at("welcome")
    assert visitor.visit(visit).phones_here == 1

    visitor.touches("leave").at("code").types(visit.code).at("thanks", lambda: phrases.giving_back(visit.numbers, 1))
    visitor.kiosk.wait(AWAY)
    visitor.at("welcome")
    assert not visitor.visit(visit).outstanding
