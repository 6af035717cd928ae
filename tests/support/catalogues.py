"""What every translated catalogue has to hold."""

import string
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from assets.translate import TextDomain, template


def read_catalogue(domain: TextDomain, code: str) -> Catalog:
    """The translators' file of a language."""
    path: Path = domain.folder / f"{code}.po"
    with path.open("rb") as source:
        return read_po(source, locale=code, abort_invalid=True)


def check_complete(domain: TextDomain, code: str) -> None:
    """Every text of the code is translated, and nothing else."""
    source_texts = {message.id for message in template(domain) if message.id}
    translations = {message.id: message.string for message in read_catalogue(domain, code) if message.id}

    assert translations.keys() == source_texts
    assert [text for text, translation in translations.items() if not translation or not all(translation)] == []


def check_placeholders(domain: TextDomain, code: str) -> None:
    """A translation has the placeholders of its source; a plural form may say its number in words."""
    for message in read_catalogue(domain, code):
        if not message.id:
            continue
        singular, plural = (message.id, message.id) if isinstance(message.id, str) else message.id
        for translation in [message.string] if isinstance(message.string, str) else message.string:
            assert placeholders(translation) <= placeholders(singular) | placeholders(plural), translation
            assert placeholders(singular) - {"number"} <= placeholders(translation), translation


def check_plurals(domain: TextDomain, code: str) -> None:
    """Every plural form of the language is there."""
    catalogue = read_catalogue(domain, code)
    forms = {len(message.string) for message in catalogue if isinstance(message.id, tuple)}

    assert forms == {catalogue.num_plurals}


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
