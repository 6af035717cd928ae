"""Writes iCalendar files in the manner of the programs that export them."""

from collections.abc import Sequence

LINE_END = "\r\n"


def event(
    uid: str = "evening@example.org",
    start: str = "DTSTART:20261201T180000Z",
    end: str = "DTEND:20261201T200000Z",
    title: str = "Phone-free evening",
    *more: str,
) -> list[str]:
    """The lines of one event."""
    stamp = "DTSTAMP:20261101T090000Z"
    return ["BEGIN:VEVENT", f"UID:{uid}", stamp, start, end, f"SUMMARY:{title}", *more, "END:VEVENT"]


def calendar(*parts: Sequence[str], head: Sequence[str] = ("PRODID:-//Example//Example 1//EN",)) -> bytes:
    """A whole file."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *head, *(line for part in parts for line in part), "END:VCALENDAR", ""]
    return LINE_END.join(lines).encode()


def zone(
    tzid: str,
    standard: str = "+0100",
    daylight: str | None = "+0200",
    *more: str,
    end: str = "BYMONTH=10;BYDAY=-1SU",
    begin: str = "BYMONTH=3;BYDAY=-1SU",
) -> list[str]:
    """A description of a time zone by two yearly rules, or by one time all year."""
    lines = ["BEGIN:VTIMEZONE", f"TZID:{tzid}", *more]
    if daylight is None:
        lines += _observance("STANDARD", standard, standard, "")
    else:
        lines += _observance("STANDARD", daylight, standard, end) + _observance("DAYLIGHT", standard, daylight, begin)
    return [*lines, "END:VTIMEZONE"]


def _observance(name: str, before: str, after: str, rule: str) -> list[str]:
    lines = [f"BEGIN:{name}", "DTSTART:16010101T020000", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}"]
    return [*lines, *([f"RRULE:FREQ=YEARLY;{rule}"] if rule else []), f"END:{name}"]


def google() -> bytes:
    """A series with a moved and a cancelled occurrence, in a public calendar's export."""
    head = [
        "PRODID:-//Google Inc//Google Calendar 70.9054//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Mill café",
        "X-WR-TIMEZONE:Europe/Amsterdam",
    ]
    berlin = zone("Europe/Amsterdam", "+0100", "+0200", "X-LIC-LOCATION:Europe/Amsterdam")
    local = "TZID=Europe/Amsterdam"
    club = event(
        "club@google.com",
        f"DTSTART;{local}:20261103T190000",
        f"DTEND;{local}:20261103T210000",
        "Board games without phones",
        "RRULE:FREQ=WEEKLY;BYDAY=TU",
        f"EXDATE;{local}:20261215T190000",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "DESCRIPTION:Bring a game\\, or a friend\\n" + "and tea. " * 20,
    )
    moved = event(
        "club@google.com",
        "DTSTART:20261209T190000Z",
        "DTEND:20261209T210000Z",
        "Board games on a Wednesday",
        f"RECURRENCE-ID;{local}:20261208T190000",
    )
    cancelled = event(
        "club@google.com",
        f"DTSTART;{local}:20261222T190000",
        f"DTEND;{local}:20261222T210000",
        "Board games without phones",
        f"RECURRENCE-ID;{local}:20261222T190000",
        "STATUS:CANCELLED",
    )
    return calendar(berlin, club, moved, cancelled, head=head)


def outlook() -> bytes:
    """A Windows name of a time zone beside one of the calendar's own, folded lines and a private birthday."""
    head = ["METHOD:PUBLISH", "PRODID:Microsoft Exchange Server 2010", "X-WR-CALNAME:Calendar"]
    own = "Customized Time Zone"
    reading = event(
        "040000008200E00074C5B7101A82E008",
        "DTSTART;TZID=W. Europe Standard Time:20261201T190000",
        "DTEND;TZID=W. Europe Standard Time:20261201T203000",
        "Reading",
        " \tgroup",
        "CLASS:PUBLIC",
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
    )
    own_zone = event(
        "040000008200E00074C5B7101A82E009",
        f"DTSTART;TZID={own}:20261202T190000",
        f"DTEND;TZID={own}:20261202T203000",
        "Knitting",
    )
    birthday = event("birthday", "DTSTART;VALUE=DATE:20261203", "DTEND;VALUE=DATE:20261204", "Anna’s birthday")
    private = event("private", title="Dentist")
    private.insert(-1, "CLASS:PRIVATE")
    hours = zone("W. Europe Standard Time")
    three = zone(own, "+0300", None)
    return calendar(hours, three, reading, own_zone, birthday, private, head=head)


def apple() -> bytes:
    """Floating times, alarms, a length in place of an end, and a series that ends on a day."""
    head = ["CALSCALE:GREGORIAN", "PRODID:-//Apple Inc.//macOS 15.1//EN", "X-APPLE-CALENDAR-COLOR:#FF2968"]
    alarm = ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "SUMMARY:not a title", "END:VALARM"]
    walk = event(
        "A1B2C3D4",
        "DTSTART:20261205T100000",
        "DURATION:PT1H30M",
        "Quiet walk",
        "RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20261209",
        *alarm,
    )
    return calendar(walk, head=head)


def nextcloud() -> bytes:
    """Categories, a vendor's prefix before the time zone's name, RDATE with lengths, and several EXDATEs in UTC."""
    head = ["PRODID:-//IDN nextcloud.com//Calendar app 5.0//EN", "REFRESH-INTERVAL;VALUE=DURATION:PT4H"]
    local = "TZID=/freeassociation.sourceforge.net/Europe/Amsterdam"
    repair = event(
        "repair",
        f"DTSTART;{local}:20261202T140000",
        f"DTEND;{local}:20261202T160000",
        "Repair café",
        "CATEGORIES:Open,Phone-free",
        "RRULE:FREQ=DAILY;COUNT=4",
        "EXDATE:20261203T130000Z,20261204T130000Z",
        "RDATE;VALUE=PERIOD:20261210T130000Z/PT30M",
        "CLASS:PUBLIC",
    )
    secret = event("secret", title="Staff meeting")
    secret.insert(-1, "CLASS:CONFIDENTIAL")
    return calendar(repair, secret, head=head)
