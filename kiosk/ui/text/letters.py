"""The letters that can be typed on the screen, in pages of one keyboard each, by language."""

from typing import Literal

from kiosk.ui.style.theme import theme

Typing = Literal["name", "label", "address", "code", "phone"]  # what is typed; a label may have digits
LATIN = "abcdefghijklmnopqrstuvwxyz"
ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
ARABIC_FORMS = "ءآأؤإئىة"
SIGNS = "-.’"
LABEL_SIGNS = "0123456789-.’&/,()+"
ACCENTS = {  # those of the language come first
    "en": "áàâäãåçéèêëíìîïñóòôöøúùûüß",
    "es": "áéíóúñüàâäãåçèêëìîïòôöøùûß",
    "fr": "éèêëàâçîïôûùüœáäãåíìñóòöøú",
    "de": "äöüßáàâãåçéèêëíìîïñóòôøúùû",
    "nl": "éëïóöüáàâäãåçèêíìîñòôøúùûß",
}
LETTERS = frozenset(LATIN + ARABIC + ARABIC_FORMS + "".join(ACCENTS.values()))  # of any language
ADDRESS = (f"{LATIN}.", "0123456789:/.-_")
PHONE = ("1234567890+",)
CODE = ("23456789ABCDEFGHJKMNPQRSTUVWXYZ",)


def pages(typing: Typing) -> tuple[str, ...]:
    """The keyboard's pages in the present language, of one character a key."""
    if typing == "address":
        return ADDRESS
    if typing in ("code", "phone"):
        return CODE if typing == "code" else PHONE
    signs = SIGNS if typing == "name" else ""
    letters = (ARABIC, ARABIC_FORMS + signs, LATIN) if theme.rtl else (LATIN, ACCENTS[theme.language] + signs)
    return letters if typing == "name" else (*letters, LABEL_SIGNS)


def typeable(text: str, typing: Typing) -> str:
    """What of a text from a plugged-in keyboard can be typed here: what the screen's keyboard has in any language.

    So every letter can be shown in our fonts.
    """
    if typing == "code":
        return "".join(letter for letter in text.upper() if letter in CODE[0])
    if typing == "address":
        return "".join(letter for letter in text.lower() if letter in "".join(ADDRESS))
    if typing == "phone":
        return "".join(letter for letter in text if letter in f"{PHONE[0]} ")
    signs = f"{SIGNS} " if typing == "name" else f"{LABEL_SIGNS} "
    text = text.replace("'", "’")
    return "".join(letter for letter in text if letter in signs or letter.lower() in LETTERS)


def cased(letter: str, before: str) -> str:
    """A letter of a name or label as it follows ``before``: a capital at the beginning of a word."""
    capital = letter.upper()
    begins_a_word = not before or before[-1] in " -.’("
    return capital if begins_a_word and len(capital) == 1 else letter
