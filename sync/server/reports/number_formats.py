"""How a spreadsheet expects numbers and lists in the reader's language: the decimal sign and the separator of CSV.

The values are the defaults of Windows' regional settings, by which Excel opens a CSV.
"""

from dataclasses import dataclass

from sync.server.web.languages import preferred_tags


@dataclass(frozen=True)
class NumberFormat:
    """``separator``: between the cells of a line."""

    decimal_sign: str
    separator: str


PLAIN = NumberFormat(".", ",")
COMMA = NumberFormat(",", ";")
POINT = NumberFormat(".", ";")
FORMATS = {"de": COMMA, "es": COMMA, "fr": COMMA, "nl": COMMA, "ar": POINT}
REGIONS = {"de-ch": POINT, "de-li": POINT, "es-mx": PLAIN, "es-us": PLAIN, "en-za": COMMA}


def preferred_format(accept_language: str) -> NumberFormat:
    """The format for an Accept-Language header or one tag; that of English where none is known."""
    known = (format_of(tag) for tag in preferred_tags(accept_language))
    return next((number_format for number_format in known if number_format), PLAIN)


def format_of(tag: str) -> NumberFormat | None:
    """The format of a language tag (RFC 5646), de or de-CH; None: unknown."""
    lower = tag.strip().lower().replace("_", "-")
    language = lower.split("-")[0]
    return REGIONS.get(lower) or FORMATS.get(language) or (PLAIN if language == "en" else None)
