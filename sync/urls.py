"""Validates addresses of servers in settings and commands."""

from urllib.parse import urlsplit

from sync.printable import is_printable


def is_http_url(text: str) -> bool:
    """Whether this is a complete http or https URL: scheme, host and, if it has one, a valid port."""
    try:
        parts = urlsplit(text)
        port = parts.port
        (parts.hostname or "").encode("idna")
    except ValueError:  # UnicodeError is one
        return False
    is_text = is_printable(text) and not any(char.isspace() for char in text)
    return is_text and parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0
