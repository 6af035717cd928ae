"""Texts about calendars that are fetched, for the commands and pages."""

from collections.abc import Mapping

from sync.server.planning.calendar_import import DAYS_AHEAD, SessionRule
from sync.server.planning.calendar_repository import CalendarSummary, VenueCalendar
from sync.server.planning.calendar_service import RefreshResult
from sync.server.web.words import grouped

WEEKS = f"{DAYS_AHEAD // 7} weeks"
SKIPPED: Mapping[str, str] = {
    "private": "private",
    "not_chosen": "not chosen by its rule",
    "whole_day": "of whole days",
    "no_title": "without a title",
    "no_length": "without a length",
    "too_long": "longer than a day and a half",
    "cancelled": "cancelled",
    "passed_on": "that another venue has from a calendar itself",
}


def counted(count: int, singular: str) -> str:
    """1 session, 2 sessions."""
    return f"{grouped(count)} {singular}{'' if count == 1 else 's'}"


def state_words(calendar: VenueCalendar) -> str:
    """What became of the last fetch, in one line."""
    if calendar.problem is not None:
        return f"not in order: {calendar.problem}"
    return "not fetched yet" if calendar.summary is None else summary_words(calendar.summary)


def rule_words(rule: SessionRule) -> str:
    """Which events become sessions, in a sentence."""
    conditions = []
    if rule.title_contains is not None:
        conditions.append(f"whose title has “{rule.title_contains}”")
    if rule.category is not None:
        conditions.append(f"of the category “{rule.category}”")
    events = " ".join(["Events", *conditions]) if conditions else "All events that are not private"
    return f"{events}{', of whole days too' if rule.whole_days else ''}."


def result_lines(calendar: VenueCalendar, result: RefreshResult) -> list[str]:
    """What a fetch has come to, in sentences."""
    if result.is_unchanged:
        return [f"“{calendar.name}” has not changed."]
    recorded = result.planned + result.changed + result.cancelled
    lines = []
    if result.problem is not None:
        lines.append(f"“{calendar.name}”: {result.problem}.")
    if result.problem is None or recorded:
        lines.append(
            f"“{calendar.name}”: {counted(result.planned, 'session')} planned, {grouped(result.changed)} changed, "
            f"{grouped(result.cancelled)} cancelled."
        )
    else:
        lines.append("What was planned for it stays planned.")
    if result.summary is None or result.summary.withheld == 0:
        return lines + ([] if result.summary is None else details(result.summary))
    return [*lines, f'If that is right: hearth-server calendar refresh "{calendar.name}" --accept']


def summary_words(summary: CalendarSummary) -> str:
    """8 sessions in the next 8 weeks, from 3 events."""
    sessions = f"{counted(summary.sessions, 'session')} in the next {WEEKS}"
    return f"{sessions}, from {counted(summary.events, 'event')}"


def details(summary: CalendarSummary) -> list[str]:
    """What becomes no session, in sentences."""
    lines = []
    if summary.skipped:
        reasons = [f"{grouped(count)} {SKIPPED.get(reason, reason)}" for reason, count in summary.skipped.items()]
        lines.append(f"Left out: {', '.join(reasons)}.")
    if summary.unreadable_count:
        reasons_unreadable = "; ".join(summary.unreadable)
        lines.append(f"{counted(summary.unreadable_count, 'event')} can't be read: {reasons_unreadable}.")
    return lines
