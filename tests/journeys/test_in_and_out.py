"""Check-in, breaks and check-out, on every panel and in every language."""

from datetime import timedelta

from kiosk.ui.text import phrases
from kiosk.ui.text.i18n import counted
from tests.support.visitor import Visitor

POUCHES = 8  # of each kiosk here


def test_one_person_with_a_pouch(visitor: Visitor) -> None:
    visit = visitor.comes_in(1, "pouch")

    assert (visit.party_size, visit.phones, visit.kept, visit.stow) == (1, 1, 0, "pouch")
    assert not visitor.leaves(visit).is_in


def test_one_person_who_keeps_the_phone(visitor: Visitor) -> None:
    visit = visitor.comes_in(1, "mine")

    assert (visit.phones, visit.kept, visit.stow, visit.numbers) == (0, 1, "none", ())


def test_one_person_without_a_phone(visitor: Visitor) -> None:
    visit = visitor.comes_in(1, "no_phone")

    assert (visit.phones, visit.kept, visit.numbers) == (0, 0, ())


def test_a_party_with_fewer_phones_than_people(visitor: Visitor) -> None:
    visit = visitor.comes_in(4, "phones_minus", "phones_minus", "kept_plus", "pouch")

    assert (visit.party_size, visit.phones, visit.kept, len(visit.numbers)) == (4, 2, 1, 2)
    assert not visitor.leaves(visit).is_in


def test_a_party_of_seven_or_more(visitor: Visitor) -> None:
    visit = visitor.comes_in(8, *["phones_minus"] * 2, "pouch")

    assert (visit.party_size, visit.phones, visit.kept, len(visit.numbers)) == (8, 6, 0, 6)
    assert not visitor.leaves(visit).is_in


def test_the_phone_free_time_and_the_pulse_at_check_out(visitor: Visitor) -> None:
    visit = visitor.comes_in(1, "pouch")
    visitor.kiosk.wait(12 * 60)

    visitor.speaks().touches("leave").at("code", "Ready to go?").types(visit.code)
    screen = visitor.sees("thanks", "You were phone-free for", lambda: phrases.duration(timedelta(minutes=12)))
    assert any(phrases.ranges(visit.numbers) in text for text in screen.texts), "the pouch to give back"
    visitor.touches("face_4").at("thanks", "Thank you.")
    visitor.kiosk.wait(2)

    visitor.at("welcome")
    left = visitor.visit(visit)
    assert left.after == 4
    assert left.stay is not None and left.stay >= 12 * 60_000


def test_a_break(visitor: Visitor) -> None:
    visit = visitor.comes_in(1, "pouch")

    visitor.speaks().touches("step_out").at("code").types(visit.code)
    visitor.at("stepped", "See you soon.", lambda: phrases.stepping_out(visit.numbers))
    assert visitor.visit(visit).on_break
    visitor.touches("done").at("welcome")

    visitor.speaks().touches("step_out").at("code").types(visit.code)
    visitor.at("stepped", "Welcome back.", lambda: phrases.coming_back(visit.numbers))
    assert not visitor.visit(visit).on_break
    visitor.touches("done").at("welcome")


def test_wrong_codes_lead_to_a_lockout_that_ends(visitor: Visitor) -> None:
    visit = visitor.comes_in(1, "mine")
    codes_in_use = {present.code for present in visitor.kiosk.ledger.present()}
    first, second, third, *_ = (
        code for code in ("1111", "2222", "3333", "4444", "5555", "6666") if code not in codes_in_use
    )

    visitor.speaks().touches("leave").at("code")
    for wrong in (first, second):
        visitor.types(wrong).at("code", "Nobody in the room has these numbers. Try once more, or ask your host.")
    visitor.types(third)
    visitor.kiosk.see(disabled=["digit_1"])
    visitor.at("code", lambda: phrases.keypad_locked_for(5))
    visitor.kiosk.wait(6)

    visitor.types(visit.code).at("thanks").touches("skip").at("welcome")
    assert not visitor.visit(visit).is_in


def test_without_free_pouches_the_host_takes_the_phone(visitor: Visitor) -> None:
    free = POUCHES - sum(len(present.numbers) for present in visitor.kiosk.ledger.present())
    party = visitor.comes_in(free, "pouch")
    assert len(party.numbers) == free

    visitor.speaks().touches("come_in", "size_1", "pouch").at("stow", "The pouches are all out.")
    visitor.touches("with_host").skips_to("confirmed")
    visitor.at("confirmed", lambda: counted("Your host keeps your phone", "Your host keeps your phones", 1)).touches(
        "done"
    ).skips_to("welcome")

    last = max(visitor.kiosk.ledger.present(), key=lambda visit: (visit.checked_in, visit.phones == 1))
    assert (last.phones, last.stow, last.numbers) == (1, "none", ())
    for visit in (party, last):
        assert not visitor.leaves(visit).is_in
