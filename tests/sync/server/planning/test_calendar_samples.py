"""What real calendar programs write, line by line: each is followed, or has one clear reason, and harms no other."""

from datetime import UTC, datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest

from sync.server.planning.calendar_file import read_calendar
from sync.server.planning.calendar_import import SessionRule, WantedSessions, wanted_sessions
from tests.support.calendar_texts import zone

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CALENDAR = UUID(int=5)
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
LOCAL = "TZID=Europe/Amsterdam"
START, END = f"DTSTART;{LOCAL}:20261201T190000", f"DTEND;{LOCAL}:20261201T200000"
SHOWN = "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"
EVERY = ",".join(map(str, range(60)))
SECOND = f"RECURRENCE-ID;{LOCAL}:20261208T190000"
LATER = (f"DTSTART;{LOCAL}:20261208T200000", f"DTEND;{LOCAL}:20261208T220000")


def event(*lines: str, uid: str = "UID:1", title: str = "SUMMARY:Tea") -> list[str]:
    return [line for line in ("BEGIN:VEVENT", uid, title, *lines, "END:VEVENT") if line]


def calendar(*parts: list[str], head: tuple[str, ...] = ("VERSION:2.0",), line_end: str = "\r\n") -> bytes:
    lines = ["BEGIN:VCALENDAR", *head, *(line for part in parts for line in part), "END:VCALENDAR", ""]
    return line_end.join(lines).encode()


def wanted(content: bytes, now: datetime = NOW, *, whole_days: bool = False) -> WantedSessions:
    file = read_calendar(content, CALENDAR)
    at = int(now.timestamp() * 1000)
    return wanted_sessions(file, SessionRule(whole_days=whole_days), AMSTERDAM, at, lambda uid: uuid5(CALENDAR, uid))


def shown(result: WantedSessions, *, titles: bool = False) -> str:
    """The sessions as ``1/19+1 8/20+2``: day of December or another month, hour by the venue's clocks, hours long."""
    texts = []
    for session in sorted(result.sessions, key=lambda session: session.start):
        start = datetime.fromtimestamp(session.start / 1000, AMSTERDAM)
        day = f"{start.day}" if start.month == 12 else f"{start.month}-{start.day}"
        minute = f":{start.minute:02}" if start.minute else ""
        title = f" {session.title}" if titles else ""
        texts.append(f"{day}/{start.hour}{minute}+{(session.end - session.start) / 3_600_000:g}{title}")
    return " ".join(texts)


def folded_within_a_character(content: bytes, line_end: bytes = b"\r\n") -> bytes:
    return content.replace("é".encode(), b"\xc3" + line_end + b" \xa9")


PLAIN = event(START, END, title="SUMMARY:Café")


@pytest.mark.parametrize(
    "content",
    [
        calendar(PLAIN),
        calendar(PLAIN, head=(), line_end="\n"),
        calendar(PLAIN, line_end="\r"),
        b"\xef\xbb\xbf" + calendar(PLAIN),
        calendar(PLAIN).decode().encode("utf-16"),
        calendar(PLAIN).decode().encode("cp1252"),
        folded_within_a_character(calendar(PLAIN)),
        folded_within_a_character(calendar(PLAIN, line_end="\n"), b"\n"),
        b"\r\n \r\n" + calendar(PLAIN) + b"\x1a",
        calendar(PLAIN).replace(b"T190000", b"T19\r\n 0000"),
        calendar(event(START, END, "DESCRIPTION:First", "END of it", "BEGIN again", title="SUMMARY:Café")),
        calendar(event("BEGIN:VALARM", "SUMMARY:x", "DURATION:PT9H", "END:VALARM", *PLAIN[1:-1], uid="", title="")),
        calendar(["BEGIN:VTODO", "UID:1", START, "SUMMARY:x", "END:VTODO", "BEGIN:VFREEBUSY",
                  "FREEBUSY:20261201T180000Z/PT1H", "END:VFREEBUSY", "BEGIN:VJOURNAL", "END:VJOURNAL"], PLAIN),
        calendar(PLAIN, PLAIN),
        calendar(PLAIN) + calendar(PLAIN),
        calendar([line.lower() if line.startswith(("DT", "UID")) else line for line in PLAIN]),
        calendar(event(START, END, "CLASS:PUBLIC", "STATUS:TENTATIVE", "TRANSP:TRANSPARENT", "SEQUENCE:4",
                       "X-MS-OLK-FORCEINSPECTOROPEN:TRUE", "X-MICROSOFT-CDO-ALLDAYEVENT:FALSE", title="SUMMARY:Café"),
                 head=("METHOD:PUBLISH", "VERSION:2.0")),
    ],
)  # fmt: skip
def test_whatever_the_files_form_is_it_is_one_evening_with_its_title(content):
    assert shown(wanted(content), titles=True) == "1/19+1 Café"


@pytest.mark.parametrize(
    ("tzid", "hour"),
    [
        ('"Europe/Amsterdam"', 19),
        ("europe/AMSTERDAM", 19),
        ("/mozilla.org/20050126_1/Europe/Amsterdam", 19),
        ("W. Europe Standard Time", 19),
        ("w. europe standard time", 19),
        (f'"{SHOWN}"', 19),
        (SHOWN.replace(",", "\\,"), 19),
        ("(GMT+01.00) Amsterdam / Berlin / Bern / Rome / Stockholm / Vienna", 19),
        ("(UTC+00:00) Dublin\\, Edinburgh\\, Lisbon\\, London", 20),
        ("(UTC) Coordinated Universal Time", 20),
        ("Eastern Time (US & Canada)", 25),
        ("Europe/London", 20),
        ("GMT+0200", 18),
        ("UTC-05:00", 25),
        ("tzone://Microsoft/Utc", 20),
        ("US/Eastern", 25),
        ("US-Eastern", 25),
        ("", 19),
        ("W. Europe Standard Time 1", 19),
        ("W. Europe Daylight Time", 19),
        ("Eastern Standard Time (1)", 25),
        ("Kamchatka Standard Time", 8),
        ("(UTC) Koordinierte Weltzeit", 20),
        ("(UTC+01:00) Brüssel\\, Kopenhagen\\, Madrid\\, Paris", 19),
        ("(UTC+02:00) Athen\\, Bukarest", 18),
        ("(UTC+03:00) Istanbul", 17),
        ("Mitteleuropäische Zeit", 19),
        ("heure normale d’Europe centrale", 19),
        ("West-Europa (standaardtijd)", 19),
        ("Western/Central Europe", 19),
        ('"Europe/Amsterdam;VALUE=DATE-TIME"', 19),
        ("CEST", 19),
        ("(UTC) Amsterdam", None),
        ("(UTC-08:00) Amsterdam", None),
        ("(UTC+01:00) Nowhere", None),
        ("Customized Time Zone", None),
        ("tzone://Microsoft/Custom", None),
        ("Mars/Olympus", None),
    ],
)
def test_a_zones_name_is_understood_or_given_as_the_reason(tzid, hour):
    content = calendar(event(f"DTSTART;TZID={tzid}:20261201T190000", "DURATION:PT1H"), event(START, END, uid="UID:2"))
    result = wanted(content)

    if hour is None:
        assert shown(result) == "1/19+1"
        assert f"“{tzid}" in result.unreadable["1"]
    else:
        day, hour = divmod(24 + hour, 24)
        assert f"{day}/{hour}+1" in shown(result).split()
        assert result.unreadable == {}


@pytest.mark.parametrize(
    "name", ["Customized Time Zone 1", SHOWN, "GMT+0100", "Mitteleuropäische Zeit", "W. Europe Standard Time 1", "CEST"]
)
def test_a_zone_that_the_file_describes_counts_before_a_guess_from_its_name(name):
    own = zone(name.replace(",", "\\,"), "+0300", None)
    content = calendar(own, event(f'DTSTART;TZID="{name}":20261201T190000', "DURATION:PT1H"))

    assert shown(wanted(content)) == "1/17+1"


@pytest.mark.parametrize("times", [[], ["BEGIN:STANDARD", "TZOFFSETTO:x", "END:STANDARD"]])
def test_a_zone_whose_description_is_of_no_use_is_guessed_from_its_name(times):
    own = ["BEGIN:VTIMEZONE", "TZID:W. Europe Standard Time 1", *times, "END:VTIMEZONE"]
    content = calendar(own, event("DTSTART;TZID=W. Europe Standard Time 1:20261201T190000", "DURATION:PT1H"))

    assert shown(wanted(content)) == "1/19+1"


def series(rule: str, *more: str) -> list[str]:
    return event(START, END, f"RRULE:{rule}", *more)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([series("FREQ=DAILY;UNTIL=20261203T190000")], "1/19+1 2/19+1 3/19+1"),
        ([series("FREQ=DAILY;UNTIL=20261203T185959")], "1/19+1 2/19+1"),
        ([series("FREQ=DAILY;UNTIL=20261203")], "1/19+1 2/19+1 3/19+1"),
        ([series("FREQ=DAILY;UNTIL=20261203T180000Z")], "1/19+1 2/19+1 3/19+1"),
        ([series("freq=daily;until=20261202t180000z;")], "1/19+1 2/19+1"),
        ([series("FREQ=WEEKLY;COUNT=3;BYDAY=TU,TH;WKST=SU")], "1/19+1 3/19+1 8/19+1"),
        ([series("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU")], "1/19+1 13/19+1 15/19+1 27/19+1"),
        ([series("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO")], "1/19+1 6/19+1 15/19+1 20/19+1"),
        ([series("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1")], "1/19+1 31/19+1"),
        ([event("DTSTART:20261201T180000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2")], "1/19+1 2/19+1"),
        ([series("FREQ=DAILY;COUNT=5", "EXDATE;TZID=America/New_York:20261202T130000,20261203T130000",
                 "EXDATE:20261204T180000Z", "EXDATE:")], "1/19+1 5/19+1"),
        ([series("FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20261202")], "1/19+1 3/19+1"),
        ([series("FREQ=DAILY;COUNT=3", "EXDATE:20261202T190000")], "1/19+1 3/19+1"),
        ([series("FREQ=DAILY;COUNT=5", "EXRULE:FREQ=DAILY;INTERVAL=2")], "2/19+1 4/19+1"),
        ([event(START, END, "RDATE;VALUE=PERIOD:20261205T180000Z/20261205T200000Z,20261206T180000Z/PT30M")],
         "1/19+1 5/19+2 6/19+0.5"),
        ([event(START, END, f"RDATE;{LOCAL}:20261205T180000,20261207T180000")], "1/19+1 5/18+1 7/18+1"),
        ([event(START, END, "RDATE;VALUE=DATE:20261205")], "1/19+1 5/19+1"),
        ([series("FREQ=WEEKLY;COUNT=3"), event(SECOND, *LATER)], "1/19+1 8/20+2 15/19+1"),
        ([event(SECOND, *LATER), series("FREQ=WEEKLY;COUNT=3")], "1/19+1 8/20+2 15/19+1"),
        ([series("FREQ=WEEKLY;COUNT=3"), event(SECOND, *LATER, title="")], "1/19+1 8/20+2 15/19+1"),
        ([series("FREQ=WEEKLY;COUNT=3"), event("RECURRENCE-ID:20261208T130000Z", *LATER)],
         "1/19+1 8/19+1 8/20+2 15/19+1"),
        ([series("FREQ=WEEKLY;COUNT=3"), event("RECURRENCE-ID;TZID=America/New_York:20261208T130000", *LATER)],
         "1/19+1 8/20+2 15/19+1"),
        ([series("FREQ=WEEKLY;COUNT=3"), event("RECURRENCE-ID;VALUE=DATE:20261208", *LATER)], "1/19+1 8/20+2 15/19+1"),
        ([series("FREQ=WEEKLY;COUNT=3"), event(SECOND.replace(";", ";RANGE=THISANDFUTURE;", 1), *LATER)],
         "1/19+1 8/20+2 15/20+2"),
        ([series("FREQ=WEEKLY;COUNT=3"), event(SECOND, "STATUS:CANCELLED")], "1/19+1 15/19+1"),
        ([series("FREQ=WEEKLY;COUNT=3"), event(SECOND, *LATER, "CLASS:PRIVATE")], "1/19+1 15/19+1"),
        ([event(SECOND, *LATER)], "8/20+2"),
        ([series("FREQ=WEEKLY;COUNT=2", "SEQUENCE:2"), event("SEQUENCE:1", *LATER)], "1/19+1 8/19+1"),
        ([series("FREQ=WEEKLY;COUNT=2"), event(*LATER)], "1/19+1 8/19+1 8/20+2"),
        ([event(START, END), event(START, END, title="SUMMARY:Other")], "1/19+1 1/19+1"),
        ([event(START, END, "STATUS:CANCELLED")], ""),
        ([event(START, END, "CLASS:CONFIDENTIAL")], ""),
        ([event("DTSTART;TZID=Foo/Bar:20261201T180000Z", "DURATION:PT1H")], "1/19+1"),
        ([event(START, "DTEND;TZID=Europe/London:20261201T190000")], "1/19+1"),
        ([event(START, "DTEND:20261201T190000Z")], "1/19+1"),
        ([event(START, END, "DURATION:PT3H")], "1/19+1"),
        ([event(START, "DURATION:P0DT1H30M0S")], "1/19+1.5"),
        ([event("DTSTART:20261201T1800Z", "DURATION:PT1H")], "1/19+1"),
        ([event("DTSTART:20261201T225960Z", "DURATION:PT1H")], "1/23:59+1"),
        ([event("DTSTART:20261201T190000+0100", "DTEND:20261201T140000-0500")], "1/19+1"),
        ([event("DTSTART:2026-12-01T19:00:00+01:00", "DTEND:2026-12-01T19:00Z")], "1/19+1"),
        ([event(f"DTSTART;{LOCAL}:2026-12-01T19:00:00", f"DTEND;{LOCAL}:20261201T20:00:00.000")], "1/19+1"),
        ([event("DTSTART:2026-12-01 18:00:00", "DTEND:20261201 190000")], "1/18+1"),
        ([event("DTSTART;TZID=floating:20261201T190000", "DURATION:P1H30M")], "1/19+1.5"),
        ([series("FREQ=DAILY;UNTIL=2026-12-02T18:00:00Z")], "1/19+1 2/19+1"),
        ([series("FREQ=DAILY;UNTIL=20261202T1800Z")], "1/19+1 2/19+1"),
        ([series("RRULE:FREQ=DAILY;COUNT=2;UNTIL=;BYDAY=")], "1/19+1 2/19+1"),
        ([series("FREQ=WEEKLY;COUNT=3;BYDAY=TU, TH")], "1/19+1 3/19+1 8/19+1"),
        ([series("FREQ=MONTHLY;COUNT=2;RSCALE=GREGORIAN;SKIP=OMIT")], "1/19+1 1-1/19+1"),
        ([event("DTSTART:19700101T180000Z", "DTEND:19700101T190000Z")], ""),
        ([event("DTSTART:20990101T180000Z", "DTEND:20990101T190000Z")], ""),
        ([event(f"DTSTART;{LOCAL}:19700106T190000", f"DTEND;{LOCAL}:19700106T200000",
                "RRULE:FREQ=MONTHLY;BYDAY=2TU;UNTIL=20991231T000000Z")], "8/19+1 1-12/19+1"),
    ],
)  # fmt: skip
def test_what_takes_place_when(events, expected):
    result = wanted(calendar(*events))

    assert shown(result) == expected
    assert result.unreadable == {}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("DTSTART;VALUE=DATE:20261201",), "1/0+24"),
        (("DTSTART:20261201",), "1/0+24"),
        (("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261201"), "1/0+24"),
        (("DTSTART:20261201Z", "DTEND:20261202Z"), "1/0+24"),
        (("DTSTART:2026-12-01", "DTEND;VALUE=DATE:2026-12-02"), "1/0+24"),
        (("DTSTART;VALUE=DATE:20261201", "DURATION:PT1H"), "1/0+24"),
        (("DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=DAILY;UNTIL=20261202T000000Z"), "1/0+24 2/0+24"),
        (("DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=DAILY;UNTIL=20261202T235959Z"), "1/0+24 2/0+24"),
        (("DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=DAILY;UNTIL=20261201T230000Z"), "1/0+24 2/0+24"),
        (("DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=DAILY;UNTIL=20261202T080000"), "1/0+24 2/0+24"),
        (("DTSTART;VALUE=DATE:20261201", "RDATE:20261203T120000,20261204T230000Z"), "1/0+24 3/0+24 5/0+24"),
        (
            (
                "DTSTART;VALUE=DATE:20261201",
                "RRULE:FREQ=DAILY;COUNT=4",
                "EXDATE:20261201T230000Z",
                "EXDATE;TZID=Europe/London:20261203T000000",
            ),
            "1/0+24 4/0+24",
        ),
        ((f"DTSTART;{LOCAL}:20261201T000000", "DURATION:P1D", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"), "1/0+24"),
    ],
)
def test_a_whole_day_becomes_a_session_only_if_the_rule_says_so(lines, expected):
    assert shown(wanted(calendar(event(*lines)))) == ""
    assert shown(wanted(calendar(event(*lines)), whole_days=True)) == expected


@pytest.mark.parametrize(
    "replaced",
    [
        "RECURRENCE-ID;VALUE=DATE:20261202",
        "RECURRENCE-ID;TZID=GMT Standard Time:20261202T000000",
        "RECURRENCE-ID;TZID=America/New_York:20261202T000000",
        "RECURRENCE-ID:20261202T000000Z",
        "RECURRENCE-ID:20261201T230000Z",
        "RECURRENCE-ID:20261202T120000",
    ],
)
def test_a_day_of_a_series_of_whole_days_may_be_named_by_a_time(replaced):
    """Exchange names it by a midnight in the organiser's zone, others by one in UTC."""
    days = event("DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=DAILY;COUNT=3")
    moved = event("DTSTART;VALUE=DATE:20261210", "DTEND;VALUE=DATE:20261211", replaced)

    assert shown(wanted(calendar(days, moved), whole_days=True)) == "1/0+24 3/0+24 10/0+24"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("DTSTART:2026-13-01",), "“20261301” is no time"),
        (("DTSTART:20261201T180000+01", "DURATION:PT1H"), "is no time"),
        (("DTSTART:20261201T180000+0160", "DURATION:PT1H"), "is no time"),
        (("DTSTART:20261301T180000Z",), "is no time"),
        ((START, "DURATION:1H"), "“1H” is no length"),
        ((START, "DURATION:P99999999999D"), "is no length"),
        ((START, END, "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:garbage"), "“GARBAGE” is no time"),
        ((START, END, "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Foo/Bar:20261202T190000"), "time zone “Foo/Bar”"),
        ((START, END, "RDATE;VALUE=PERIOD:20261205T180000Z/20261206"), "is no period"),
        ((START, END, "RRULE:FREQ=DAILY;UNTIL=soon"), "the end of its rule"),
        ((START, END, "RRULE:INTERVAL=2"), "its rule"),
        ((START, END, f"RRULE:FREQ=DAILY;BYMINUTE={EVERY};BYSECOND={EVERY};BYHOUR=19"), "100 times a day"),
        ((START, END, "RRULE:FREQ=DAILY", "EXRULE:FREQ=HOURLY"), "more often than daily"),
        ((START, END, "RECURRENCE-ID;RANGE=THISANDPRIOR:20261201T180000Z"), "earlier occurrences"),
        (("X-NOTHING:1",), "no start"),
        (("DTSTART:16010101T000000Z", "DTEND:16010101T010000Z"), "the year 1601"),
    ],
)
def test_an_event_that_cannot_be_followed_has_a_reason_and_harms_no_other(lines, why):
    result = wanted(calendar(event(*lines), event(START, END, uid="UID:2")))

    assert shown(result) == "1/19+1"
    assert list(result.unreadable) == ["1"]
    assert why in result.unreadable["1"]
    assert result.unclear == {uuid5(CALENDAR, "1")}  # its sessions stay planned


@pytest.mark.parametrize("end", ["DURATION:-PT1H", "DURATION:PT0S", "X-NONE:1", f"DTEND;{LOCAL}:20261201T180000"])
def test_an_event_without_a_length_is_left_out_and_counted(end):
    result = wanted(calendar(event(START, end)))
    assert (result.sessions, result.skipped) == ((), {"no_length": 1})


def test_times_without_a_zone_are_by_the_calendars_own_zone_or_the_venues():
    floating = event("DTSTART:20261201T120000", "DTEND:20261201T130000")

    assert shown(wanted(calendar(floating))) == "1/12+1"
    assert shown(wanted(calendar(floating, head=("X-WR-TIMEZONE:America/New_York",)))) == "1/18+1"
    assert shown(wanted(calendar(floating, head=("X-WR-TIMEZONE:Eastern Time (US & Canada)",)))) == "1/18+1"
    assert shown(wanted(calendar(floating, head=("X-WR-TIMEZONE:Mars/Olympus",)))) == "1/12+1"


def test_hours_that_clocks_leave_out_or_repeat():
    gap = event(f"DTSTART;{LOCAL}:20270328T023000", f"DTEND;{LOCAL}:20270328T040000")
    overlap = event(f"DTSTART;{LOCAL}:20261025T023000", f"DTEND;{LOCAL}:20261025T033000")

    assert shown(wanted(calendar(gap), datetime(2027, 3, 20, tzinfo=UTC))) == "3-28/3:30+0.5"
    assert shown(wanted(calendar(overlap), datetime(2026, 10, 20, tzinfo=UTC))) == "10-25/2:30+2"


def test_a_categorys_name_may_have_a_comma():
    content = calendar(event(START, END, "CATEGORIES:Tea\\, coffee,Open"))

    (read,) = read_calendar(content, CALENDAR).events
    assert read.main is not None
    assert read.main.categories == ("Tea, coffee", "Open")


CUT = event(START, END, uid="UID:cut")[:-1]
ALARM = ["BEGIN:VALARM", "TRIGGER:-PT15M"]


@pytest.mark.parametrize(
    "parts",
    [
        (CUT, PLAIN),
        (PLAIN, CUT),
        (CUT, ["BEGIN:VTODO", "END:VTODO"], PLAIN),
        ([*CUT, "END:VTODO"], PLAIN),
        ([*CUT, *ALARM, "END:VEVENT"], PLAIN),
        ([*CUT, *ALARM], PLAIN),
        ([*CUT, *ALARM, "BEGIN:VCALENDAR"], PLAIN, ["END:VCALENDAR"]),
    ],
)
def test_an_event_without_an_end_is_left_out_and_the_others_are_read(parts):
    result = wanted(calendar(*parts))

    assert shown(result, titles=True) == "1/19+1 Café"
    assert result.unreadable == {"cut": "it is damaged: a part of it has no end"}
    assert result.unclear == {uuid5(CALENDAR, "cut")}  # its sessions stay planned


@pytest.mark.parametrize(
    "parts",
    [
        (["BEGIN:VTODO", "UID:2", START, "END:VTOOD"], PLAIN),
        (["END:VALARM", "END:VTIMEZONE"], PLAIN, ["END:VTODO"]),
        ([*PLAIN[:-1], "END:VALARM", "END:VEVENT"],),
        (["BEGIN:VCALENDAR"], PLAIN, ["END:VCALENDAR"]),
        (["BEGIN:VTIMEZONE", "TZID:Europe/Amsterdam", "BEGIN:STANDARD"], PLAIN),
        (["END:VCALENDAR"], PLAIN, ["BEGIN:VCALENDAR"]),
        (["BEGIN:VPOLL", *event(START, END, uid="UID:2", title="SUMMARY:Vote"), "END:VPOLL"], PLAIN),
    ],
)
def test_damage_outside_of_events_is_passed_over(parts):
    result = wanted(calendar(*parts))

    assert shown(result, titles=True) == "1/19+1 Café"
    assert result.unreadable == {}


@pytest.mark.parametrize(
    "content",
    [
        calendar(PLAIN) + b"<!-- Page cached -->\r\n",
        calendar(PLAIN)[:-2] + b"<!DOCTYPE html>\n<html><head><title>Error</title></head></html>",
        calendar(PLAIN) + b"X-COMMENT:after\r\nEND:VCALENDAR\r\n",
        b"<br />\n<b>Notice</b>: Undefined variable in <b>feed.php</b> on line <b>7</b><br />\n" + calendar(PLAIN),
        b"\r\n\xef\xbb\xbf" + calendar(PLAIN),
        b"\xef\xbb\xbf\xef\xbb\xbf" + calendar(PLAIN),
    ],
)
def test_what_a_web_server_writes_around_a_calendar_is_passed_over(content):
    assert shown(wanted(content), titles=True) == "1/19+1 Café"


def test_each_calendar_of_a_file_has_its_own_zones_and_method():
    own = "Customized Time Zone"
    at_six = [f"DTSTART;TZID={own}:20261201T180000", "DURATION:PT1H"]
    east = calendar(zone(own, "+0300", None), event(*at_six), event("DTSTART:20261202T180000", "DURATION:PT1H",
                    uid="UID:2"), head=("X-WR-TIMEZONE:Europe/Moscow",))  # fmt: skip
    west = calendar(zone(own, "-0300", None), event(*at_six, uid="UID:3"), event("DTSTART:20261202T180000",
                    "DURATION:PT1H", uid="UID:4"), head=("X-WR-TIMEZONE:America/Sao_Paulo",))  # fmt: skip
    called_off = calendar(event(START, END, uid="UID:5"), head=("METHOD:CANCEL",))
    closed = calendar(event(START, END, uid="UID:6"), head=("X-CALENDARSERVER-ACCESS:CONFIDENTIAL",))
    result = wanted(east + called_off + west + closed)

    assert shown(result) == "1/16+1 1/22+1 2/16+1 2/22+1"
    assert result.skipped == {"cancelled": 1, "private": 1}


def test_a_great_many_calendars_in_a_file_share_a_zone():
    """Some programs write a calendar around each event, with the same description of a time zone."""
    own = zone("Own", "+0300", None)
    events = [event("DTSTART;TZID=Own:20261201T180000", "DURATION:PT1H", uid=f"UID:{number}") for number in range(70)]

    assert shown(wanted(b"".join(calendar(own, each) for each in events))) == "1/16+1"


@pytest.mark.parametrize(
    "title",
    [
        "SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Caf=C3=A9",
        "SUMMARY;LANGUAGE=fr;ENCODING=QUOTED-PRINTABLE:Caf=E9",
        "SUMMARY;QUOTED-PRINTABLE:Caf=C3=\r\n=A9",
    ],
)
def test_a_title_of_a_vcalendar_is_decoded(title):
    more = "DESCRIPTION;ENCODING=QUOTED-PRINTABLE:one=0D=0A=\r\nCLASS:PRIVATE=0D=0ACLASS:PRIVATE"

    assert shown(wanted(calendar(event(START, END, more, title=title))), titles=True) == "1/19+1 Café"
