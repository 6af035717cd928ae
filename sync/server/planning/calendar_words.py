"""Texts about calendars that are fetched, for the commands and pages."""

from collections.abc import Callable, Mapping

from sync.server.planning.calendar_import import DAYS_AHEAD, SessionRule
from sync.server.planning.calendar_repository import CalendarSummary, VenueCalendar
from sync.server.planning.calendar_service import RefreshResult
from sync.server.web.calendar_problems import problem_words
from sync.server.web.i18n import counted, later, say
from sync.server.web.words import grouped

WEEKS = DAYS_AHEAD // 7
SKIPPED: Mapping[str, Callable[[int], str]] = {
    "private": lambda number: counted("{number} private", "{number} private", number),
    "not_chosen": lambda number: counted("{number} not chosen by its rule", "{number} not chosen by its rule", number),
    "whole_day": lambda number: counted("{number} of whole days", "{number} of whole days", number),
    "no_title": lambda number: counted("{number} without a title", "{number} without a title", number),
    "no_length": lambda number: counted("{number} without a length", "{number} without a length", number),
    "too_long": lambda number: counted(
        "{number} longer than a day and a half", "{number} longer than a day and a half", number
    ),
    "cancelled": lambda number: counted("{number} cancelled", "{number} cancelled", number),
    "passed_on": lambda number: counted(
        "{number} that another venue has from a calendar itself",
        "{number} that another venue has from a calendar itself",
        number,
    ),
}
RULES = {  # by whether it has words of the title, a category, whole days
    (False, False, False): later("All events that are not private."),
    (False, False, True): later("All events that are not private, of whole days too."),
    (True, False, False): later("Events whose title has “{title}”."),
    (True, False, True): later("Events whose title has “{title}”, of whole days too."),
    (False, True, False): later("Events of the category “{category}”."),
    (False, True, True): later("Events of the category “{category}”, of whole days too."),
    (True, True, False): later("Events whose title has “{title}” of the category “{category}”."),
    (True, True, True): later("Events whose title has “{title}” of the category “{category}”, of whole days too."),
}


def state_words(calendar: VenueCalendar) -> str:
    """What became of the last fetch, in one line."""
    if calendar.problem is not None:
        return say("not in order: {problem}", problem=problem_words(calendar.problem))
    return say("not fetched yet") if calendar.summary is None else summary_words(calendar.summary)


def rule_words(rule: SessionRule) -> str:
    """Which events become sessions, in a sentence."""
    text = RULES[rule.title_contains is not None, rule.category is not None, rule.whole_days]
    return say(text, title=rule.title_contains, category=rule.category)


def result_lines(calendar: VenueCalendar, result: RefreshResult) -> list[str]:
    """What a fetch has come to, in sentences for a command, which are English."""
    if result.is_unchanged:
        return [f"“{calendar.name}” has not changed."]
    recorded = result.planned + result.changed + result.cancelled
    lines = []
    if result.problem is not None:
        lines.append(f"“{calendar.name}”: {result.problem}.")
    if result.problem is None or recorded:
        lines.append(
            f"“{calendar.name}”: {grouped(result.planned)} session{'' if result.planned == 1 else 's'} planned, "
            f"{grouped(result.changed)} changed, {grouped(result.cancelled)} cancelled."
        )
    else:
        lines.append("What was planned for it stays planned.")
    if result.summary is None or result.summary.withheld == 0:
        return lines + ([] if result.summary is None else details(result.summary))
    return [*lines, f'If that is right: hearth-server calendar refresh "{calendar.name}" --accept']


def summary_words(summary: CalendarSummary) -> str:
    """8 sessions in the next 8 weeks, from 3 events."""
    return counted(
        "{number} session in the next {weeks} weeks, {from_events}",
        "{number} sessions in the next {weeks} weeks, {from_events}",
        summary.sessions,
        weeks=WEEKS,
        from_events=counted("from {number} event", "from {number} events", summary.events),
    )


def details(summary: CalendarSummary) -> list[str]:
    """What becomes no session, in sentences."""
    lines = []
    if summary.skipped:
        reasons = [_skipped_words(reason, number) for reason, number in summary.skipped.items()]
        lines.append(say("Left out: {reasons}.", reasons=say(", ").join(reasons)))
    if summary.unreadable_count:
        lines.append(
            counted(
                "{number} event can't be read: {reasons}.",
                "{number} events can't be read: {reasons}.",
                summary.unreadable_count,
                reasons=say("; ").join(map(problem_words, summary.unreadable)),
            )
        )
    return lines


def _skipped_words(reason: str, number: int) -> str:
    return SKIPPED[reason](number) if reason in SKIPPED else f"{grouped(number)} {reason}"
