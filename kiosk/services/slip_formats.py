"""In which format this kiosk gives out slips: the checked one as soon as every kiosk of the venue reads it."""

from kiosk.services.context import KioskContext
from sync.domain.visit import CHECKED_FORMAT
from sync.ledger import slip_formats


def gives_checked(context: KioskContext) -> bool:
    """A kiosk that is not paired reads its own slips; a paired one waits for the server's word."""
    readable = slip_formats.readable_everywhere(context.ledger)
    return not context.profile.paired if readable is None else CHECKED_FORMAT in readable
