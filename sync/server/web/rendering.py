"""Turns a template and its values into a page."""

from functools import cache

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from sync.printable import printable
from sync.server.web.words import full_day_words


def page(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """The page of a template in ``templates/``; every value is escaped."""
    return HTMLResponse(render(template, **values), status)


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
    templates.filters.update(grouped=grouped, hours=hours, full_day=full_day_words)
    return templates


def _clean(value: object) -> object:
    """Text without control characters; what is markup already was made from such text."""
    return printable(value) if type(value) is str else value


def grouped(number: int) -> str:
    """1126 -> 1,126."""
    return f"{number:,}"


def hours(number: float) -> str:
    """12.5 -> 12.5 h; 1904.25 -> 1,904 h: what is said large is said short."""
    return f"{number:,.0f} h" if number >= 1000 else f"{number:,.2f}".rstrip("0").rstrip(".") + " h"
