"""Checks a party in at a kiosk without a window."""

from kiosk.services import visits
from kiosk.services.context import KioskContext
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest


def check_in_party(
    context: KioskContext, party_size: int = 1, phones: int = 1, kept: int = 0, **fields: object
) -> CheckedIn:
    """Check in a party, by default one person with one phone; ``fields``: the request's others."""
    answer = visits.check_in(context, CheckInRequest(party_size, phones, kept, **fields))  # type: ignore[arg-type]
    assert isinstance(answer, CheckedIn), answer
    return answer
