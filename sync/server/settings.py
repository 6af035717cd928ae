"""The server's settings: read from a TOML file, overridden by the command line."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from sync.data_dir import default_data_dir, read_path
from sync.errors import UserError
from sync.ledger.store import read_address, show_address
from sync.printable import is_printable
from sync.server.http.proxies import TrustedProxies
from sync.server.pass_keys import NAME
from sync.settings_file import load
from sync.urls import is_http_url


class ServerSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Every key of server.toml."""

    listen: str = "127.0.0.1:8600"
    data: str | None = None
    database: str | None = None  # an address of PostgreSQL; None: a file in the data folder
    public_url: str | None = None  # how browsers and kiosks reach the server, if not by ``listen``
    time_zone: str = "UTC"  # of new venues, an IANA name
    trusted_proxies: tuple[str, ...] = ()  # addresses and networks whose X-Forwarded-For is trusted
    calendar_networks: tuple[str, ...] = ()  # of the own network, from which calendars may be fetched nevertheless
    smallest_count: int = 10  # that reports show of what could point at a person
    pass_keys: str | None = None  # the file with the keys for passes, if not in the data folder

    @property
    def folder(self) -> Path:
        """The data folder. Raises UserError."""
        return read_path(self.data, "data") if self.data else default_data_dir("server")

    @property
    def place(self) -> Path | str:
        """Where the ledger is: a data folder, or an address of PostgreSQL."""
        return self.database or self.folder

    @property
    def pass_key_file(self) -> Path:
        """The file with the keys for passes, which is in no backup. Raises UserError."""
        return read_path(self.pass_keys, "pass_keys") if self.pass_keys else self.folder / NAME

    @property
    def allowed_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """``calendar_networks``, parsed. Raises UserError."""
        return tuple(_network(text) for text in self.calendar_networks)

    @property
    def shown_place(self) -> str:
        """The same for display, without a password."""
        return show_address(self.database) if self.database else str(self.folder)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen at. Raises UserError."""
        host, _, port = self.listen.rpartition(":")
        is_port = port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= 65535
        if not (_is_host(host.strip("[]")) and is_port):
            raise UserError(f"listen: {self.listen!r} is not HOST:PORT; write for example 127.0.0.1:8600")
        return host.strip("[]"), int(port)

    @property
    def url(self) -> str:
        """The address for browsers and kiosks, without a trailing slash."""
        return (self.public_url or f"http://{self.listen}").rstrip("/")

    @property
    def is_https(self) -> bool:
        """Whether browsers use TLS."""
        return self.url.startswith("https://")


def _is_host(host: str) -> bool:
    try:
        return bool(host.encode("idna")) and is_printable(host)
    except UnicodeError:
        return False


def read_settings(config: Path | None, data: str | None = None, listen: str | None = None) -> ServerSettings:
    """The settings of a file and the environment, overridden by the command line. Raises UserError."""
    settings = load(config, ServerSettings)
    if config and settings.data is not None and "HEARTH_DATA" not in os.environ:
        settings = msgspec.structs.replace(settings, data=_beside(config, settings.data, "data"))
    if config and settings.pass_keys is not None and "HEARTH_PASS_KEYS" not in os.environ:
        settings = msgspec.structs.replace(settings, pass_keys=_beside(config, settings.pass_keys, "pass_keys"))
    if data is not None:
        settings = msgspec.structs.replace(settings, data=data)
    if listen is not None:
        settings = msgspec.structs.replace(settings, listen=listen)
    _check(settings, str(config) if config else "command line")
    return settings


def _beside(config: Path, path: str, setting: str) -> str:
    """A path that a file of settings names: a relative path is relative to the file."""
    try:
        return str(config.parent / read_path(path, setting))
    except UserError as error:
        raise UserError(f"{config}: {error}") from error


def _check(settings: ServerSettings, source: str) -> None:
    try:
        _ = settings.address, settings.folder, settings.pass_key_file
        _check_time_zone(settings.time_zone)
        _check_url(settings.public_url)
        _check_database(settings.database)
        _check_proxies(settings.trusted_proxies)
        _ = settings.allowed_networks
        if not 1 <= settings.smallest_count <= 1000:
            raise UserError(f"smallest_count: {settings.smallest_count} is not between 1 and 1000")
    except UserError as error:
        raise UserError(f"{source}: {error}") from error


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise UserError(
            f"calendar_networks: {text!r} is no address or network; write for example "
            'calendar_networks = ["192.168.1.0/24"]'
        ) from error


def _check_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UserError(f"time_zone: {name!r} is no time zone; write for example Europe/London") from error


def _check_url(url: str | None) -> None:
    if url is not None and not is_http_url(url):
        raise UserError(f"public_url: {url!r} is no address; write for example https://hearth.example.org")


def _check_database(address: str | None) -> None:
    try:
        if address is not None:
            read_address(address)
    except UserError as error:
        raise UserError(f"database: {error}") from None  # its cause may contain a password


def _check_proxies(addresses: tuple[str, ...]) -> None:
    for address in addresses:
        try:
            TrustedProxies([address])
        except ValueError as error:
            message = f"{address!r} is no address or network; write for example"
            raise UserError(f'trusted_proxies: {message} trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]') from error
