"""kiosk.toml: its settings, and the errors about it."""

from pathlib import Path

import pytest

from kiosk.settings import KioskSettings, read
from sync.errors import UserError


def test_every_setting_has_a_default() -> None:
    assert read(None) == KioskSettings()


def test_settings_override_defaults(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text('[venue]\nname = "The Reading Room"\n[stow]\npouches = 12\n[[templates]]\ntitle = "Chess"\n')

    settings = read(file)

    assert (settings.venue.name, settings.stow.pouches) == ("The Reading Room", 12)
    assert [offer.title for offer in settings.templates] == ["Chess"]


def test_a_template_says_everything_of_a_session(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text("""
[[templates]]
title = "Quiet evening"
minutes = 120
zone = "Hall"
rhythm = [{ phase = "quiet", minutes = 60 }, { phase = "talk", minutes = 60 }]
stow = ["pouch"]
firm_limit = 40
""")

    [template] = read(file).templates

    assert [(phase.phase, phase.minutes) for phase in template.rhythm] == [("quiet", 60), ("talk", 60)]
    assert (template.stow, template.firm_limit, template.capacity) == (("pouch",), 40, None)
    assert template.is_for("Hall") and not template.is_for("Attic")


def test_the_example_file_has_the_defaults() -> None:
    assert read(Path(__file__).parents[2] / "config" / "kiosk.toml") == KioskSettings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[venue]\nnmae = 'x'", "nmae"),
        ("[stow]\npouches = -1", "pouches"),
        ("[venue]\ntime_zone = 'Europe/Atlantis'", "Europe/Atlantis"),
        ("[panel]\ntheme = 'neon'", "theme"),
        ("this is not toml", "not TOML"),
        ("templates = []", "templates"),
        ("[[templates]]\ntitle = 'Chess'\ncapacity = 9\nfirm_limit = 8", "Chess"),
        ("[[templates]]\ntitle = 'Chess'\nminutes = 30\nrhythm = [{phase = 'quiet', minutes = 40}]", "Chess"),
        ("[[templates]]\ntitle = 'Chess'\nstow = ['shelf']", r"templates\[0\].stow\[0\]"),
    ],
)
def test_an_error_names_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(text)

    with pytest.raises(UserError, match=message) as error:
        read(file)
    assert str(file) in str(error.value)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't be read"):
        read(tmp_path / "none.toml")


def test_a_millimetre_follows_from_the_panel() -> None:
    assert round(KioskSettings().panel.dpi) == 133


def test_a_power_off_command_is_parsed_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text("""[machine]\npower_off = "systemctl 'poweroff"\n""")

    with pytest.raises(UserError, match=r"machine\.power_off is not a command"):
        read(file)


@pytest.mark.parametrize(
    ("second", "problem"),
    [("boards = [2, 2]\nfirst = 50", "the same address"), ("first = 8", "locker 8 is on two boards")],
)
def test_each_locker_is_on_one_board(tmp_path: Path, second: str, problem: str) -> None:
    file = tmp_path / "kiosk.toml"
    board = '[[devices]]\nkind = "lockers"\n'
    file.write_text(f'{board}name = "left"\nport = "/dev/a"\n{board}name = "right"\nport = "/dev/b"\n{second}\n')

    with pytest.raises(UserError, match=problem):
        read(file)
