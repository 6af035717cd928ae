"""Pulses, reminders, the venue's telephone, lost codes, slips, several sessions and lockers."""

from datetime import timedelta
from pathlib import Path

from kiosk.rules import slips
from kiosk.ui.text import phrases, schedule_text
from sync.domain.visit import visit_of
from tests.support.kiosk_process import running_kiosk
from tests.support.visitor import Host, Visitor
from tests.support.x11_display import until


def test_a_pulse_at_check_in(visitor: Visitor) -> None:
    visit = visitor.comes_in(1, "pouch", then="face_2")

    assert visitor.visit(visit).before == 2
    assert not visitor.leaves(visit).is_in


def test_a_reminder(visitor: Visitor) -> None:
    visitor.speaks().touches("come_in", "size_1", "pouch").skips_to("confirmed")
    visit = max(visitor.kiosk.ledger.present(), key=lambda visit: visit.checked_in or 0)
    visitor.touches("done").at("feeling", "How do you feel now?").touches("how_long")
    visitor.at("how_long", "How long can you stay?", lambda: phrases.duration(timedelta(minutes=30)))
    visitor.touches("minutes_30").at("feeling").touches("skip").at("welcome")

    visitor.kiosk.wait(31 * 60)
    visitor.at("welcome", lambda: schedule_text.reminder_texts([Pouch(visit.numbers)])[0])
    visitor.leaves(visit)
    visitor.kiosk.wait(6)

    assert (
        visitor.translate(lambda: schedule_text.reminder_texts([Pouch(visit.numbers)])[0])
        not in visitor.kiosk.look().texts
    )


def test_the_venues_telephone(visitor: Visitor) -> None:
    visitor.speaks().touches("come_in", "size_3", "kept_plus", "reach").at("reach", "How can I be reached?")
    assert "+31 20 555 0123" in visitor.kiosk.look().texts

    visitor.touches("back")
    assert visitor.sees("stow").keys["kept"].text == "1", "what was counted is still there"
    visitor.touches("back").at("party").touches("back").at("welcome")


def test_a_host_helps_with_a_lost_code(visitor: Visitor) -> None:
    visit = visitor.comes_in(2, "pouch")

    visitor.speaks().touches("leave").at("code").touches("lost").at("host_pin", "Your host helps")
    visitor.types(visitor.kiosk.pin).touches("check").at("number", "Which pouch or locker?")
    visitor.types(str(visit.numbers[0])).touches("check").at("thanks")
    visitor.touches("skip").at("welcome")

    assert not visitor.visit(visit).is_in


def test_an_unknown_slip_records_nothing(visitor: Visitor) -> None:
    slip = slips.new_code(())
    visitor.scans(slip, "Return")

    visitor.at("notice", "If you are still on your way, ask your host.").touches("done").at("welcome")

    assert visitor.kiosk.ledger.visit(visit_of(slip)) is None


def test_a_slip_checks_out_and_an_unreadable_one_shows_a_message(visitor: Visitor) -> None:
    visit, slip = visitor.comes_in_with_slip(1, "pouch")
    again = "That couldn’t be read. Hold your slip up once more, or type your four numbers."

    visitor.scans(slip[:-1], "Return")
    visitor.at("welcome", again)
    visitor.speaks().touches("leave").at("code").scans(slip[:9] + slip[8:], "Tab")
    visitor.at("code", again)
    assert visitor.visit(visit).is_in

    visitor.scans(slip.lower())
    visitor.at("thanks").touches("skip").at("welcome")
    assert not visitor.visit(visit).is_in


def test_several_sessions_are_offered_for_choice(visitor: Visitor, host: Host) -> None:
    host.signs_in().touches("next").at("board", "What shall we open?")
    table = next(thing.key for thing in host.sees("board").keys.values() if thing.text == "Small table")
    host.touches(table)
    until(lambda: len(visitor.kiosk.ledger.open_sessions()) == 2, "a second session")
    host.touches("lock").at("welcome", lambda: schedule_text.sessions_on(2))

    before = {visit.id for visit in visitor.kiosk.ledger.present()}
    visitor.speaks().touches("come_in").at("which", "What would you like to join?")
    joined = next(thing.key for thing in visitor.sees("which").keys.values() if thing.text == "Small table")
    visitor.touches(joined, "size_1", "no_phone").skips_to("confirmed").touches("done").skips_to("welcome")
    [visit] = [visit for visit in visitor.kiosk.ledger.present() if visit.id not in before]
    titles = {session.id: session.title for session in visitor.kiosk.ledger.open_sessions()}
    assert visit.session is not None and titles[visit.session] == "Small table"

    host.signs_in()
    if "Small table" not in host.sees("board").texts:
        host.touches("next").at("board", lambda: "Small table")
    host.touches("close").at("close").touches("close_now")
    until(lambda: len(visitor.kiosk.ledger.open_sessions()) == 1, "the end of one of them")
    assert not visitor.visit(visit).is_in
    host.touches("back").at("board").touches("lock").at("welcome")


def test_a_partys_phones_share_a_locker(tmp_path: Path) -> None:
    with running_kiosk(tmp_path, "480x800", "en", "light", lockers=2) as kiosk:
        Host(kiosk, "en").starts()
        visitor = Visitor(kiosk, "en")

        visit = visitor.comes_in(3, "locker")

        assert (visit.stow, visit.numbers, visit.phones) == ("locker", (1,), 3)
        visitor.touches("leave").at("code").types(visit.code)
        visitor.at("thanks", lambda: phrases.giving_back((1,), 3, "locker")).touches("skip").at("welcome")


class Pouch:
    """An expected reminder, without its time."""

    stow = "pouch"
    at = None

    def __init__(self, numbers: tuple[int, ...]) -> None:
        self.numbers = numbers
