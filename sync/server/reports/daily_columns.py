"""The columns that several daily reports have in common."""

from sync.server.reports.base import ReportColumn
from sync.server.web.i18n import later

VENUE = ReportColumn("venue", later("Venue"), "venue")
PUT_AWAY = later("Phones that were put away.")
KEPT = ReportColumn("kept", later("Kept"), is_totalled=True, definition=later("Phones that stayed with their owners."))
NOT_BACK = later("Visits that have ended and of which a phone, a pouch or a locker is still not handed back.")
REPORTED_UP_TO = ReportColumn(
    "reported_up_to",
    later("Reported up to"),
    "reported_up_to",
    definition=later("Every kiosk of the venue has sent what happened before this time."),
)
