"""Which slip format this kiosk issues: the checked one as soon as every kiosk of the venue reads it."""

from kiosk.services.context import KioskContext
from sync.domain.visit import CHECKED_FORMAT
from sync.ledger import slip_formats


def issues_checked_slips(context: KioskContext) -> bool:
    """An unpaired kiosk always does; a paired one once the server has announced that all read the format."""
    readable = slip_formats.readable_everywhere(context.ledger)
    return not context.profile.paired if readable is None else CHECKED_FORMAT in readable
