"""The languages that the kiosk speaks, and which of them are written from right to left."""

LANGUAGES = {  # code: its own name, as its button shows it
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "de": "Deutsch",
    "nl": "Nederlands",
    "ar": "العربية",
}
SOURCE = "en"  # the language of the texts in the code; it needs no catalogue
RIGHT_TO_LEFT = frozenset({"ar"})
