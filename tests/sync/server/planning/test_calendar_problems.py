"""Every problem that reading a calendar raises is one that the pages show in the reader's language."""

import ast
from inspect import getsource

import pytest

from sync.server.planning import (
    calendar_components,
    calendar_fetch,
    calendar_file,
    calendar_import,
    calendar_own_zones,
    calendar_process,
    calendar_service,
    content_lines,
    recurrence,
    recurrence_rules,
)
from sync.server.web import calendar_problems
from sync.server.web.calendar_problems import problem_words

ERRORS = ("BadRecurrence", "FetchFailed", "NotACalendar")
MODULES = (
    calendar_components,
    calendar_fetch,
    calendar_file,
    calendar_import,
    calendar_own_zones,
    calendar_process,
    calendar_service,
    content_lines,
    recurrence,
    recurrence_rules,
)


def texts(module):
    """The texts with which a module raises ERRORS, and those that its functions ``…_words`` return."""
    for node in ast.walk(ast.parse(getsource(module))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
            yield from map(example, node.args)
        if isinstance(node, ast.FunctionDef) and node.name.endswith("_words"):
            yield from (example(each.value) for each in ast.walk(node) if isinstance(each, ast.Return) and each.value)


def example(node):
    """A text that the expression may be; None: it is worked out elsewhere."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)
    return None


RAISED = sorted({text for module in MODULES for text in texts(module) if text} | {calendar_service.OWN_CALENDAR})


@pytest.fixture
def translated(monkeypatch):
    """The texts that are looked up in the catalogue."""
    looked_up = []
    monkeypatch.setattr(calendar_problems, "say", lambda text, /, **values: looked_up.append(text) or "translated")
    monkeypatch.setattr(calendar_problems, "counted", lambda one, many, number: looked_up.append(many) or "translated")
    return looked_up


@pytest.mark.parametrize("problem", RAISED)
def test_a_problem_is_recognised(problem, translated):
    assert problem_words(problem) == "translated"
    assert len(translated) == 1


def test_many_problems_are_raised():
    assert len(RAISED) > 50


@pytest.mark.parametrize("number", [1, 2, 300])
def test_vanished_sessions_are_recognised(number, translated):
    assert problem_words(calendar_service.withheld_problem(number)) == "translated"


@pytest.mark.parametrize(
    "problem",
    [
        "its server answers with status 503",
        "it has 2,000,001 bytes; at most 2,000,000 are read",
        "it redirects to an address that can't be used: a calendar's address begins with https://, http:// or "
        "webcal:// and names a server",
        "it names the year 9999",
        "2 sessions have vanished from it at once, as if it were incomplete; they stay planned",
        "a problem of a later release",
    ],
)
def test_in_english_a_problem_is_shown_as_it_is_stored(problem):
    assert problem_words(problem) == problem
