"""Which language a reader gets: the one that was chosen on a page, or else the browser's (RFC 9110, 12.5.4)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.languages import LANGUAGES, SOURCE

COOKIE = "hearth-language"
LONGEST = 1000  # characters of a header that are read
VARY = "Accept-Language, Cookie"


@dataclass(frozen=True)
class Reader:
    """``language``: a code of LANGUAGES; ``tags``: language tags (RFC 5646), lower case, the most preferred first;
    ``address``: path and query of the page that is read, or of the last one that can be read again."""

    language: str = SOURCE
    tags: tuple[str, ...] = ()
    address: str = "/today"


_reader: ContextVar[Reader] = ContextVar("reader", default=Reader())  # noqa: B039 - it can't change


def current_reader() -> Reader:
    """Whoever the request that is being answered is from; outside of a request, an English one."""
    return _reader.get()


@contextmanager
def reading_in(language: str) -> Iterator[None]:
    """Within this block texts are in this language, a code of LANGUAGES, whatever the reader's is."""
    token = _reader.set(replace(_reader.get(), language=language))
    try:
        yield
    finally:
        _reader.reset(token)


class ReaderLanguages:
    """ASGI middleware that sets the reader of each request, and says what a page's language depends on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        reader = reader_of(scope)
        token = _reader.set(reader)

        async def send_with_vary(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.add_vary_header(VARY)
            await send(message)

        try:
            await self.app(scope, receive, send_with_vary)
        finally:
            _reader.reset(token)


def reader_of(scope: Scope) -> Reader:
    """The reader of an HTTP request."""
    headers = Headers(scope=scope)
    tags = preferred_tags(headers.get("accept-language", ""))
    cookie = HTTPConnection(scope).cookies.get(COOKIE)  # as browsers write them, whatever other cookies hold
    chosen = cookie if cookie in LANGUAGES else None
    language = chosen or next((tag for tag in map(primary, tags) if tag in LANGUAGES), SOURCE)
    if chosen and (not tags or primary(tags[0]) != chosen):
        tags = [chosen, *tags]
    address = _address(scope) if scope["method"] in ("GET", "HEAD") else "/today"
    return Reader(language, tuple(tags), address)


def primary(tag: str) -> str:
    """The language of a tag without its region: de-ch -> de."""
    return tag.partition("-")[0]


def _address(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    path = scope.get("raw_path", b"").decode("latin-1").partition("?")[0] or scope["path"]
    return f"{path}?{query}" if query else path


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
