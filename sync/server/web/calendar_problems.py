"""What can be the matter with a calendar, in the reader's language.

A problem is stored in English, as it was met by the process that read the calendar; it is recognised here by its text.
"""

import re
from functools import cache

from sync.server.web.i18n import counted, later, say

PROBLEMS = (
    # of fetching it
    later("the calendar's address is too long, or has a character that no address has"),
    later("a calendar's address can't contain a name and password; use the calendar's secret address"),
    later("a calendar's address begins with https://, http:// or webcal:// and names a server"),
    later("it redirects to an address that can't be used: {problem}"),
    later("its certificate or TLS is not in order ({reason})"),
    later("it takes longer than {seconds} seconds"),
    later("its server does not answer in time"),
    later("its server's name is not known"),
    later("its server can't be reached ({reason})"),
    later("its server's answer can't be understood"),
    later("it redirects more than {times} times"),
    later("its server wants a sign-in (status {status}); use the calendar's secret address"),
    later("there is no calendar at this address any more (status {status})"),
    later("its server answers with status {status}"),
    later("it redirects, and does not say where"),
    later("it redirects from https to http, which others can read"),
    later(
        "its server is in this server's own network, where nothing is fetched unless the setting "
        "calendar_networks allows it"
    ),
    later("names are looked up too slowly now; it is tried again"),
    later("its server's name is not resolved in time"),
    later("it is larger than {bytes} bytes"),
    later("it is compressed in a way that was not asked for"),
    later("it is cut off"),
    # of its file
    later("it has {bytes} bytes; at most {most} are read"),
    later("it has more than {most} time zones of its own"),
    later("it has more than {most} lines"),
    later("it is no calendar: it does not begin with BEGIN:VCALENDAR"),
    later("it is cut off: it does not end with END:VCALENDAR"),
    later("its components are nested more than {most} deep"),
    later("it has more than {most} events"),
    later("it is cut off: a component has no end"),
    later("it is damaged: a component ends that has not begun"),
    later("reading it takes longer than {seconds} seconds"),
    later("reading it takes too much memory"),
    later("reading it takes too long, or fails"),
    later("it can't be read"),
    later("more than {sessions} sessions in {weeks} weeks would come of it: choose by a rule"),
    later("it is this venue's own published calendar: its sessions are planned here already"),
    # of one of its events
    later("nobody knows its time zone “{name}”"),
    later("its time zone has no times, or too many"),
    later("the clocks of its time zone change more often than yearly"),
    later("its time zone can't be read"),
    later("its times or its rule can't be read ({error})"),
    later("it is damaged: a part of it has no end"),
    later("it has no start"),
    later("it changes earlier occurrences too, which RFC 5545 does not know any more"),
    later("its length is too long"),
    later("its events repeat so often, or so rarely, that working it out takes too long"),
    later("it adds or leaves out more than {most} dates"),
    later("more than {most} of its dates are changed"),
    later("it takes place more than {most} times"),
    later("it has more than {most} rules"),
    later("its rule can't be read"),
    later("its rule can't be read ({error})"),
    later("its rule is too long"),
    later("it repeats more often than daily"),
    later("it repeats by another calendar than the Gregorian one"),
    later("it takes place more than {most} times a day"),
    later("the end of its rule can't be read"),
    later("it names the year {year}"),
    later("“{text}” is no time"),
    later("“{text}” is no length"),
    later("“{text}” is no period"),
)
VANISHED = re.compile(r"([0-9]+) sessions? ha(?:s|ve) vanished from it at once, as if it were incomplete; .*")
NUMBER = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})*")


def problem_words(problem: str) -> str:
    """A problem as it is shown; one that is not in the list, as of another release, stays as it is stored."""
    for text, pattern in _patterns():
        if match := pattern.fullmatch(problem):
            return say(text, **{name: _value(name, value) for name, value in match.groupdict().items()})
    if vanished := VANISHED.fullmatch(problem):
        return counted(
            "{number} session has vanished from it at once, as if it were incomplete; they stay planned",
            "{number} sessions have vanished from it at once, as if it were incomplete; they stay planned",
            int(vanished[1]),
        )
    return problem


def _value(name: str, text: str) -> object:
    if name == "problem":
        return problem_words(text)
    return int(text.replace(",", "")) if NUMBER.fullmatch(text) else text


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Each text, with what recognises it; those without a placeholder first."""
    texts = sorted(PROBLEMS, key=lambda text: "{" in text)
    return [(text, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(text)), re.DOTALL)) for text in texts]
