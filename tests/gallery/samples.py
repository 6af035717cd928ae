"""The sample records of the gallery."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID

from board_states import changed

from kiosk.rules import venue_key
from kiosk.rules.setting_values import SettingValues, TemplateSettings
from kiosk.services.machine import HealthReport
from kiosk.services.records import (
    closeout_records,
    evacuation_records,
    health_record,
    host_records,
    session_records,
    shared_records,
    visitor_records,
)
from kiosk.services.settings import EffectiveSettings

ID = UUID(int=1)
OTHER_ID = UUID(int=2)
OPEN = shared_records.OpenedSession(ID, "Quiet evening", datetime(2026, 11, 24, 21, 30))  # noqa: DTZ001 - only its clock is shown
LIVE = visitor_records.LiveSession(OPEN, people=12, places_left=18)
PLANNED = tuple(
    shared_records.PlannedSession(
        ID,
        title,
        datetime(2026, 11, day, hour),  # noqa: DTZ001 - only its clock is shown
        datetime(2026, 11, day, hour + 2, 30),  # noqa: DTZ001
        capacity,
        days,
    )
    for title, hour, capacity, day, days in (
        ("Slow reading circle", 17, 16, 24, 0),
        ("An evening without phones, with soup", 20, None, 25, 1),
        ("Board game club", 18, 24, 27, 3),
        ("Winter workshop", 10, 12, 5, 11),
    )
)
DOOR = visitor_records.DoorState("The Reading Room", (LIVE,), on_break=0, has_host=True, coming=PLANNED)
SHELF = visitor_records.ShelfState(21, 0, has_pouches=True, has_lockers=False, reach="+31 20 555 0123")
LOCKERS = replace(SHELF, lockers=6, has_lockers=True)
WELCOMED = visitor_records.CheckedIn(
    (14,), 1, 0, 1, "4827", "HS2:BBBCBDBEBFBGBHBJBKBLFHTJHRFG", "from the shelf on the left", "+31 20 555 0123"
)
FAREWELL = visitor_records.CheckedOut(ID, (14,), 1, timedelta(hours=1, minutes=42))
LATE = replace(FAREWELL, phone_free=timedelta(), asks_after=False, late=True)
TEMPLATES = (
    host_records.Template("Open hours", "open_hours", 240, 30),
    host_records.Template("Quiet evening", "event", 150, 24),
    host_records.Template("Board game club", "club", 180, None),
    host_records.Template("Until late", "open_hours", None, None),
)

CHOSEN = SettingValues(
    venue="The Reading Room",
    reach="+31 20 555 0123",
    lockers=6,
    templates=tuple(
        TemplateSettings(template.title, template.session_kind, template.minutes, template.capacity)
        for template in TEMPLATES
    ),
)
SETTINGS = EffectiveSettings(CHOSEN, dict.fromkeys(SettingValues.__struct_fields__, "kiosk"))
COORDINATED = EffectiveSettings(
    CHOSEN, {**SETTINGS.origins, "pouches": "coordinator", "reach": "coordinator", "venue": "coordinator"}
)
MOMENT = datetime(2026, 11, 24, 19, 12)  # noqa: DTZ001 - only its day and clock are shown
HEALTH = HealthReport(
    health_record.KioskHealth(
        health_record.SyncHealth("https://hearth.example.org", "The Reading Room", waiting=1204),
        health_record.DatabaseHealth(),
        health_record.MachineHealth("1.4.0", "ntp", True, 21_400_000_000, 48.2),
    ),
    None,
    can_power_off=True,
    oldest_at=MOMENT,
    contact_at=MOMENT,
    backup_at=MOMENT,
)
ILL = HealthReport(
    health_record.KioskHealth(
        health_record.SyncHealth(None, waiting=2),
        health_record.DatabaseHealth(is_suspect=True, backup_error="no copy could be made"),
        health_record.MachineHealth("1.4.0", "", False, 4_000_000, missing_voice="espeak-ng"),
    ),
    "backup failed",
    can_power_off=False,
)


BOARD = host_records.BoardState(
    host_records.AttendancePanel(OPEN, people=12, on_break=1, phones_stowed=9, phones_kept=2),
    host_records.CapacityPanel(30, 18, 18, pouches=host_records.StowCount(30, 21, (3, 4, 5, 9, 12, 14, 15, 16, 21))),
    host_records.TimetablePanel(templates=TEMPLATES),
    host_records.HealthPanel(is_paired=True, entries_waiting=14),
)
SHUT = changed(BOARD, session=None, pouches=host_records.StowCount(30, 21))
NOW = datetime(2026, 11, 24, 19, 12)  # noqa: DTZ001
REMINDERS = (
    shared_records.Reminder(ID, 0, NOW, "pouch", (14, 15)),
    shared_records.Reminder(OTHER_ID, 0, NOW, "none", ()),
)
SEVERAL = visitor_records.SeveralSessions(
    (
        LIVE,
        visitor_records.LiveSession(
            shared_records.OpenedSession(ID, "Workshop: mending together", None), people=0, places_left=None
        ),
        visitor_records.LiveSession(shared_records.OpenedSession(ID, "Chess", OPEN.until), people=8, places_left=0),
    )
)
LONG_TITLES = visitor_records.SeveralSessions(
    tuple(
        visitor_records.LiveSession(shared_records.OpenedSession(ID, title, OPEN.until), people=3, places_left=9)
        for title in ("An evening of slow letters, with a pot of soup for whoever stays on", "Chess")
    )
)
MANY = (*range(1, 9), 11, 12, 15, *range(20, 41))
SCATTERED = tuple(range(1, 69, 2))
ROLL = evacuation_records.RollCall(
    started=NOW,
    entries=tuple(
        evacuation_records.RollEntry(
            visit=UUID(int=100 + place),
            stow="pouch" if numbers else "none",
            numbers=numbers,
            arrived=NOW - timedelta(minutes=7 * place),
            party_size=size,
            on_break=place in (3, 17),
            is_out=place in (0, 1, 4, 5, 6, 9),
            has_left=place == 6,
        )
        for place, (numbers, size) in enumerate(
            (
                *(((number,), 1) for number in range(1, 10)),
                *(((number, number + 1), 2) for number in range(10, 24, 2)),
                ((24, 25, 26, 27), 5),
                ((28, 31, 33, 40), 4),
                *(((number,), 2) for number in range(50, 64)),
                *(((), size) for size in (1, 2, 12)),
            )
        )
    ),
    staff_out=2,
    others=(NOW - timedelta(minutes=12),),
    is_paired=True,
)
EVERYTHING_BROKEN = replace(
    ROLL,
    others=(NOW - timedelta(minutes=12), NOW - timedelta(days=2), None),
    has_lockers=True,
    key_at="in the office, left of the door",
    is_saved=False,
    is_stale=True,
    read_at=NOW,
)
EVERYBODY_OUT = replace(ROLL, entries=tuple(replace(entry, is_out=True) for entry in ROLL.entries))
LOCKER_ROLL = replace(
    ROLL,
    entries=tuple(replace(entry, stow="locker" if entry.numbers else "none") for entry in ROLL.entries[-9:]),
    has_lockers=True,
    is_paired=False,
)
QUIET = replace(OPEN, phase=shared_records.CurrentPhase("quiet", NOW + timedelta(minutes=48)))
DETAILS = session_records.SessionDetails(
    QUIET,
    people=12,
    capacity=30,
    places_left=18,
    venue_places_left=18,
    firm_limit=40,
    phases=(
        session_records.PhaseTimes("quiet", NOW - timedelta(minutes=12), NOW + timedelta(minutes=48), is_now=True),
        session_records.PhaseTimes("talk", NOW + timedelta(minutes=48), NOW + timedelta(minutes=108), is_now=False),
    ),
)
WEEKLY = tuple(
    session_records.WeeklySession(
        ID, title, days, time(hour, 30 * (hour % 2)), 120, 16, opens, closes, planned, session_kind="club"
    )
    for title, days, hour, opens, closes, planned in (
        ("Quiet evening", (2, 7), 19, True, True, PLANNED[0]),
        ("An evening without phones, with soup", (3,), 20, True, False, PLANNED[1]),
        ("Open hours", (1, 2, 3, 4, 5, 6, 7), 10, False, False, None),
    )
)
WEEK = session_records.Timetable(WEEKLY, TEMPLATES, (OPEN,))


def open_item(
    number: int | None, phone: str = "here", pouch: str = "out", **fields: object
) -> closeout_records.OpenItem:
    """An item of a close-out; without a number its phones are in no pouch."""
    stow = fields.pop("stow", "none" if number is None else "pouch")
    phones = fields.pop("phones", 1)
    return closeout_records.OpenItem(ID, number, stow, phones, phone, pouch, ended=OPEN.until, **fields)


CLOSED = host_records.ClosedSession("Quiet evening", 3, (14, 15))
OPEN_ITEMS = closeout_records.OpenItems(
    (
        open_item(3),
        open_item(14, phone="back"),
        open_item(21, pouch="back", note="in_safe"),
        open_item(7, stow="locker", phones=3),
        open_item(None, phones=2, pouch="back"),
    ),
    (open_item(9, phone="lost", pouch="lost"),),
)
THIRTY_ITEMS = closeout_records.OpenItems(tuple(open_item(number) for number in range(1, 31)))
LOCKER_ITEM = open_item(107, stow="locker", phones=4)
REPORT = closeout_records.MorningReport(
    (closeout_records.NightClosing("An evening without phones, with soup", OPEN.until),),
    3,
    closeout_records.CloseoutFigures(),
)
LEAD = host_records.HostSession(ID, 4731, "lead", "Noor")
HOSTS = host_records.HostList(
    (
        host_records.ListedHost(ID, 4731, "Noor", "lead"),
        host_records.ListedHost(UUID(int=2), 8088, "Maximiliana-Josephin", "host"),
        host_records.ListedHost(UUID(int=3), 1207, "J. K.", "host"),
        host_records.ListedHost(UUID(int=4), 13, "", "lead"),
    )
)
KEY = venue_key.groups_of(bytes(range(64, 80)))
SETUP = host_records.Setup("The Old Lighthouse Library", "Reading hall", 40, 6, host_name="Noor")
