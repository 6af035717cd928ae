"""The columns that several daily reports have in common."""

from sync.server.reports.base import ReportColumn

VENUE = ReportColumn("venue", "Venue", "venue")
PUT_AWAY = "Phones that were put away."
KEPT = ReportColumn("kept", "Kept", is_totalled=True, definition="Phones that stayed with their owners.")
NOT_BACK = "Visits that have ended and of which a phone, a pouch or a locker is still not handed back."
REPORTED_UP_TO = ReportColumn(
    "reported_up_to",
    "Reported up to",
    "reported_up_to",
    definition="Every kiosk of the venue has sent what happened before this time.",
)
