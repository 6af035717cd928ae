"""Updates the translation catalogues from the code (``make translations``); new texts are added untranslated.

A text is extracted where ``say("…")`` or ``counted("one …", "many …", …)`` is written, in Python and in kv rules.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
TRANSLATIONS = Path(__file__).parent / "translations"
KEYWORDS = {"say": None, "counted": (1, 2)}
IN_RULES = re.compile(r'say\(("[^"\n]*")')
HEADER = """\
# Hearth at the door, in {name}. What stands in {{braces}} is filled in: keep its name, put it where it belongs.
msgid ""
msgstr ""
"Language: {code}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
NAMES = {"es": "Spanish", "fr": "French", "de": "German", "nl": "Dutch", "ar": "Arabic"}


def template() -> Catalog:
    """Every text of the kiosk's screens, with the file that it is in."""
    catalog = Catalog(project="Hearth", charset="utf-8")
    for file, text in sorted(extract(), key=lambda location: location[0]):
        catalog.add(text, locations=[(file, 1)])
    return catalog


def extract() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Files, relative to the repository, and their texts."""
    for file in _files("*.py"):
        for _, text, _, _ in extract_from_file("python", file, keywords=KEYWORDS):
            yield file.relative_to(ROOT).as_posix(), text
    for file in _files("*.kv"):
        for text in IN_RULES.findall(file.read_text("utf-8")):
            yield file.relative_to(ROOT).as_posix(), text[1:-1].replace("\\n", "\n")


def _files(pattern: str) -> list[Path]:
    return sorted((ROOT / "kiosk" / "ui").rglob(pattern))


def main() -> None:
    """Rewrite each catalogue: remove texts that are gone from the code, add new ones untranslated."""
    for code, name in NAMES.items():
        file = TRANSLATIONS / f"{code}.po"
        catalog = Catalog(locale=code)
        if file.exists():
            with file.open("rb") as source:
                catalog = read_po(source, locale=code)
        catalog.update(template(), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        with file.open("wb") as target:
            target.write(HEADER.format(name=name, code=code, plurals=catalog.plural_forms).encode())
            write_po(target, catalog, width=120, omit_header=True, include_lineno=False, sort_by_file=True)
        missing = sum(not message.string or not all(message.string) for message in catalog if message.id)
        print(f"{file.relative_to(ROOT)}: {len(catalog)} texts, {missing} to translate")


if __name__ == "__main__":
    main()
