"""Renders the templates of the pages."""

from functools import cache

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from sync.languages import LANGUAGES
from sync.printable import printable
from sync.server.web import i18n
from sync.server.web.languages import current_reader
from sync.server.web.navigation import NAVIGATION
from sync.server.web.session_kinds import KINDS
from sync.server.web.words import full_day_words, grouped, hours


def page(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """The response of a template in ``templates/``; every value is escaped."""
    return HTMLResponse(render(template, **values), status, {"Content-Language": i18n.language()})


def render(template: str, **values: object) -> str:
    """The text of a template."""
    return _templates().get_template(template).render(values)


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("sync.server.web"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_clean,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(grouped=grouped, hours=hours, full_day=full_day_words, inside=i18n.inside)
    templates.globals.update(
        navigation=NAVIGATION,
        languages=LANGUAGES,
        session_kinds=KINDS,
        reader=current_reader,
        say=i18n.say,
        counted=i18n.counted,
        say_html=i18n.say_html,
        counted_html=i18n.counted_html,
        direction=i18n.direction,
    )
    return templates


def _clean(value: object) -> object:
    """Replace control characters in text; Markup was made from text that is clean already."""
    return printable(value) if type(value) is str else value
