"""Makes the funder's report a PDF, by WeasyPrint, which loads nothing from anywhere."""

import base64
import re
from datetime import date
from functools import cache
from importlib.resources import files
from urllib.parse import quote

import fontpkg
from markupsafe import Markup

from sync.errors import UserError
from sync.server.reports import pictures
from sync.server.reports.funder_report import COLUMNS, FunderReport
from sync.server.reports.picture_data import Picture
from sync.server.reports.pictures import WIDE
from sync.server.web.i18n import direction, say
from sync.server.web.rendering import render
from sync.server.web.static_files import FONTS
from sync.server.web.words import full_day_words, period_words

VARIABLE = re.compile(r"var\((--[a-z-]+)\)")


class PdfUnavailable(UserError):
    """The server can't make PDFs; the text says what it lacks."""


def to_pdf(report: FunderReport, made: date) -> bytes:
    """The report on paper of size A4, dated. Raises PdfUnavailable."""
    html = to_html(report, made)
    try:
        from weasyprint import HTML  # here, as it loads Pango, without which the rest of the server works
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise PdfUnavailable(
            say("Pango is missing on the server, of which a PDF is made: {error}", error=error)
        ) from error

    document = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=("data",)), base_url=None)
    pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1", full_fonts=False)
    return pdf


def to_html(report: FunderReport, made: date) -> str:
    """The page that becomes the PDF: everything is in it, pictures and fonts too."""
    filters = report.filters
    return render(
        "funder_report.html",
        report=report,
        columns=COLUMNS,
        period=period_words(filters.first, filters.last),
        first=full_day_words(filters.first),
        last=full_day_words(filters.last),
        place=filters.venue or say("all venues"),
        style=_style(),
        pictures=[_address(section.picture, filters.last) for section in report.sections],
        made=full_day_words(made),
    )


def _address(picture: Picture | None, today: date) -> str | None:
    """A picture as a data URL, in the colours of a light page: a picture in a PDF has no stylesheet."""
    if picture is None:
        return None
    svg = str(pictures.draw_at(picture, today, WIDE))
    coloured = VARIABLE.sub(lambda match: _colours()[match[1]], svg)
    if direction() == "rtl":  # WeasyPrint sets the texts of an SVG letter by letter, and Arabic letters are joined
        return f"data:image/png;base64,{base64.b64encode(pictures.to_png(coloured)).decode()}"
    return f"data:image/svg+xml,{quote(coloured)}"


@cache
def _colours() -> dict[str, str]:
    """The stylesheet's colours on paper, by the variable's name."""
    sheet = (files("sync.server.web") / "static" / "hearth.css").read_text("utf-8")
    root = sheet[sheet.index(":root {") : sheet.index("}", sheet.index(":root {"))]
    return dict(re.findall(r"(--[a-z-]+): (#[0-9A-F]{6});", root))


@cache
def _style() -> Markup:
    """The stylesheet of the PDF, with its colours and fonts."""
    colours = "".join(f"{name}: {colour};" for name, colour in _colours().items())
    faces = "".join(_font_face(family, weight) for family, weight in FONTS.values())
    sheet = (files("sync.server.web") / "static" / "paper.css").read_text("utf-8")
    return Markup(f":root {{{colours}}}\n{faces}\n{sheet}")


def _font_face(family: str, weight: int) -> str:
    font = base64.b64encode(fontpkg.path(family, weight=weight).read_bytes()).decode()
    return f'@font-face {{font-family: "{family}"; font-weight: {weight}; src: url(data:font/ttf;base64,{font})}}'
