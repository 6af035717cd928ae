"""Replaces control characters in text of any origin before it is printed.

A terminal executes control characters (ECMA-48 escape sequences begin with ESC or, as one character, with U+009B), a
line break looks like the next record of a log, and bidirectional overrides make text read as another (CVE-2021-42574).
Joiners and direction marks stay: Persian, Arabic and emoji need them.
"""

import re

# C0, DEL and C1; line and paragraph separators; bidirectional embeddings, overrides and isolates; interlinear
# annotations. Surrogates, which can't be encoded, are separate: no JSON or TOML document can contain one, and not every
# regular expression engine that reads the OpenAPI document supports them.
CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb"
_UNPRINTABLE = rf"{CONTROLS}\ud800-\udfff"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_control = re.compile(f"[{_UNPRINTABLE}]")
_control_in_lines = re.compile(rf"(?!\n|\r\n)[{_UNPRINTABLE}]")


def is_printable(text: str) -> bool:
    """Whether it contains nothing that :func:`printable` would replace."""
    return _control.search(text) is None


def printable(text: str) -> str:
    """One line of text: each control character becomes U+FFFD, a line break too."""
    return _control.sub(REPLACEMENT, text)


def printable_lines(text: str) -> str:
    """Several lines of text: line breaks (LF, CR LF) stay."""
    return _control_in_lines.sub(REPLACEMENT, text)


def escape_in_json(document: str) -> str:
    """The same JSON document with control characters as ``\\u`` escapes; JSON has them only inside strings."""
    return _control_in_lines.sub(lambda match: f"\\u{ord(match[0]):04x}", document)
