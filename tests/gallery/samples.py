"""The sample records of the gallery."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from kiosk.services import records

ID = UUID(int=1)
OTHER_ID = UUID(int=2)
OPEN = records.OpenedSession(ID, "Quiet evening", datetime(2026, 11, 24, 21, 30))  # noqa: DTZ001 - only its clock is shown
LIVE = records.LiveSession(OPEN, people=12, places_left=18)
PLANNED = tuple(
    records.PlannedSession(
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
DOOR = records.DoorState("The Reading Room", (LIVE,), on_break=0, has_host=True, coming=PLANNED)
SHELF = records.ShelfState(21, 0, has_pouches=True, has_lockers=False, reach="+31 20 555 0123")
LOCKERS = replace(SHELF, lockers=6, has_lockers=True)
WELCOMED = records.CheckedIn(
    (14,), 1, 0, 1, "4827", "HS2:BBBCBDBEBFBGBHBJBKBLFHTJHRFG", "from the shelf on the left", "+31 20 555 0123"
)
FAREWELL = records.CheckedOut(ID, (14,), 1, timedelta(hours=1, minutes=42))
TEMPLATES = (
    records.Template("Open hours", "open_hours", 240, 30),
    records.Template("Quiet evening", "event", 150, 24),
    records.Template("Board game club", "club", 180, None),
    records.Template("Until late", "open_hours", None, None),
)
BOARD = records.BoardState(OPEN, TEMPLATES, 12, 9, 2, 1, 30, 18, 30, 21, (3, 4, 5, 9, 12, 14, 15, 16, 21), True, 14)
BOARD = replace(BOARD, venue_places_left=18)
SHUT = replace(BOARD, session=None, pouches_out=())
NOW = datetime(2026, 11, 24, 19, 12)  # noqa: DTZ001
REMINDERS = (records.Reminder(ID, 0, NOW, "pouch", (14, 15)), records.Reminder(OTHER_ID, 0, NOW, "none", ()))
SEVERAL = records.SeveralSessions(
    (
        LIVE,
        records.LiveSession(records.OpenedSession(ID, "Workshop: mending together", None), people=0, places_left=None),
        records.LiveSession(records.OpenedSession(ID, "Chess", OPEN.until), people=8, places_left=0),
    )
)
LONG_TITLES = records.SeveralSessions(
    tuple(
        records.LiveSession(records.OpenedSession(ID, title, OPEN.until), people=3, places_left=9)
        for title in ("An evening of slow letters, with a pot of soup for whoever stays on", "Chess")
    )
)
MANY = (*range(1, 9), 11, 12, 15, *range(20, 41))
SCATTERED = tuple(range(1, 69, 2))
