"""Compiles the languages' catalogues for gettext (.po to .mo, beside each other): at build time, never by a program.

A wheel and an editable install run it by :class:`BuildWithCatalogues`. In a checkout ``make`` and the tests run it for
catalogues that have changed since: ``python -m assets.compile_catalogues``.
"""

from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools.command.build_py import build_py

TRANSLATIONS = Path(__file__).parent / "translations"


def compile_changed(folder: Path = TRANSLATIONS) -> list[Path]:
    """Compile the catalogues that are newer than their compiled form, and return them.

    Raises babel's PoFileError for a catalogue that can't be parsed.
    """
    changed = [source for source in sorted(folder.rglob("*.po")) if _is_changed(source)]
    for source in changed:
        _compile(source)
    return changed


def _is_changed(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns


def _compile(source: Path) -> None:
    """Replace the compiled catalogue at once, as several processes of the tests may do the same."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.stem, abort_invalid=True)
    with NamedTemporaryFile(dir=source.parent, prefix=f".{source.stem}.", delete=False) as unfinished:
        write_mo(unfinished, catalogue)
    path = Path(unfinished.name)
    path.chmod(0o644)
    path.replace(source.with_suffix(".mo"))


class BuildWithCatalogues(build_py):
    """Setuptools' command that collects the modules and their data: compiles first."""

    def run(self) -> None:
        """Compile, then collect; an editable install keeps the compiled catalogues in the checkout."""
        compile_changed()
        super().run()


if __name__ == "__main__":
    compile_changed()
