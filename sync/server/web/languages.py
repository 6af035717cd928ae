"""Which languages a reader prefers, by the header Accept-Language (RFC 9110, 12.5.4)."""

LONGEST = 1000  # characters of a header that are read


def preferred_tags(accept_language: str) -> list[str]:
    """The language tags (RFC 5646) of a header, or one tag, in lower case, the most preferred first."""
    weighted = [_weight(part) for part in accept_language[:LONGEST].split(",")]
    return [tag for tag, weight in sorted(weighted, key=lambda pair: -pair[1]) if weight > 0 and tag]


def _weight(part: str) -> tuple[str, float]:
    tag, _, parameter = part.partition(";")
    tag = tag.strip().lower().replace("_", "-")
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return tag, 1.0
    try:
        return tag, float(value)
    except ValueError:
        return tag, 0.0
