"""Calendars as programs export them, and as an attacker would, become sessions or one clear message."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.server.planning import calendar_components, calendar_file
from sync.server.planning.calendar_components import NotACalendar
from sync.server.planning.calendar_file import read_calendar
from sync.server.planning.calendar_import import SessionRule, WantedSessions, wanted_sessions
from tests.support import calendar_texts, soak
from tests.support.calendar_texts import calendar, event, zone

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CALENDAR = UUID(int=5)
NOW = int(datetime(2026, 11, 24, 8, tzinfo=UTC).timestamp() * 1000)


def wanted(content: bytes, rule: SessionRule | None = None) -> WantedSessions:
    file = read_calendar(content, CALENDAR)
    return wanted_sessions(file, rule or SessionRule(), AMSTERDAM, NOW, lambda uid: uuid5(CALENDAR, uid))


def lines(content: bytes, rule: SessionRule | None = None) -> list[str]:
    """The sessions as ``12-01 19:00 2.0 h Title``, by the clocks of Amsterdam."""
    return sorted(
        f"{datetime.fromtimestamp(session.start / 1000, AMSTERDAM):%m-%d %H:%M} "
        f"{(session.end - session.start) / 3_600_000} h {session.title}"
        for session in wanted(content, rule).sessions
    )


def test_a_series_of_google_with_a_moved_and_a_cancelled_occurrence():
    title = "Board games without phones"
    days = ("01-05", "01-12", "01-19", "11-24", "12-01", "12-29")
    expected = [f"{day} 19:00 2.0 h {title}" for day in days]

    assert lines(calendar_texts.google()) == sorted([*expected, "12-09 20:00 2.0 h Board games on a Wednesday"])


def test_windows_names_and_own_zones_of_outlook_and_nothing_that_is_private():
    assert lines(calendar_texts.outlook()) == ["12-01 19:00 1.5 h Reading group", "12-02 17:00 1.5 h Knitting"]
    assert wanted(calendar_texts.outlook()).skipped == {"whole_day": 1, "private": 1}
    whole_days = lines(calendar_texts.outlook(), SessionRule(whole_days=True))
    assert "12-03 00:00 24.0 h Anna’s birthday" in whole_days  # it is public, and the rule wants whole days


def test_floating_times_of_apple_are_by_the_venues_clocks():
    assert lines(calendar_texts.apple()) == [f"12-0{day} 10:00 1.5 h Quiet walk" for day in (5, 7, 9)]


def test_a_calendar_of_nextcloud():
    assert lines(calendar_texts.nextcloud()) == [
        "12-02 14:00 2.0 h Repair café",
        "12-05 14:00 2.0 h Repair café",
        "12-10 14:00 0.5 h Repair café",
    ]


@pytest.mark.parametrize(
    ("rule", "titles"),
    [
        (SessionRule(), {"Phone-free evening", "phones off", "Phonetics"}),
        (SessionRule(title_contains="PHONES off"), {"phones off"}),
        (SessionRule(title_contains="phone"), {"Phone-free evening"}),
        (SessionRule(category="quiet"), {"Phonetics"}),
        (SessionRule(category="quiet", title_contains="off"), set()),
    ],
)
def test_a_rule_says_which_events_become_sessions(rule, titles):
    content = calendar(
        event("1"),
        event("2", title="phones off"),
        event("3", "DTSTART:20261201T180000Z", "DTEND:20261201T200000Z", "Phonetics", "CATEGORIES:Club,Quiet"),
    )

    assert {session.title for session in wanted(content, rule).sessions} == titles


@pytest.mark.parametrize(
    "privacy",
    ["CLASS:PRIVATE", "CLASS:CONFIDENTIAL", "CLASS:private", "CLASS:X-SECRET", "CLASS:", "CLASS;X-A=b:PRIVATE",
     "X-CALENDARSERVER-ACCESS:RESTRICTED"],
)  # fmt: skip
def test_whatever_is_not_public_never_becomes_a_session(privacy):
    series = event("1", "DTSTART:20261201T180000Z", "DTEND:20261201T200000Z", "Party", "RRULE:FREQ=DAILY;COUNT=3")
    changed = event(
        "1", "DTSTART:20261202T190000Z", "DTEND:20261202T200000Z", "Party", "RECURRENCE-ID:20261202T180000Z"
    )
    series.insert(-1, privacy)

    assert wanted(calendar(series, changed)).sessions == ()
    assert wanted(calendar(changed, series), SessionRule(title_contains="party", whole_days=True)).sessions == ()


def test_a_private_occurrence_of_a_public_series_is_left_out():
    series = event("1", "DTSTART:20261201T180000Z", "DTEND:20261201T200000Z", "Open", "RRULE:FREQ=DAILY;COUNT=2")
    changed = event("1", "DTSTART:20261202T180000Z", "DTEND:20261202T200000Z", "Anna", "RECURRENCE-ID:20261202T180000Z")
    changed.insert(-1, "CLASS:PRIVATE")

    assert lines(calendar(series, changed)) == ["12-01 19:00 2.0 h Open"]


def test_an_event_that_cannot_be_read_leaves_the_others():
    bad = [
        event("no start", "X-NOTHING:1"),
        event("bad start", "DTSTART:20269901T000000"),
        event("zone", "DTSTART;TZID=Mars/Olympus:20261201T180000"),
        event("often", "DTSTART:20261201T180000Z", "DTEND:20261201T180001Z", "Tick", "RRULE:FREQ=SECONDLY"),
        event("never", "DTSTART:20261201T180000Z", "DTEND:20261201T190000Z", "Leap",
              "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
        event("year", "DTSTART:00010101T180000Z", "DTEND:00010101T190000Z"),
    ]  # fmt: skip
    result = wanted(calendar(*bad, event("good")))

    assert [session.title for session in result.sessions] == ["Phone-free evening"]
    assert set(result.unreadable) == {"no start", "bad start", "zone", "often", "never", "year"}
    assert len(result.unclear) == 6
    assert result.unclear <= result.named


def test_an_events_end_before_its_start_or_far_away_makes_no_session():
    content = calendar(
        event("1", end="DTEND:20261201T170000Z"),
        event("2", end="DTEND:20261201T180000Z"),
        event("3", end="DTEND:20261220T180000Z"),
    )

    assert wanted(content).sessions == ()
    assert wanted(content).skipped == {"no_length": 2, "too_long": 1}


def test_a_title_is_made_fit_for_a_screen():
    content = calendar(event("1", title="Tea\\, \x07quiet\\n\u202eand " + "long " * 30))

    title = wanted(content).sessions[0].title
    assert title.startswith("Tea, quiet and long")
    assert len(title) <= 80
    assert title.isprintable()


def test_whole_calendars_that_are_refused():
    deep = [*["BEGIN:X-BOX"] * 400, *["END:X-BOX"] * 400]
    many_zones = [zone(f"Own {number}") for number in range(calendar_file.MOST_ZONES + 1)]
    endless = event("1", "DTSTART:20261101T000000Z", "DTEND:20261101T001000Z", "Often",
                    "RRULE:FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))))  # fmt: skip
    cases = [
        (b"", "no calendar"),
        (b"<!doctype html><title>Sign in</title>", "no calendar"),
        (b"\x1f\x8b\x08\x00" + b"x" * 50, "no calendar"),
        (calendar(event())[:-20], "cut off"),
        (calendar(event()).replace(b"BEGIN:VEVENT", b"X-BEGIN:VEVENT"), "damaged"),
        (calendar(event())[: -len(b"END:VCALENDAR\r\n")], "cut off"),
        (calendar(event()) + calendar(event())[:60], "cut off"),
        (calendar(event()) + b"\r\n".join(line.encode() for line in event()), "cut off"),
        (calendar(["BEGIN:VCALENDAR"], event()), "cut off"),
        (calendar(event()).replace(b"UID", b"X-UID").replace(b"END:VEVENT", b"END:VTODO"), "cut off"),
        (calendar(deep), "nested"),
        (calendar(*many_zones), "time zones"),
        (calendar(*[["BEGIN:VEVENT", "END:VEVENT"]] * (calendar_components.MOST_EVENTS + 1)), "20,000 events"),
        (calendar(["X:1"] * (calendar_components.MOST_LINES + 1)), "800,000 lines"),
        (b"BEGIN:VCALENDAR\r\n" + b"x" * calendar_components.MOST_BYTES, "bytes"),
        (calendar(endless), "500 sessions"),
    ]
    for content, why in cases:
        with pytest.raises(NotACalendar, match=why):
            wanted(content)


def test_a_hostile_time_zone_makes_only_its_events_unreadable():
    rules = ("FREQ=SECONDLY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYSETPOS=" + "9," * 300, "x")
    for rule in rules:
        own = zone("Own", begin="BYMONTH=3;BYDAY=-1SU")
        own = [f"RRULE:{rule}" if line.startswith("RRULE") else line for line in own]
        result = wanted(calendar(own, event("1", "DTSTART;TZID=Own:20261201T180000"), event("2")))
        assert list(result.unreadable) == ["1"]
        assert len(result.sessions) == 1


def test_an_own_zone_is_the_calendars_own():
    """Another calendar's zone of the same name is none of its business."""
    for offset, hour in (("+0300", 16), ("+0500", 14)):
        content = calendar(zone("Customized Time Zone", offset, None),
                           event("1", "DTSTART;TZID=Customized Time Zone:20261201T180000"))  # fmt: skip
        assert lines(content)[0].startswith(f"12-01 {hour}:00")


def test_an_own_zone_with_the_history_of_its_rules():
    """As Apple and Evolution write it: rules that ended, and single changes."""
    own = ["BEGIN:VTIMEZONE", "TZID:Own"]
    for name, offsets, start, rule in (
        (
            "DAYLIGHT",
            ("+0100", "+0200"),
            "19810329T020000",
            "RRULE:FREQ=YEARLY;UNTIL=19950326T010000Z;BYMONTH=3;BYDAY=-1SU",
        ),
        ("STANDARD", ("+0200", "+0100"), "19961027T030000", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"),
        ("DAYLIGHT", ("+0100", "+0200"), "19960331T020000", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"),
        ("STANDARD", ("+0018", "+0100"), "19400101T000000", "RDATE:19400101T000000"),
    ):
        before, after = offsets
        own += [
            f"BEGIN:{name}",
            f"DTSTART:{start}",
            f"TZOFFSETFROM:{before}",
            f"TZOFFSETTO:{after}",
            rule,
            f"END:{name}",
        ]
    own.append("END:VTIMEZONE")
    series = event(
        "1", "DTSTART;TZID=Own:20260320T190000", "DTEND;TZID=Own:20260320T200000", "Club", "RRULE:FREQ=WEEKLY"
    )

    assert {line[6:11] for line in lines(calendar(own, series))} == {"19:00"}
    assert len(lines(calendar(own, series))) == 8
    start = read_calendar(calendar(own, series), CALENDAR).events[0].series.main.start
    assert [start.replace(month=month).utcoffset() for month in (1, 7)] == [timedelta(hours=1), timedelta(hours=2)]


@pytest.mark.parametrize("line_end", [b"\n", b"\r", b"\r\r\n"])
def test_other_line_ends_a_byte_order_mark_and_blank_lines_are_read(line_end):
    content = b"\xef\xbb\xbf" + calendar_texts.outlook().replace(b"\r\n", line_end) + line_end * 3

    assert lines(content) == lines(calendar_texts.outlook())


def test_a_calendar_that_claims_another_time_for_a_known_zone_is_not_believed():
    content = calendar(zone("Europe/Amsterdam", "-1100", None),
                       event("1", "DTSTART;TZID=Europe/Amsterdam:20261201T190000"))  # fmt: skip
    assert lines(content)[0].startswith("12-01 19:00")


FRAGMENTS = st.sampled_from(
    [
        "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "BEGIN:STANDARD", "END:STANDARD",
        "BEGIN:VCALENDAR", "END:VCALENDAR", "UID:a", "UID:b", "DTSTART:20261201T180000Z",
        "DTSTART;TZID=Own:20261201T180000",
        "DTSTART;VALUE=DATE:20261201", "DTEND:20261201T190000", "DURATION:PT1H", "DURATION:-P1D", "TZID:Own",
        "TZOFFSETFROM:+0100", "TZOFFSETTO:+9900", "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU", "EXDATE:20261202T180000Z", "RDATE;VALUE=PERIOD:20261201T180000Z/PT1H",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261202T180000Z", "RECURRENCE-ID;VALUE=DATE:20261202", "SUMMARY:x",
        "SEQUENCE:-1", "STATUS:CANCELLED", "CLASS:PUBLIC", "X-LIC-LOCATION:../../etc/passwd", ' folded', '";:;"',
    ]
)  # fmt: skip


@settings(max_examples=soak.times(60, 20_000), deadline=None)
@given(st.lists(FRAGMENTS | st.text(max_size=20), max_size=40))
def test_whatever_lines_a_calendar_has_only_one_kind_of_error_comes_of_it(parts):
    try:
        result = wanted(calendar(event("good"), parts))
    except NotACalendar:
        return
    assert all(session.end > session.start for session in result.sessions)


@settings(max_examples=soak.times(60, 20_000), deadline=None)
@given(st.sampled_from([calendar_texts.google(), calendar_texts.outlook(), calendar_texts.nextcloud()]), st.data())
def test_whatever_bytes_are_damaged_only_one_kind_of_error_comes_of_it(content, data):
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    try:
        wanted(bytes(damaged))
    except NotACalendar:
        return
