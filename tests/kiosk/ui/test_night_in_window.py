"""The night across a restart: yesterday's session is closed at the start, and phones that are here are fetched."""

from collections.abc import Callable

from kivy.core.window import Window

from kiosk.navigation import CloseoutAsked
from kiosk.services import sessions, timetable, visits
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.session_records import WeeklyTimes
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest
from sync.domain.ids import uuid7
from sync.manual_clock import ManualClock
from tests.support.kiosk_window import KioskWindow

HOUR = 3_600_000
DAY = 24 * HOUR


def check_in(kiosk: KioskWindow) -> CheckedIn:
    answer = visits.check_in(kiosk.runtime.context, CheckInRequest(1, 1, 0))
    assert isinstance(answer, CheckedIn)
    return answer


def texts(kiosk: KioskWindow) -> list[str]:
    return [widget.text for widget in kiosk.page.walk() if getattr(widget, "text", "")]


def close_at_start(door: Callable[..., KioskWindow], clock: ManualClock) -> tuple[KioskWindow, CheckedIn, CheckedIn]:
    """Two phones are here when the kiosk is turned off, and it starts again on the morning after the next."""
    evening = door(clock=clock)
    first, second = check_in(evening), check_in(evening)
    clock.move(minutes=30)
    evening.close()
    Window.clear()
    clock.reboot(clock.read().at + 2 * DAY)
    morning = door(clock=clock)
    morning.app.on_start()
    morning.answered()
    morning.ready("leave")
    assert (morning.screen, morning.page.view) == ("welcome", "closed")
    return morning, first, second


def test_a_visitor_of_yesterday_fetches_the_phone_at_the_closed_door(
    door: Callable[..., KioskWindow], clock: ManualClock
) -> None:
    kiosk, first, second = close_at_start(door, clock)

    for party in (first, second):
        kiosk.tap("leave")
        kiosk.wait_for("code")
        for digit in party.code:
            kiosk.tap(f"digit_{digit}")
        kiosk.wait_for("thanks")
        assert "Here is your phone" in texts(kiosk)
        assert not [text for text in texts(kiosk) if "phone-free" in text]
        kiosk.tap("done")
        kiosk.wait_for("welcome")
        kiosk.answered()

    assert "leave" not in {getattr(part, "key", "") for part in kiosk.page.walk()}
    stays = [visit.stay for visit in kiosk.runtime.context.ledger.visits()]
    assert all(stay is not None and stay <= 5 * HOUR for stay in stays), "no stay of two nights"


def test_the_host_sees_what_was_closed_and_clears_what_is_here(
    door: Callable[..., KioskWindow], clock: ManualClock
) -> None:
    kiosk, _, second = close_at_start(door, clock)
    host = HostSession(uuid7(clock.read().at))

    kiosk.app.handle_answer("board", CloseoutAsked(host))
    kiosk.wait_for("closeout")
    assert any("was closed in the night" in text for text in texts(kiosk))
    kiosk.tap("clear_0")
    kiosk.answered()
    kiosk.tap("finish")
    kiosk.wait_for("board")

    kiosk.app.handle_answer("board", CloseoutAsked(host))
    kiosk.wait_for("closeout")
    assert "1 thing to clear" in texts(kiosk), "and the report has been seen"
    assert str(second.numbers[0]) in texts(kiosk)


def test_a_session_of_the_timetable_does_not_end_when_the_kiosk_starts_again(
    door: Callable[..., KioskWindow], clock: ManualClock
) -> None:
    """The night comes before the timetable, which would close it now."""
    evening = door(clock=clock)
    context = evening.runtime.context
    [running] = context.ledger.open_sessions()
    host = HostSession(uuid7(clock.read().at))
    sessions.close_session(context, running.id, host)
    start = context.local_time(clock.read().at)
    minutes = start.hour * 60 + start.minute
    times = WeeklyTimes((start.isoweekday(),), minutes, opens_itself=True, closes_itself=True)
    timetable.add_series(context, context.profile.templates[0], times, host)
    timetable.keep_timetable(context)
    [opened] = context.ledger.open_sessions()
    check_in(evening)
    evening.close()
    Window.clear()
    clock.reboot(clock.read().at + 2 * DAY)

    morning = door(clock=clock)
    morning.app.on_start()
    morning.answered()

    session = morning.runtime.context.ledger.session(opened.id)
    assert session and session.closed == session.planned_end
