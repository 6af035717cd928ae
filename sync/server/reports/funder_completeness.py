"""The sentences of the funder's PDF on how complete and how final its figures are.

They say what the pages of reports say, for a reader who sees the paper alone: with whole dates, and with no exact count
of visits.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sync.ledger.store import Store
from sync.server.auth.scope import Scope
from sync.server.kiosks import missing, naming
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.completeness import Completeness, completeness
from sync.server.kiosks.repository import Kiosk, Venue
from sync.server.kiosks.words import clock_words
from sync.server.reports.base import ReportFilters
from sync.server.reports.disclosure import shown_share
from sync.server.reports.provisional import read_provisional
from sync.server.reports.selection import select_venues
from sync.server.web.venue_time import midnight
from sync.server.web.words import full_day_words

MOST_NAMED = 4  # silent kiosks


def read_sentences(store: Store, scope: Scope, filters: ReportFilters, now: int) -> list[str]:
    """What to say of the figures of these filters; ``now``: ms since 1970 UTC. Raises StorageError."""
    selection = select_venues(store, scope, filters)
    all_kiosks = kiosk_repository.kiosks(store, scope)
    figures = read_provisional(store, selection, filters)
    left_out = missing.missing(store, scope, filters.venue)
    share = shown_share(figures.estimated, figures.visits)
    lines = list(_completeness_sentences(read_completeness(store, scope, filters, now), selection.venues, all_kiosks))
    if figures.still_in:
        lines.append("Not final: some visits have not ended.")
    if share:
        lines.append(f"Times are estimated in about {share:.0f} % of the visits.")
    if left_out.unread:
        lines.append("Not final: some of what kiosks have sent can’t be read yet and is in no figure.")
    if left_out.undated:
        lines.append("Some visits whose day is not known are in no figure, as a kiosk’s clock was never set.")
    if figures.change is not None:
        venue = next(venue for venue in selection.venues if venue.id == figures.change.venue)
        lines.append(f"The figures last changed on {_moment(figures.change.at, venue, selection.venues)}.")
    return lines


def read_completeness(store: Store, scope: Scope, filters: ReportFilters, now: int) -> Completeness:
    """How complete these figures are; ``now``: ms since 1970 UTC. Raises StorageError."""
    venues = select_venues(store, scope, filters).venues
    kiosks = [kiosk for kiosk in kiosk_repository.kiosks(store, scope) if kiosk.venue in venues]
    end = max(midnight(filters.last + timedelta(days=1), venue.clock_zone) for venue in venues)
    return completeness(kiosks, end, now)


def _completeness_sentences(
    complete: Completeness, venues: Sequence[Venue], all_kiosks: Sequence[Kiosk]
) -> Iterator[str]:
    if not complete.kiosks:
        yield "Not complete: no kiosk reports here any more."
    elif complete.is_final:
        yield "Complete: every kiosk has reported past the end of this period."
    elif complete.up_to is None or complete.up_to.reported_up_to is None:
        yield "Not complete: no kiosk has reported past the end of this period."
    else:
        at = _moment(complete.up_to.reported_up_to, complete.up_to.venue, venues)
        yield f"Not complete: reported up to {at} by {len(complete.reporting)} of {complete.kiosks} kiosks."
    if complete.silent:
        names = naming.names(all_kiosks)
        named = [f"{names[kiosk.id]} ({_since(kiosk, venues)})" for kiosk in complete.silent[:MOST_NAMED]]
        others = len(complete.silent) - len(named)
        yield f"Silent: {'; '.join(named)}{f' and {others} more' if others else ''}."


def _since(kiosk: Kiosk, venues: Sequence[Venue]) -> str:
    if kiosk.reported_up_to is None:
        return "never reported"
    return f"since {_moment(kiosk.reported_up_to, kiosk.venue, venues)}"


def _moment(at: int, venue: Venue, venues: Sequence[Venue]) -> str:
    """24 Nov 2026 08:00, by the venue's clocks, which are named where the venues' differ."""
    then, clocks = datetime.fromtimestamp(at // 1000, venue.clock_zone), clock_words(venues)
    clock = f" ({clocks[venue.name]})" if venue.name in clocks else ""
    return f"{full_day_words(then.date())} {then:%H:%M}{clock}"
