"""Fetches a calendar over HTTP from an address that a person has typed, without reaching into the own network.

Python's own HTTP client is used, because what matters here is the socket: the connection is made to exactly the
address that was checked, while TLS and the Host header keep the name, so that a name that resolves to another address
the next time (DNS rebinding) gains nothing.
"""

import http.client
import ipaddress
import queue
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from http import HTTPStatus
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from msgspec import Struct

from sync.errors import UserError
from sync.printable import is_printable
from sync.server.planning.calendar_components import MOST_BYTES
from sync.urls import is_http_url

WHOLE_S = 30.0  # for all of a fetch, with its redirects
IDLE_S = 10.0  # without any data
NAME_S = 5.0  # for the resolver
MOST_LOOKUPS = 8  # at the same time; a resolver that hangs holds a thread
MOST_REDIRECTS = 5
LONGEST_ADDRESS = 2_000
CHUNK = 64 * 1024
GZIP = b"\x1f\x8b"  # how a compressed file begins (RFC 1952)
AGENT = "Hearth-Server (calendar import)"
REDIRECTS = (301, 302, 303, 307, 308)
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MOST_ADDRESSES = 3  # of one name that are tried
COMPATIBLE = ipaddress.IPv6Network("::/96")  # old-style IPv4-compatible addresses
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # NAT64 (RFC 6052): the last 32 bits are an IPv4 address

_AddressInfo = tuple[
    socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
]
_lookups = threading.BoundedSemaphore(MOST_LOOKUPS)


class FetchFailed(UserError):
    """The calendar can't be fetched; the message says why, without the address, which may contain a secret."""


class Fetched(Struct, frozen=True):
    """What was fetched; ``content`` None: it has not changed since the fetch whose validators were given."""

    content: bytes | None
    etag: str | None = None
    last_modified: str | None = None


class FetchLimits(Struct, frozen=True):
    """``networks``: those of the own network that may be reached nevertheless."""

    networks: tuple[Network, ...] = ()
    bytes: int = MOST_BYTES
    whole_s: float = WHOLE_S
    idle_s: float = IDLE_S
    name_s: float = NAME_S


def clean_address(text: str) -> str:
    """The stored form of a calendar's address; ``webcal`` means https. Raises UserError."""
    text = text.strip()
    if len(text) > LONGEST_ADDRESS or not is_printable(text) or any(char.isspace() for char in text):
        raise UserError("the calendar's address is too long, or has a character that no address has")
    scheme, _, rest = text.partition("://")
    if scheme.lower() in ("webcal", "webcals"):
        text = f"https://{rest}"
    parts = _split(text)
    if parts.username is not None or parts.password is not None:
        raise UserError("a calendar's address can't contain a name and password; use the calendar's secret address")
    return parts._replace(fragment="").geturl()


def fetch(address: str, limits: FetchLimits, etag: str | None = None, last_modified: str | None = None) -> Fetched:
    """Fetch a calendar, unless it has not changed. Raises FetchFailed, and nothing else."""
    headers = {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": last_modified} if last_modified else {}
    deadline = _Deadline(limits.whole_s)
    try:
        return _follow(address, limits, headers, deadline)
    except FetchFailed as error:
        raise _too_slow(limits) if deadline.is_over else error from error.__cause__
    except UserError as error:
        raise FetchFailed(f"it redirects to an address that can't be used: {error}") from error
    except ssl.SSLError as error:
        raise FetchFailed(f"its certificate or TLS is not in order ({error.reason or 'unknown'})") from error
    except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
        raise (_too_slow(limits) if deadline.is_over else FetchFailed(_words(error))) from error
    finally:
        deadline.cancel()


def _too_slow(limits: FetchLimits) -> FetchFailed:
    return FetchFailed(f"it takes longer than {limits.whole_s:g} seconds")


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "its server does not answer in time"
    if isinstance(error, socket.gaierror):
        return "its server's name is not known"
    if isinstance(error, OSError) and error.strerror:
        return f"its server can't be reached ({error.strerror})"
    return "its server's answer can't be understood"


class _Deadline:
    """Ends whatever the current connection waits for once the time is over, however little arrives at a time."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def guard(self, connected: socket.socket) -> None:
        """Watch this connection from now on. Raises TimeoutError where the time is over."""
        with self._lock:
            self._socket = connected
            if self.is_over:
                raise TimeoutError

    def cancel(self) -> None:
        """Stop watching."""
        self._timer.cancel()
        with self._lock:
            self._socket = None

    def _end(self) -> None:
        with self._lock:
            self.is_over = True
            if self._socket is not None:
                try:
                    self._socket.shutdown(socket.SHUT_RDWR)
                except OSError:
                    return  # it was closed meanwhile


def _follow(address: str, limits: FetchLimits, headers: dict[str, str], deadline: _Deadline) -> Fetched:
    for _ in range(MOST_REDIRECTS + 1):
        with _requested(address, limits, headers, deadline) as answer:
            if answer.status in REDIRECTS:
                address = _redirected(address, answer.headers.get("Location") or "")
                continue
            if answer.status == HTTPStatus.NOT_MODIFIED and headers:
                return Fetched(None)
            if answer.status != HTTPStatus.OK:
                raise FetchFailed(_status_words(answer.status))
            content = _read(answer, limits.bytes)
            if deadline.is_over:
                raise TimeoutError
            return Fetched(content, _validator(answer, "ETag"), _validator(answer, "Last-Modified"))
    raise FetchFailed(f"it redirects more than {MOST_REDIRECTS} times")


def _status_words(status: int) -> str:
    if status in (401, 403):
        return f"its server wants a sign-in (status {status}); use the calendar's secret address"
    if status in (404, 410):
        return f"there is no calendar at this address any more (status {status})"
    return f"its server answers with status {status}"


def _validator(answer: http.client.HTTPResponse, name: str) -> str | None:
    """A header that is sent back next time, unless it is one that no server should send."""
    value = answer.headers.get(name)
    return value if value is not None and len(value) <= 200 and is_printable(value) and value.isascii() else None


def _redirected(address: str, location: str) -> str:
    if not location:
        raise FetchFailed("it redirects, and does not say where")
    target = clean_address(urljoin(address, location))
    if address.startswith("https:") and not target.startswith("https:"):
        raise FetchFailed("it redirects from https to http, which others can read")
    return target


@contextmanager
def _requested(
    address: str, limits: FetchLimits, headers: dict[str, str], deadline: _Deadline
) -> Iterator[http.client.HTTPResponse]:
    parts = _split(address)
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    fields = {"User-Agent": AGENT, "Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "identity"}
    connection = _CheckedConnection(parts, limits, deadline)
    try:
        connection.request("GET", target, headers=fields | headers)
        with closing(connection.getresponse()) as answer:
            yield answer
    finally:
        connection.close()


class _CheckedConnection(http.client.HTTPConnection):
    """A connection to the server of an address, by one of the IP addresses that may be reached."""

    def __init__(self, parts: SplitResult, limits: FetchLimits, deadline: _Deadline) -> None:
        is_tls = parts.scheme == "https"
        self.default_port = 443 if is_tls else 80  # which the Host header leaves out
        host = parts.hostname or ""
        super().__init__(host if host.isascii() else host.encode("idna").decode(), parts.port or self.default_port)
        self._limits = limits
        self._deadline = deadline
        self._tls = ssl.create_default_context() if is_tls else None

    def connect(self) -> None:
        """Connect, and agree on TLS. Raises FetchFailed, OSError."""
        self.sock = _connected(self.host, self.port, self._limits)
        self._deadline.guard(self.sock)
        if self._tls is not None:
            tls = self._tls.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = tls
            self._deadline.guard(tls)
            tls.do_handshake()


def _connected(host: str, port: int, limits: FetchLimits) -> socket.socket:
    """A connection to the first address of this name that may be reached, and can be."""
    resolved = [(family, place) for family, _, _, _, place in _resolved(host, port, limits)]
    allowed = [(family, place) for family, place in resolved if may_reach(str(place[0]), limits.networks)]
    if not allowed:
        raise FetchFailed(
            "its server is in this server's own network, where nothing is fetched unless the setting "
            "calendar_networks allows it"
        )
    failure: OSError = OSError("no address")
    for family, place in allowed[:MOST_ADDRESSES]:
        connecting = socket.socket(family, socket.SOCK_STREAM)
        connecting.settimeout(limits.idle_s)
        try:
            connecting.connect(place)
        except OSError as error:
            connecting.close()
            failure = error
        else:
            return connecting
    raise failure


def _resolved(host: str, port: int, limits: FetchLimits) -> Sequence[_AddressInfo]:
    """What the name resolves to. Raises OSError, TimeoutError where the resolver takes too long: it has no limit."""
    if not _lookups.acquire(blocking=False):
        raise FetchFailed("names are looked up too slowly now; it is tried again")
    answers: queue.SimpleQueue[Sequence[_AddressInfo] | OSError | UnicodeError] = queue.SimpleQueue()

    def resolve() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)
        finally:
            _lookups.release()

    threading.Thread(target=resolve, name="calendar name", daemon=True).start()
    try:
        answer = answers.get(timeout=limits.name_s)
    except queue.Empty:
        raise FetchFailed("its server's name is not resolved in time") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def may_reach(text: str, networks: Sequence[Network] = ()) -> bool:
    """Whether an IP address is a public one, or in one of these networks; an IPv4 one within an IPv6 one counts."""
    address: IPAddress = ipaddress.ip_address(text.partition("%")[0])
    addresses = _contained(address)
    if all(any(address in network for network in networks) for address in addresses):
        return True
    return all(_is_public(address) for address in addresses)


def _contained(address: IPAddress) -> list[IPAddress]:
    """The address that is reached in the end, where an IPv6 address stands for an IPv4 one."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address in TRANSLATED or address in COMPATIBLE:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    if address.sixtofour is not None:
        return [address, address.sixtofour]
    return [address, *address.teredo] if address.teredo is not None else [address]


def _is_public(address: IPAddress) -> bool:
    is_site = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    is_special = address.is_multicast or address.is_loopback or address.is_link_local or address.is_unspecified
    return address.is_global and not (is_site or is_special or address.is_reserved)


def _split(address: str) -> SplitResult:
    """The parts of an http or https address. Raises UserError."""
    if not is_http_url(address):
        raise UserError("a calendar's address begins with https://, http:// or webcal:// and names a server")
    return urlsplit(address)


def _read(answer: http.client.HTTPResponse, most: int) -> bytes:
    """The body, decompressed, of at most so many bytes."""
    too_large = FetchFailed(f"it is larger than {most:,} bytes")
    encoding = (answer.headers.get("Content-Encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise FetchFailed("it is compressed in a way that was not asked for")
    unpacked = None if encoding == "identity" else zlib.decompressobj(16 + zlib.MAX_WBITS)
    content = bytearray()
    while chunk := answer.read(CHUNK):
        content += chunk if unpacked is None else unpacked.decompress(chunk, most + 1 - len(content))
        if len(content) > most or (unpacked is not None and unpacked.unconsumed_tail):
            raise too_large
    if answer.length or (unpacked is not None and not unpacked.eof):
        raise FetchFailed("it is cut off")
    if not content.startswith(GZIP):
        return bytes(content)
    packed_file = zlib.decompressobj(16 + zlib.MAX_WBITS)  # a file that is stored compressed
    unpacked_file = packed_file.decompress(bytes(content), most + 1)
    if len(unpacked_file) > most:
        raise too_large
    if not packed_file.eof:
        raise FetchFailed("it is cut off")
    return unpacked_file
