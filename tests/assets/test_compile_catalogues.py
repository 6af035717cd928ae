"""Compiled catalogues: in every wheel, and never older than the translators' files."""

import gettext
import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from assets.compile_catalogues import TRANSLATIONS, compile_changed
from sync.languages import LANGUAGES, SOURCE

ROOT = TRANSLATIONS.parent.parent
TRANSLATED = sorted(LANGUAGES.keys() - {SOURCE})
BUILD = "import setuptools.build_meta as backend; print(backend.build_wheel('built'))"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the German catalogue alone."""
    shutil.copy(TRANSLATIONS / "de.po", tmp_path)
    return tmp_path


def test_a_wheel_has_every_compiled_catalogue(tmp_path: Path) -> None:
    for package in ("assets", "kiosk", "sync"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("*.mo", "__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)

    subprocess.run([sys.executable, "-c", BUILD], cwd=tmp_path, check=True, capture_output=True)

    [wheel] = (tmp_path / "built").glob("*.whl")
    with ZipFile(wheel) as content:
        assert {f"assets/translations/{code}.mo" for code in TRANSLATED} <= set(content.namelist())


def test_a_catalogue_is_compiled_again_only_after_a_change(folder: Path) -> None:
    source = folder / "de.po"
    assert compile_changed(folder) == [source]
    assert compile_changed(folder) == []

    source.write_text(source.read_text().replace('msgstr "Zurück"', 'msgstr "Einen Schritt zurück"'))
    later = (folder / "de.mo").stat().st_mtime_ns + 1_000_000
    os.utime(source, ns=(later, later))

    assert compile_changed(folder) == [source]
    with (folder / "de.mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Back") == "Einen Schritt zurück"


def test_compiling_leaves_no_other_files(folder: Path) -> None:
    compile_changed(folder)

    assert sorted(path.name for path in folder.iterdir()) == ["de.mo", "de.po"]
