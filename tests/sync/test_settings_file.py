"""Settings come from a file and the environment, which overrides it; errors name the key and repeat no value."""

from pathlib import Path

import pytest

from kiosk.settings import KioskSettings
from sync.errors import UserError
from sync.server.settings import ServerSettings
from sync.settings_file import load, variables


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    file.write_text('listen = "127.0.0.1:1"\ntime_zone = "Europe/Madrid"\n')

    settings = load(file, ServerSettings, {"HEARTH_LISTEN": "127.0.0.1:2", "HEARTH_TRUSTED_PROXIES": "::1, 10.0.0.0/8"})

    assert (settings.listen, settings.time_zone) == ("127.0.0.1:2", "Europe/Madrid")
    assert settings.trusted_proxies == ("::1", "10.0.0.0/8")


def test_a_key_in_a_section_has_the_sections_name_before_it() -> None:
    environment = {"HEARTH_PANEL_LANGUAGE": "de", "HEARTH_STOW_POUCHES": "12", "HEARTH_PANEL_MOTION": "false"}

    settings = load(None, KioskSettings, environment)

    assert (settings.panel.language, settings.stow.pouches, settings.panel.motion) == ("de", 12, False)
    assert settings.venue == KioskSettings().venue


@pytest.mark.parametrize("shape", [KioskSettings, ServerSettings])
def test_every_key_but_tables_has_a_variable_of_its_own(shape: type[KioskSettings | ServerSettings]) -> None:
    names = [name for name, _, _ in variables(shape)]

    assert len(names) == len(set(names)) > 5
    assert "HEARTH_TEMPLATES" not in names


@pytest.mark.parametrize("value", ["many", "-3", "s3cret-words"])
def test_a_wrong_value_is_explained_and_not_repeated(value: str) -> None:
    with pytest.raises(UserError, match="HEARTH_STOW_POUCHES has to be") as error:
        load(None, KioskSettings, {"HEARTH_STOW_POUCHES": value})

    assert value not in str(error.value)
