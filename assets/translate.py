"""Brings the catalogues up to date with the code: ``make translations``. What is new there is still empty then.

A text is found where ``say("…")`` or ``counted("one …", "many …", …)`` is written, in Python and in kv rules.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

HOUSE = Path(__file__).parent.parent
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
    """Every text that the kiosk says, with where it is said."""
    catalog = Catalog(project="Hearth", charset="utf-8")
    for place, text in sorted(said(), key=lambda found: found[0]):
        catalog.add(text, locations=[(place, 1)])
    return catalog


def said() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Places and texts."""
    for file in _files("*.py"):
        for _, text, _, _ in extract_from_file("python", file, keywords=KEYWORDS):
            yield file.relative_to(HOUSE).as_posix(), text
    for file in _files("*.kv"):
        for text in IN_RULES.findall(file.read_text("utf-8")):
            yield file.relative_to(HOUSE).as_posix(), text[1:-1].replace("\\n", "\n")


def _files(pattern: str) -> list[Path]:
    return sorted(file for room in ("screens", "widgets") for file in (HOUSE / "kiosk" / room).glob(pattern))


def main() -> None:
    """Write each catalogue anew: what is gone from the code goes, what is new comes in empty."""
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
        print(f"{file.relative_to(HOUSE)}: {len(catalog)} texts, {missing} to translate")


if __name__ == "__main__":
    main()
