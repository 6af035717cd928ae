"""Any value in the settings of either program works, or is an error of one line; never a traceback."""

from pathlib import Path

import msgspec
import pytest

from kiosk import settings as kiosk_settings
from kiosk.devices.voice import Voice
from kiosk.rules import setting_values
from sync.client import enrolment
from sync.errors import UserError
from sync.server.settings import ServerSettings, read_settings
from sync.urls import is_http_url

VALUES = [
    *("7", "-1", "1.5", "nan", "inf", "true", "[]", "[1]", "{}", "{a=1}", "[[]]", "2026-01-01"),
    *('""', '"x"', '"Europe"', '"a\\u0000b"', '"\\u001b[31m"', '"a\\nb"', '"~nobody9/x"', '"unbalanced \'q"'),
    *('"http://[::1"', '"http://h:99999"', '"http://h:x"', '"http://h:0"', '"http://é..b/"', '"https:///x"'),
    *('"http://a b"', '"../../etc/passwd"', '"postgresql://h:x/y"', '"postgresql://[h/y"'),
    *('"127.0.0.1:٣"', '"\\u0000:80"', '"a..b:80"', '"' + "x" * 5000 + '"'),
    *('"' + "é" * 80 + ':80"', '"127.0.0.1:' + "9" * 5000 + '"', '"127.0.0.1:' + "0" * 5000 + '"'),
]


def one_line(mistake: UserError, file: Path, key: str) -> None:
    text = str(mistake)
    assert len(text.splitlines()) == 1 and str(file) in text
    assert "Expected" not in text and "`" not in text, "words for a program"
    assert key in text


@pytest.mark.parametrize("key", ServerSettings.__struct_fields__)
def test_any_value_of_any_key_of_the_server(tmp_path: Path, key: str) -> None:
    file = tmp_path / "server.toml"
    for value in VALUES:
        file.write_text(f"{key} = {value}\n")
        try:
            settings = read_settings(file)
        except UserError as mistake:
            one_line(mistake, file, key)
        else:
            assert all((settings.place, settings.shown_place, settings.url, settings.address))


def keys_of_the_kiosk() -> list[str]:
    defaults = kiosk_settings.KioskSettings()
    names = [f"[[templates]]\n{name}" for name in setting_values.TemplateSettings.__struct_fields__]
    for name in defaults.__struct_fields__:
        section = getattr(defaults, name)
        names.append(name)
        if isinstance(section, msgspec.Struct):
            names += [f"[{name}]\n{key}" for key in section.__struct_fields__]
    return names


@pytest.mark.parametrize("key", keys_of_the_kiosk())
def test_any_value_of_any_key_of_the_kiosk(tmp_path: Path, key: str) -> None:
    file = tmp_path / "kiosk.toml"
    for value in VALUES:
        file.write_text(f"{key} = {value}\n")
        try:
            settings = kiosk_settings.read(file)
        except UserError as mistake:
            one_line(mistake, file, "")
        else:
            assert settings.panel.dpi > 0
            Voice(settings.voice.command, settings.voice.stop)


@pytest.mark.parametrize("path", ["a\0b", "x" * 5000, "~nobody9/x"])
def test_an_invalid_path_is_an_error_of_one_line(tmp_path: Path, path: str) -> None:
    for read in (
        lambda: read_settings(None, path),
        lambda: read_settings(Path(path)),
        lambda: kiosk_settings.read(Path(path)),
    ):
        with pytest.raises(UserError) as mistake:
            read()
        assert len(str(mistake.value).splitlines()) == 1


@pytest.mark.parametrize(
    "address", ["http://[::1", "http://h:99999", "hearth", "ftp://h", "http://", "http://a b", "http://a\n"]
)
def test_invalid_server_addresses(open_ledger, address: str) -> None:
    assert not is_http_url(address)
    with pytest.raises(UserError, match="address"):
        enrolment.enrol(open_ledger("kiosk"), address, "7KQM2WXA")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8600", "https://hearth.example.org/", "http://[::1]:8600", "https://é.example"]
)
def test_valid_server_addresses(address: str) -> None:
    assert is_http_url(address)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[panel]\nwidth = 1", "panel.width has to be a whole number from 320 to 7680"),
        ("[panel]\ntheme = 'neon'", "panel.theme has to be one of contrast, dark, light"),
        ("[stow]\npouches = 1000", "stow.pouches has to be a whole number from 0 to 999"),
        ("[[templates]]\nminutes = 3", "templates[0].title is missing"),
        ("[venue]\nnmae = 'x'", "unknown key 'venue.nmae'; the keys are name, zone, time_zone, reach"),
    ],
)
def test_the_error_says_what_is_expected(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(text)

    with pytest.raises(UserError) as mistake:
        kiosk_settings.read(file)
    assert message in str(mistake.value)
