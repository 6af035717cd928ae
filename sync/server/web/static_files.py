"""Serves the stylesheet, a script, the icon and the fonts; pages load nothing from other hosts."""

from importlib.resources import as_file, files

import fontpkg
from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import FileResponse

from sync.server.web.rendering import render

FONTS = {
    "dm-serif-display.ttf": ("DM Serif Display", 400),
    "atkinson-hyperlegible.ttf": ("Atkinson Hyperlegible", 400),
    "atkinson-hyperlegible-bold.ttf": ("Atkinson Hyperlegible", 700),
    "ibm-plex-sans-arabic.ttf": ("IBM Plex Sans Arabic", 400),
    "ibm-plex-sans-arabic-bold.ttf": ("IBM Plex Sans Arabic", 700),
}
DAY = {"Cache-Control": "public, max-age=86400"}
MINUTES = {"Cache-Control": "public, max-age=300"}  # so that a new release's style is loaded soon

router = APIRouter(include_in_schema=False)


@router.get("/static/hearth.css")
def stylesheet() -> Response:
    with as_file(files("sync.server.web") / "static" / "hearth.css") as file:
        return Response(file.read_bytes(), headers=MINUTES, media_type="text/css")


@router.get("/static/today.js")
def today_script() -> Response:
    """Renews the page of today."""
    with as_file(files("sync.server.web") / "static" / "today.js") as file:
        return Response(file.read_bytes(), headers=MINUTES, media_type="text/javascript")


@router.get("/static/ember.svg")
def ember() -> Response:
    """The icon of the pages in the browser."""
    return Response(render("ember.html"), headers=DAY, media_type="image/svg+xml")


@router.get("/static/fonts/{name}")
def font(name: str) -> Response:
    if name not in FONTS:
        raise HTTPException(404)
    family, weight = FONTS[name]
    return FileResponse(fontpkg.path(family, weight=weight), headers=DAY, media_type="font/ttf")
