"""The sentences of the funder's PDF on how complete and how final its figures are.

They say what the pages of reports say, for a reader who sees the paper alone: with whole dates, and with no exact count
of visits.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sync.ledger.store import Store
from sync.server.kiosks import missing, naming
from sync.server.kiosks.completeness import Completeness, completeness
from sync.server.kiosks.inventory import Inventory
from sync.server.kiosks.repository import Kiosk, Venue
from sync.server.kiosks.words import clock_words
from sync.server.reports.base import ReportFilters
from sync.server.reports.disclosure import shown_share
from sync.server.reports.provisional import read_provisional
from sync.server.reports.selection import select_venues
from sync.server.web.i18n import counted, say
from sync.server.web.venue_time import midnight
from sync.server.web.words import full_day_words, percent, time_of_day_words

MOST_NAMED = 4  # silent kiosks


def read_sentences(store: Store, inventory: Inventory, filters: ReportFilters, now: int) -> list[str]:
    """What to say of the figures of these filters; ``now``: ms since 1970 UTC. Raises StorageError."""
    selection = select_venues(store, inventory, filters)
    figures = read_provisional(store, selection, filters)
    left_out = missing.missing(store, inventory, venues=filters.venue_names)
    share = shown_share(figures.estimated, figures.visits)
    complete = assess_completeness(inventory, filters, now)
    lines = list(_completeness_sentences(complete, selection.venues, inventory.kiosks))
    if figures.still_in:
        lines.append(say("Not final: some visits have not ended."))
    if share:
        lines.append(say("Times are estimated in about {share} of the visits.", share=percent(share)))
    if left_out.unread:
        lines.append(say("Not final: some of what kiosks have sent can’t be read yet and is in no figure."))
    if left_out.undated:
        lines.append(say("Some visits whose day is not known are in no figure, as a kiosk’s clock was never set."))
    if figures.change is not None:
        venue = next(venue for venue in selection.venues if venue.id == figures.change.venue)
        moment = _moment(figures.change.at, venue, selection.venues)
        lines.append(say("The figures last changed on {moment}.", moment=moment))
    return lines


def assess_completeness(inventory: Inventory, filters: ReportFilters, now: int) -> Completeness:
    """How complete these figures are; ``now``: ms since 1970 UTC."""
    venues = [venue for venue in inventory.venues if filters.includes(venue.name)]
    kiosks = [kiosk for kiosk in inventory.kiosks if kiosk.venue in venues]
    end = max(midnight(filters.last + timedelta(days=1), venue.clock_zone) for venue in venues)
    return completeness(kiosks, end, now)


def _completeness_sentences(
    complete: Completeness, venues: Sequence[Venue], all_kiosks: Sequence[Kiosk]
) -> Iterator[str]:
    if not complete.kiosks:
        yield say("Not complete: no kiosk reports here any more.")
    elif complete.is_final:
        yield say("Complete: every kiosk has reported past the end of this period.")
    elif complete.up_to is None or complete.up_to.reported_up_to is None:
        yield say("Not complete: no kiosk has reported past the end of this period.")
    else:
        yield say(
            "Not complete: reported up to {moment} by {reporting} of {kiosks} kiosks.",
            moment=_moment(complete.up_to.reported_up_to, complete.up_to.venue, venues),
            reporting=len(complete.reporting),
            kiosks=complete.kiosks,
        )
    if complete.silent:
        names = naming.names(all_kiosks)
        named = "; ".join(f"{names[kiosk.id]} ({_since(kiosk, venues)})" for kiosk in complete.silent[:MOST_NAMED])
        others = len(complete.silent) - MOST_NAMED
        if others > 0:
            yield counted(
                "Silent: {kiosks} and {number} more.", "Silent: {kiosks} and {number} more.", others, kiosks=named
            )
        else:
            yield say("Silent: {kiosks}.", kiosks=named)


def _since(kiosk: Kiosk, venues: Sequence[Venue]) -> str:
    if kiosk.reported_up_to is None:
        return say("never reported")
    return say("since {moment}", moment=_moment(kiosk.reported_up_to, kiosk.venue, venues))


def _moment(at: int, venue: Venue, venues: Sequence[Venue]) -> str:
    """24 Nov 2026 08:00, by the venue's clocks, which are named where the venues' differ."""
    then, clocks = datetime.fromtimestamp(at // 1000, venue.clock_zone), clock_words(venues)
    clock = f" ({clocks[venue.name]})" if venue.name in clocks else ""
    return say("{day} {time}", day=full_day_words(then.date()), time=time_of_day_words(then)) + clock
