"""The reports that pages, exports and the command offer."""

from sync.server.kiosks.lookup import NotFound
from sync.server.reports.attendance import ATTENDANCE
from sync.server.reports.base import AnyReport
from sync.server.reports.capacity import CAPACITY
from sync.server.reports.feelings import FEELINGS
from sync.server.reports.people import PEOPLE
from sync.server.reports.phones import PHONES
from sync.server.reports.presence import PRESENCE
from sync.server.reports.returns import RETURNS
from sync.server.reports.series import SERIES
from sync.server.reports.stays import STAYS
from sync.server.reports.storage import STORAGE
from sync.server.web.i18n import say

REPORTS: tuple[AnyReport, ...] = (
    ATTENDANCE,
    PRESENCE,
    STAYS,
    CAPACITY,
    PHONES,
    STORAGE,
    SERIES,
    PEOPLE,
    RETURNS,
    FEELINGS,
)  # the first: by default


def find_report(identifier: str | None) -> AnyReport:
    """The report with this identifier; the default one for none. Raises NotFound."""
    if not identifier:
        return REPORTS[0]
    for report in REPORTS:
        if report.identifier == identifier:
            return report
    raise NotFound(
        say("no report is called “{name}”; there are: {names}", name=identifier[:80], names=", ".join(identifiers()))
    )


def identifiers() -> list[str]:
    """The identifiers of all reports, the default one first."""
    return [report.identifier for report in REPORTS]
