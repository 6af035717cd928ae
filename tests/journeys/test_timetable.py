"""A host extends a session, and makes, changes and ends a weekly one, from the board."""

from sync.ledger import plans
from sync.ledger.ledger import Ledger
from tests.support.visitor import Host, Visitor
from tests.support.x11_display import until

KIOSKS = 2


def end_of_session(ledger: Ledger) -> int:
    [session] = ledger.open_sessions()
    assert session.planned_end is not None
    return session.planned_end


def test_a_session_goes_on_for_longer(visitor: Visitor, host: Host) -> None:
    host.signs_in().touches("session").at("session", "Go on for longer").touches("extend", "minutes_15")
    host.at("session", "Turned away")
    before = end_of_session(host.kiosk.ledger)

    host.touches("extend", "minutes_30").at("session", "Turned away")
    host.touches("back").at("board").touches("lock").at("welcome")

    assert end_of_session(host.kiosk.ledger) == before + 30 * 60_000


def test_a_weekly_session_is_made_changed_and_ended(visitor: Visitor, host: Host) -> None:
    store = host.kiosk.ledger.store
    host.signs_in().touches("timetable").at("timetable", "Nothing takes place by the week yet.")

    host.touches("add").at("timetable", "What takes place every week?").touches("template_0")
    host.at("weekly", "On which days?").touches("day_2", "go_on")
    host.at("weekly", "When does it begin?").touches("later", "go_on").touches("closes", "save")
    host.at("timetable", "The week").touches("weekly_0").at("weekly", "Another day or time")
    [series] = plans.series(store)
    assert (series.weekdays, series.start_minute, series.closes_itself) == ((2,), 19 * 60 + 15, True)

    host.touches("end").at("weekly", "End it").touches("end_now")
    host.at("timetable", "Nothing takes place by the week yet.")
    until(lambda: plans.series(store) == [], "the end of the series in the ledger")
    host.touches("back").at("board").touches("lock").at("welcome")
