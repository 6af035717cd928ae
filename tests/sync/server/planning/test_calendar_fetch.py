"""A calendar's address is fetched within limits, and never reaches into the server's own network."""

import gzip
import socket
import ssl
import subprocess
import threading
from ipaddress import ip_network

import pytest

from sync.errors import UserError
from sync.server.planning import calendar_fetch
from sync.server.planning.calendar_fetch import FetchFailed, FetchLimits, clean_address, fetch, may_reach
from tests.support.calendar_server import CalendarServer, calendar_server, response

LOOPBACK = FetchLimits((ip_network("127.0.0.0/8"),), bytes=10_000, idle_s=5)
BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def server():
    with calendar_server() as server:
        server.serve(BODY)
        yield server


def fails(server: CalendarServer, limits: FetchLimits = LOOPBACK) -> str:
    with pytest.raises(FetchFailed) as failure:
        fetch(server.url, limits)
    return str(failure.value)


def test_a_calendar_is_fetched_and_not_again_while_it_has_not_changed(server):
    server.serve(BODY, 'ETag: "v1"', "Last-Modified: Tue, 24 Nov 2026 08:00:00 GMT")
    fetched = fetch(server.url, LOOPBACK)
    assert fetched.content == BODY

    server.serve(b"", status="304 Not Modified")
    assert fetch(server.url, LOOPBACK, fetched.etag, fetched.last_modified).content is None

    assert "If-None-Match" not in server.requests[0]
    assert 'If-None-Match: "v1"' in server.requests[1]
    assert "If-Modified-Since: Tue, 24 Nov 2026 08:00:00 GMT" in server.requests[1]
    assert f"Host: 127.0.0.1:{server.port}" in server.requests[0]


def test_a_compressed_answer_is_unpacked_within_the_limit(server):
    server.serve(gzip.compress(BODY), "Content-Encoding: gzip")
    assert fetch(server.url, LOOPBACK).content == BODY

    server.serve(gzip.compress(bytes(3_000_000)), "Content-Encoding: gzip")
    assert "larger than 10,000 bytes" in fails(server)

    server.serve(gzip.compress(BODY)[:-9], "Content-Encoding: gzip")
    assert "cut off" in fails(server)

    server.serve(gzip.compress(BODY))  # a compressed file, of which the server says nothing
    assert fetch(server.url, LOOPBACK).content == BODY

    server.serve(gzip.compress(gzip.compress(BODY)), "Content-Encoding: gzip")
    assert fetch(server.url, LOOPBACK).content == BODY

    server.serve(gzip.compress(bytes(3_000_000)))
    assert "larger than 10,000 bytes" in fails(server)

    server.serve(gzip.compress(BODY)[:-9])
    assert "cut off" in fails(server)

    server.serve(BODY, "Content-Encoding: br")
    assert "compressed" in fails(server)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (response(bytes(10_001)), "larger than 10,000"),
        (response(BODY).replace(b"Content-Length: 32", b"Content-Length: 99"), "cut off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "can't be understood"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "can't be understood"),
        (b"", "can't be"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1_000 + b"\r\n", "can't be understood"),
        (response(b"", status="500 Broken"), "status 500"),
        (response(b"", status="404 Not Found"), "no calendar at this address any more"),
        (response(b"", status="401 Unauthorized"), "sign-in"),
        (response(b"", status="304 Not Modified"), "status 304"),
        (response(b"", status="302 Found"), "does not say where"),
        (response(b"", "Location: file:///etc/passwd", status="302 Found"), "can't be used"),
        (response(b"", "Location: /calendar.ics", status="302 Found"), "more than 5 times"),
        (response(b"", "Location: http://[::1]:1/", status="302 Found"), "own network"),
        (response(b"", "Location: http://10.0.0.1/", status="307 Moved"), "own network"),
    ],
)
def test_whatever_a_server_answers_has_one_clear_message(server, answer, why):
    server.answer = answer
    assert why in fails(server)


def test_a_redirect_is_followed(server):
    server.answers["/calendar.ics"] = response(b"", "Location: other.ics?key=a b", status="301 Moved")
    server.answers["/other.ics?key=a%20b"] = response(BODY)

    assert "can't be used" in fails(server)  # a space is in no address
    server.answers["/calendar.ics"] = response(b"", "Location: other.ics?key=a%20b", status="301 Moved")
    assert fetch(server.url, LOOPBACK).content == BODY


def test_a_server_that_sends_nothing_or_ever_less_is_given_up(server):
    server.keeps_open = True
    server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\nBEGIN"

    assert "in time" in fails(server, FetchLimits(LOOPBACK.networks, idle_s=0.05))
    server.released.set()


def test_the_whole_fetch_has_a_limit_too(server):
    server.keeps_open = True
    server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\nBEGIN"

    assert "longer than 0.1 seconds" in fails(server, FetchLimits(LOOPBACK.networks, whole_s=0.1))
    server.released.set()


def test_nothing_is_fetched_from_the_own_network_unless_it_is_allowed(server):
    assert "own network" in fails(server, FetchLimits())
    assert "own network" in fails(server, FetchLimits((ip_network("192.168.1.0/24"), ip_network("::1/128"))))
    assert server.requests == []


def test_the_connection_is_made_to_the_address_that_was_checked(server, monkeypatch):
    """A name that resolves to a public address when it is checked, and to this machine afterwards, gains nothing."""
    resolved = []

    def rebinding(host, port, **_):
        resolved.append(host)
        address = "127.0.0.1" if len(resolved) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, server.port))]

    monkeypatch.setattr(calendar_fetch.socket, "getaddrinfo", rebinding)
    limits = FetchLimits((ip_network("127.0.0.1/32"),))

    assert fetch(f"http://calendar.example:{server.port}/calendar.ics", limits).content == BODY
    assert resolved == ["calendar.example"]  # once
    assert f"Host: calendar.example:{server.port}" in server.requests[0]
    with pytest.raises(FetchFailed, match="own network"):
        fetch(f"http://calendar.example:{server.port}/calendar.ics", limits)


def test_a_resolver_that_hangs_is_given_up(server, monkeypatch):
    released = threading.Event()
    ended = [threading.Event() for _ in range(calendar_fetch.MOST_LOOKUPS)]
    left = iter(ended)

    def hanging(*_, **__):
        over = next(left)
        released.wait()
        over.set()
        raise socket.gaierror

    monkeypatch.setattr(calendar_fetch.socket, "getaddrinfo", hanging)
    limits = FetchLimits(LOOPBACK.networks, name_s=0.01)
    for _ in ended:
        assert "not resolved in time" in fails(server, limits)
    assert "too slowly now" in fails(server, limits)  # and no thread more hangs
    released.set()
    for over in ended:
        assert over.wait(60)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of its own for calendar.example, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
               "-days", "2", "-subj", "/CN=calendar.example", "-addext", "subjectAltName=DNS:calendar.example",
               "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize(
    ("host", "is_trusted"), [("calendar.example", True), ("other.example", True), ("calendar.example", False)]
)
def test_only_a_certificate_of_the_servers_name_that_is_trusted_is_accepted(certificate, host, is_trusted, monkeypatch):
    def local(_host, port, *_, **__):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(calendar_fetch.socket, "getaddrinfo", local)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "certificate.pem"))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate / "certificate.pem", certificate / "key.pem")
    with calendar_server(tls) as server:
        server.serve(BODY)
        address = f"https://{host}:{server.port}/calendar.ics"
        if is_trusted and host == "calendar.example":
            assert fetch(address, LOOPBACK).content == BODY
        else:
            with pytest.raises(FetchFailed, match="certificate or TLS is not in order"):
                fetch(address, LOOPBACK)
            assert server.requests == []


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        *((address, False) for address in ("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254")),
        *((address, False) for address in ("100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1")),
        *((address, False) for address in ("::", "::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1")),
        *((address, False) for address in ("::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1")),
        ("2001:0:7f00:1::1", False),  # Teredo by a server on loopback
    ],
)
def test_which_addresses_are_public(address, is_public):
    assert may_reach(address) is is_public


def test_an_allowed_network_is_reached_also_in_the_form_of_ipv6():
    networks = (ip_network("192.168.1.0/24"),)
    assert may_reach("192.168.1.7", networks)
    assert may_reach("::ffff:192.168.1.7", networks)
    assert not may_reach("192.168.2.7", networks)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("webcal://example.org/a.ics", "https://example.org/a.ics"),
        (" WEBCAL://example.org/a.ics#x", "https://example.org/a.ics"),
        ("http://example.org:8080/?a=b", "http://example.org:8080/?a=b"),
    ],
)
def test_an_address_is_cleaned(text, cleaned):
    assert clean_address(text) == cleaned


@pytest.mark.parametrize(
    "text", ["", "example.org/a.ics", "file:///etc/passwd", "https://", "https://a:b@example.org/", "https://x/ y",
             "https://x/\r\nHost: y", "https://" + "x" * 3_000, "gopher://example.org"]
)  # fmt: skip
def test_an_address_that_is_none_is_refused(text):
    with pytest.raises(UserError):
        clean_address(text)
