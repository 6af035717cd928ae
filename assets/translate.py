"""Updates the catalogues from the code: ``make translations``. New texts are empty until they are translated.

Each language has a catalogue of the kiosk’s screens and one of the server’s pages. Texts are the arguments of
``say("…")`` and ``counted("one …", "many …", …)``, in Python, kv rules and
templates, and of ``later("…")`` in constants.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po

from assets.compile_catalogues import TRANSLATIONS, compile_changed

ROOT = Path(__file__).parent.parent
PLURALS = (1, 2)
KEYWORDS = {"say": None, "counted": PLURALS, "say_html": None, "counted_html": PLURALS, "later": None}
PROPERTY = re.compile(r"\s+[\w.]+:\s*(\S.*)$")
HEADER = """\
# {title}, in {name}. A name in {{braces}} is a placeholder: keep it, and put it where it belongs.
msgid ""
msgstr ""
"Language: {code}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
NAMES = {"es": "Spanish", "fr": "French", "de": "German", "nl": "Dutch", "ar": "Arabic"}


@dataclass(frozen=True)
class TextDomain:
    """The texts of one program. ``code``: the folder that they are in; ``folder``: that of their catalogues."""

    title: str
    code: Path
    folder: Path
    methods: tuple[tuple[str, str], ...]


SCREENS = TextDomain(
    "Hearth at the door",
    ROOT / "kiosk" / "ui",
    TRANSLATIONS,
    (("**.py", "python"), ("**.kv", "assets.translate:extract_kv")),
)
PAGES = TextDomain(
    "Hearth's desk",
    ROOT / "sync" / "server",
    TRANSLATIONS / "server",
    (("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")),
)


def template(domain: TextDomain) -> Catalog:
    """Every text that a program shows, with the files it is in."""
    catalog = Catalog(project="Hearth", charset="utf-8")
    extracted = extract_from_dir(domain.code, list(domain.methods), keywords=KEYWORDS)
    for file, _, text, _, _ in sorted(extracted, key=itemgetter(0, 1)):
        catalog.add(text, locations=[(f"{domain.code.relative_to(ROOT).as_posix()}/{file}", 1)])
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


def update(domain: TextDomain, code: str) -> None:
    """Update a catalogue: remove texts that are not in the code any more, and add new ones without a translation."""
    file = domain.folder / f"{code}.po"
    catalog = Catalog(locale=code)
    if file.exists():
        with file.open("rb") as source:
            catalog = read_po(source, locale=code)
    catalog.update(template(domain), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    with file.open("wb") as target:
        header = HEADER.format(title=domain.title, name=NAMES[code], code=code, plurals=catalog.plural_forms)
        target.write(header.encode())
        write_po(target, catalog, width=120, omit_header=True, include_lineno=False, sort_by_file=True)
    missing = sum(not message.string or not all(message.string) for message in catalog if message.id)
    print(f"{file.relative_to(ROOT)}: {len(catalog)} texts, {missing} to translate")


def main() -> None:
    """Update each catalogue."""
    for domain in (SCREENS, PAGES):
        domain.folder.mkdir(exist_ok=True)
        for code in NAMES:
            update(domain, code)
    compile_changed()


if __name__ == "__main__":
    main()
