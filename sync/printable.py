"""Text fit to be printed for a person: without control characters, whoever wrote it.

A terminal obeys control characters (ECMA-48 escape sequences begin with ESC or, as one character, with U+009B), a log
takes a line break for its next record, and bidirectional overrides let text read as another (CVE-2021-42574). Joiners
and direction marks stay: Persian, Arabic and emoji need them.
"""

import re

# C0, DEL and C1; line and paragraph separators; bidirectional embeddings, overrides and isolates; interlinear
# annotations. Surrogates, which no encoder takes, are apart: no JSON or TOML document can bring one, and not every
# regular expression that reads the OpenAPI document knows them.
CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb"
_UNPRINTABLE = rf"{CONTROLS}\ud800-\udfff"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_control = re.compile(f"[{_UNPRINTABLE}]")
_control_in_lines = re.compile(rf"(?!\n|\r\n)[{_UNPRINTABLE}]")


def is_printable(text: str) -> bool:
    """Whether there is nothing in it that :func:`printable` would replace."""
    return _control.search(text) is None


def printable(text: str) -> str:
    """One line of text: each control character becomes U+FFFD, a line break too."""
    return _control.sub(REPLACEMENT, text)


def printable_lines(text: str) -> str:
    """Several lines of text: line breaks (LF, CR LF) stay."""
    return _control_in_lines.sub(REPLACEMENT, text)


def escape_in_json(document: str) -> str:
    """The same JSON document with control characters as ``\\u`` escapes; JSON has them only inside of strings."""
    return _control_in_lines.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
