"""Texts that are built from numbers, in English."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.ui.text import phrases


@pytest.mark.parametrize(
    ("people", "expected"), [(0, "The room is all yours"), (1, "1 person is here"), (12, "12 people are here")]
)
def test_people_here(people: int, expected: str) -> None:
    assert phrases.people_here(people) == expected


@pytest.mark.parametrize(
    ("places", "expected"), [(None, ""), (0, "Every place is taken"), (1, "Room for 1 more"), (18, "Room for 18 more")]
)
def test_room_for(places: int | None, expected: str) -> None:
    assert phrases.room_for(places) == expected


@pytest.mark.parametrize(
    ("until", "expected"),
    [(datetime(2026, 11, 24, 21, 30, tzinfo=UTC), "Phone-free\nuntil 21:30"), (None, "Phone-free\nright now")],
)
def test_phone_free_until(until: datetime | None, expected: str) -> None:
    assert phrases.phone_free_until(until) == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((), ""),
        ((14,), "14"),
        ((14, 15), "14, 15"),
        ((14, 15, 16), "14–16"),
        ((30, 14, 16, 15, 20), "14–16, 20, 30"),
        (tuple(range(1, 100)), "1–99"),
    ],
)
def test_ranges(numbers: tuple[int, ...], expected: str) -> None:
    assert phrases.ranges(numbers) == expected


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (timedelta(hours=1, minutes=42, seconds=59), "1 h 42 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(days=1, hours=1), "25 h"),
    ],
)
def test_duration(time: timedelta, expected: str) -> None:
    assert phrases.duration(time) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(1, "1 second"), (30, "30 seconds"), (90, "90 seconds"), (91, "2 minutes"), (300, "5 minutes")],
)
def test_keypad_locked_for(seconds: int, expected: str) -> None:
    assert phrases.keypad_locked_for(seconds) == f"Listening again in {expected}."


def test_a_spaced_code_keeps_its_digits() -> None:
    assert "".join(phrases.spaced("4827").split()) == "4827"


@pytest.mark.parametrize(
    ("numbers", "phones", "expected"),
    [
        ((14,), 1, "Take your phone from pouch 14 and leave the pouch with us."),
        ((14, 15, 16), 3, "Take your phones from pouches 14–16 and leave the pouches with us."),
        ((), 1, "Your host has your phone for you."),
        ((), 2, "Your host has your phones for you."),
        ((), 0, ""),
    ],
)
def test_giving_back(numbers: tuple[int, ...], phones: int, expected: str) -> None:
    assert phrases.giving_back(numbers, phones) == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((), "Every pouch is on its shelf."),
        ((3,), "Pouch 3 is still out."),
        ((3, 4), "Pouches 3, 4 are still out."),
    ],
)
def test_pouches_out(numbers: tuple[int, ...], expected: str) -> None:
    assert phrases.pouches_out(numbers) == expected


@pytest.mark.parametrize(
    ("minutes", "capacity", "expected"),
    [(None, None, "until you close it"), (150, None, "for 2 h 30 min"), (240, 30, "for 4 h, 30 places")],
)
def test_template(minutes: int | None, capacity: int | None, expected: str) -> None:
    assert phrases.template(minutes, capacity) == expected


@pytest.mark.parametrize(
    ("paired", "waiting", "trouble", "expected"),
    [
        (False, 9, None, "Not paired yet"),
        (True, 14, None, "Offline, 14 waiting"),
        (True, 0, None, "All sent"),
        (False, 0, "pairing lost", "Pair this kiosk again"),
        (True, 7, "pairing lost", "Pair this kiosk again"),
        (True, 7, "copied", "A copied kiosk: pair it again"),
        (True, 3, "damaged", "Restart this kiosk"),
        (True, 3, "disk", "Check this kiosk’s disk"),
        (True, 3, "backup full", "No room for a backup"),
        (True, 0, "backup failed", "Backup is tried again"),
    ],
)
def test_connection(paired: bool, waiting: int, trouble: str | None, expected: str) -> None:
    assert phrases.connection(paired, waiting, trouble) == expected


def test_lockers_and_pouches_in_use() -> None:
    assert phrases.still_out((), (1, 2)) == "Lockers 1, 2 are in use."
    assert phrases.still_out((3,), (1,)) == "Pouch 3 is still out. Locker 1 is in use."
    assert phrases.still_out((), ()) == "Every pouch is on its shelf."
