"""What a new venue and its first sessions are called until someone names them, in the venue's own language."""

from collections.abc import Mapping

from msgspec import structs

from kiosk.rules.setting_values import LanguageCode, SettingValues

DEFAULTS = SettingValues()
VENUES: Mapping[LanguageCode, str] = {
    "en": DEFAULTS.venue,
    "es": "Nuestra sala sin móviles",
    "fr": "Notre salle sans téléphone",
    "de": "Unser handyfreier Raum",
    "nl": "Onze telefoonvrije ruimte",
    "ar": "قاعتنا بلا هواتف",
}
TITLES: Mapping[LanguageCode, tuple[str, ...]] = {  # of DEFAULTS.templates, in their order
    "en": tuple(template.title for template in DEFAULTS.templates),
    "es": ("Horario abierto", "Velada tranquila", "Taller"),
    "fr": ("Accueil libre", "Soirée calme", "Atelier"),
    "de": ("Offene Zeit", "Ruhiger Abend", "Workshop"),
    "nl": ("Vrije inloop", "Rustige avond", "Workshop"),
    "ar": ("دوام مفتوح", "أمسية هادئة", "ورشة"),
}


def named(values: SettingValues) -> SettingValues:
    """The settings with the default names in the venue's language; a name that somebody chose stays as it is."""
    if values.venue == DEFAULTS.venue:
        values = structs.replace(values, venue=VENUES[values.language])
    if values.templates == DEFAULTS.templates:
        titles = zip(values.templates, TITLES[values.language], strict=True)
        values = structs.replace(
            values, templates=tuple(structs.replace(template, title=title) for template, title in titles)
        )
    return values
