"""Updates the catalogues from the code: ``make translations``. New texts are empty until they are translated.

Texts are the arguments of ``say("…")`` and ``counted("one …", "many …", …)``, in Python and in kv rules.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po

from assets.compile_catalogues import TRANSLATIONS, compile_changed

ROOT = Path(__file__).parent.parent
SCREENS = ROOT / "kiosk" / "ui"
KEYWORDS = {"say": None, "counted": (1, 2)}
PROPERTY = re.compile(r"\s+[\w.]+:\s*(\S.*)$")
METHODS = [("**.py", "python"), ("**.kv", "assets.translate:extract_kv")]
HEADER = """\
# Hearth at the door, in {name}. A name in {{braces}} is a placeholder: keep it, and put it where it belongs.
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
    """Every text that the kiosk's screens show, with the files it is in."""
    catalog = Catalog(project="Hearth", charset="utf-8")
    extracted = extract_from_dir(SCREENS, METHODS, keywords=KEYWORDS)
    for file, _, text, _, _ in sorted(extracted, key=itemgetter(0, 1)):
        catalog.add(text, locations=[(f"{SCREENS.relative_to(ROOT).as_posix()}/{file}", 1)])
    return catalog


def extract_kv(
    file: BinaryIO,
    keywords: Mapping[str, Any],
    comment_tags: Collection[str],
    options: Any,  # noqa: ANN401 - Babel's own
) -> Iterator[tuple[int, str, str | tuple[str, ...], list[str]]]:
    """A Babel extractor for kv rules: reads the expression of each property (Babel, "Writing Extraction Methods")."""
    for number, line in enumerate(file.read().decode("utf-8").splitlines(), start=1):
        if rule := PROPERTY.match(line):
            expression = BytesIO(rule[1].encode("utf-8"))
            for _, function, text, comments in extract_python(expression, keywords, comment_tags, options):
                yield number, function, text, comments  # type: ignore[misc]  # Babel's stub has another order


def main() -> None:
    """Update each catalogue: remove texts that are not in the code any more, and add new ones without a translation."""
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
    compile_changed()


if __name__ == "__main__":
    main()
