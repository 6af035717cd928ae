"""The languages of the kiosk's screens and the server's pages, and their directions."""

LANGUAGES = {  # code: native name, shown on its button
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "de": "Deutsch",
    "nl": "Nederlands",
    "ar": "العربية",
}
SOURCE = "en"  # the language of the texts in the code; it needs no catalogue
RIGHT_TO_LEFT = frozenset({"ar"})
