"""A new venue and its first sessions have names in the venue's language, until someone names them."""

from typing import get_args

import pytest
from msgspec import structs

from kiosk.rules import default_names
from kiosk.rules.setting_values import LanguageCode, SettingValues, TemplateSettings

DEFAULTS = SettingValues()


@pytest.mark.parametrize("language", get_args(LanguageCode))
def test_each_language_has_names_for_what_has_none_yet(language: LanguageCode) -> None:
    named = default_names.named(SettingValues(language=language))

    assert (named.venue == DEFAULTS.venue) == (language == "en")
    assert (named.templates == DEFAULTS.templates) == (language == "en")
    untitled = [structs.replace(template, title="") for template in named.templates]
    assert untitled == [structs.replace(template, title="") for template in DEFAULTS.templates]


def test_a_name_that_was_chosen_stays() -> None:
    chosen = SettingValues(language="de", venue="Mill café", templates=(TemplateSettings("Open hours"),))

    assert default_names.named(chosen) == chosen
