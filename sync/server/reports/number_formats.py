"""How a spreadsheet expects numbers and lists in the reader's language: the decimal sign and the separator of CSV.

The values are the defaults of Windows' regional settings, by which Excel opens a CSV.
"""

from dataclasses import dataclass


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
LONGEST = 1000  # characters of a header that are read


def preferred_format(accept_language: str) -> NumberFormat:
    """The format for an Accept-Language header (RFC 9110, 12.5.4) or one tag; that of English where none is known."""
    weighted = [_weight(part) for part in accept_language[:LONGEST].split(",")]
    tags = [tag for tag, weight in sorted(weighted, key=lambda pair: -pair[1]) if weight > 0]
    known = (format_of(tag) for tag in tags)
    return next((number_format for number_format in known if number_format), PLAIN)


def format_of(tag: str) -> NumberFormat | None:
    """The format of a language tag (RFC 5646), de or de-CH; None: unknown."""
    lower = tag.strip().lower().replace("_", "-")
    language = lower.split("-")[0]
    return REGIONS.get(lower) or FORMATS.get(language) or (PLAIN if language == "en" else None)


def _weight(part: str) -> tuple[str, float]:
    tag, _, parameter = part.partition(";")
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return tag, 1.0
    try:
        return tag, float(value)
    except ValueError:
        return tag, 0.0
