"""Control characters in text of any origin are replaced in terminal, log, CSV and pages, and escaped in JSON."""

import ast
import json
import logging
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.logs import LINE, PrintableFormatter
from sync.printable import escape_in_json, is_printable, printable, printable_lines

WAYS_OUT = ("print", "sys.stdout.write", "sys.stderr.write")
ROOT = Path(__file__).parents[2]
BAD = ["\x1b[31mred", "\x9b31m", "a\rb", "a\x00", "a\x7fb", "a\nb", "a\x85b"]
BAD += ["a\u2028b", "\u202egnp.exe", "\u2066x", "\ud800"]
GOOD = ["Mill café", "کافه‌ها", "👩‍👩‍👧", "مقهى\u200f!", "日本語", "a\u00a0b"]


@pytest.mark.parametrize("text", BAD)
def test_control_characters_are_replaced(text):
    assert not is_printable(text)
    assert is_printable(printable(text)) and len(printable(text)) == len(text)


@pytest.mark.parametrize("text", GOOD)
def test_letters_of_every_language_stay(text):
    assert printable(text) == text and is_printable(text)


@given(st.text())
def test_nothing_that_is_printed_can_move_the_cursor(text):
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", printable(text))
    assert not re.search("[\x00-\x09\x0b-\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)", printable_lines(text))


@given(st.text())
def test_json_says_the_same_with_its_controls_escaped(text):
    document = json.dumps({"name": text}, ensure_ascii=False)

    escaped = escape_in_json(document)

    assert json.loads(escaped) == json.loads(document)
    assert is_printable(escaped)


@pytest.fixture
def logged():
    formatter = PrintableFormatter(LINE)

    def log(message, *arguments, error=None):
        info = (type(error), error, error.__traceback__) if error else None
        record = logging.LogRecord("hearth", logging.INFO, "file", 1, message, arguments, info)
        return formatter.format(record).split("\n")

    return log


def test_a_logged_value_begins_no_line_of_its_own(logged):
    [line] = logged("said %s", "yes\n2026-11-25 10:00:00,000 ERROR hearth: all is lost\x1b[2J")

    assert "\x1b" not in line and "all is lost" in line


def test_the_text_of_an_error_cannot_look_like_a_record(logged):
    try:
        raise ValueError("bad\n2026-11-25 10:00:00,000 ERROR hearth: all is lost\x1b[2J")
    except ValueError as error:
        lines = logged("failed", error=error)

    assert len(lines) > 3
    assert all(line.startswith("    ") for line in lines[1:]) and "\x1b" not in "".join(lines)


def test_all_output_passes_the_function_that_cleans_it():
    places = []
    for file in [*(ROOT / "sync").rglob("*.py"), *(ROOT / "kiosk").rglob("*.py")]:
        if file == ROOT / "sync/command_line.py" or "demo" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "print",
                "sys.stdout.write",
                "sys.stderr.write",
            ):
                places.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert places == []
