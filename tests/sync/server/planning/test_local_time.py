"""Local times are parsed to moments; ambiguous ones are refused with a suggestion."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from sync.errors import UserError
from sync.server.local_time import read_time, read_time_zone, show_time

MADRID = ZoneInfo("Europe/Madrid")


def utc(text):
    return int(datetime.fromisoformat(text + "+00:00").timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-01 19:00", "2026-12-01 18:00"),
        ("2026-07-01T19:30", "2026-07-01 17:30"),
        ("2026-12-01 19:00+05:30", "2026-12-01 13:30"),
        ("2026-10-25 02:30+02:00", "2026-10-25 00:30"),
        ("2026-10-25 02:30+01:00", "2026-10-25 01:30"),
        ("2026-10-25 01:59", "2026-10-24 23:59"),
        ("2026-10-25 03:00", "2026-10-25 02:00"),
        ("2026-03-29 01:59", "2026-03-29 00:59"),
        ("2026-03-29 03:00", "2026-03-29 01:00"),
    ],
)
def test_the_moment_of_a_time(text, expected):
    assert read_time(text, MADRID) == utc(expected)


def test_an_ambiguous_time_is_refused():
    with pytest.raises(UserError, match="twice in Europe/Madrid") as error:
        read_time("2026-10-25 02:30", MADRID)

    assert "'2026-10-25 02:30+02:00' or '2026-10-25 02:30+01:00'" in str(error.value)


def test_a_skipped_time_is_refused():
    with pytest.raises(UserError, match=r"never comes in Europe/Madrid.* write 01:30 or 03:30"):
        read_time("2026-03-29 02:30", MADRID)


def test_where_clocks_move_by_half_an_hour():
    with pytest.raises(UserError, match="write 01:45 or 02:45"):
        read_time("2026-10-04 02:15", ZoneInfo("Australia/Lord_Howe"))


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2026-12-01", "2026-13-01 19:00", "0001-01-01 00:00", "9999-12-31 23:59"]
)
def test_a_malformed_time_is_refused(text):
    with pytest.raises(UserError):
        read_time(text, ZoneInfo("Pacific/Kiritimati"))


@pytest.mark.parametrize("name", ["Mars/Base", "", "/etc/localtime", "../UTC", "\0"])
def test_an_unknown_time_zone_is_refused(name):
    with pytest.raises(UserError, match="no time zone"):
        read_time_zone(name)


def test_a_time_is_shown_as_the_venue_sees_it():
    assert show_time(utc("2026-12-01 18:00"), MADRID) == "Tue 1 Dec 2026, 19:00"
