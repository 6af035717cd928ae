"""Texts about calendars that are fetched, for the commands and pages."""

from collections.abc import Mapping

from sync.server.planning.calendar_import import DAYS_AHEAD
from sync.server.planning.calendar_repository import CalendarSummary, VenueCalendar
from sync.server.planning.calendar_service import RefreshResult
from sync.server.web.words import grouped, sentence

WEEKS = f"{DAYS_AHEAD // 7} weeks"
SKIPPED: Mapping[str, str] = {
    "private": "private",
    "not_chosen": "not chosen by its rule",
    "whole_day": "of whole days",
    "no_title": "without a title",
    "no_length": "without a length",
    "too_long": "longer than a day and a half",
    "cancelled": "cancelled",
}


def counted(count: int, singular: str) -> str:
    """1 session, 2 sessions."""
    return f"{grouped(count)} {singular}{'' if count == 1 else 's'}"


def state_words(calendar: VenueCalendar) -> str:
    """What became of the last fetch, in one line."""
    if calendar.problem is not None:
        return f"not in order: {calendar.problem}"
    if calendar.summary is None:
        return "not fetched yet"
    words = counted(calendar.summary.sessions, "session")
    return f"{words}, {unreadable_words(calendar.summary)}" if calendar.summary.unreadable_count else words


def result_lines(calendar: VenueCalendar, result: RefreshResult) -> list[str]:
    """What a fetch has come to, in sentences."""
    lines = []
    if result.problem is not None:
        lines.append(f"“{calendar.name}”: {result.problem}.")
    if result.problem is not None and not (result.planned or result.changed or result.cancelled):
        lines.append("What was planned for it stays planned.")
    elif result.is_unchanged:
        lines.append(f"“{calendar.name}” has not changed.")
    else:
        lines.append(
            f"“{calendar.name}”: {counted(result.planned, 'session')} planned, {grouped(result.changed)} changed, "
            f"{grouped(result.cancelled)} cancelled."
        )
    if result.summary is not None and not result.is_unchanged:
        lines += summary_lines(result.summary)
    return lines


def summary_lines(summary: CalendarSummary) -> list[str]:
    """What is in a calendar, and what of it becomes no session."""
    lines = [
        f"Of its {counted(summary.events, 'event')} come {counted(summary.sessions, 'session')} in the next {WEEKS}."
    ]
    if summary.skipped:
        reasons = [f"{grouped(count)} {SKIPPED.get(reason, reason)}" for reason, count in summary.skipped.items()]
        lines.append(f"Left out: {', '.join(reasons)}.")
    if summary.unreadable_count:
        lines.append(sentence(unreadable_words(summary)))
    return lines


def unreadable_words(summary: CalendarSummary) -> str:
    """2 events can't be read: its rule is too long, nobody knows its time zone."""
    reasons = "; ".join(summary.unreadable)
    return f"{counted(summary.unreadable_count, 'event')} can't be read: {reasons}"
