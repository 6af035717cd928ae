"""Draws pages with sample records: ``draw.py OUTDIR [--size 800x480] [--theme dark] [--language ar] [--low]``.

``--theme`` and ``--language`` may be several, by commas: then each pair gets a folder of its own, ``ar-dark``.
"""

import argparse
import tempfile
from pathlib import Path

from kiosk import window
from kiosk.settings import PanelSettings

LARGE = 1000  # pixels; a panel longer than this measures ten inches


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("outdir", type=Path)
    parser.add_argument("--size", default="800x480", help="width and height in pixels")
    parser.add_argument("--theme", default="light", help="light, dark, contrast")
    parser.add_argument("--language", default="en")
    parser.add_argument("--text", type=float, default=1.0, help="how much larger text is than usual")
    parser.add_argument("--low", action="store_true", help="everything that is touched in the lower half")
    parser.add_argument("--only", default="", help="pictures whose name begins so")
    return parser.parse_args()


def main() -> None:
    """Prepare the window before Kivy is imported, then draw."""
    options = arguments()
    width, height = (int(part) for part in options.size.split("x"))
    diagonal = 10.1 if max(width, height) > LARGE else 7.0
    with tempfile.TemporaryDirectory() as folder:
        window.prepare(PanelSettings(width=width, height=height, diagonal=diagonal), Path(folder), offscreen=True)
        draw(options)


def draw(options: argparse.Namespace) -> None:
    """Draw each pair of language and theme."""
    from pictures import Gallery

    from kiosk.ui.style.preferences import DisplayPreferences, apply

    gallery = Gallery(options.only)
    pairs = [(language, theme) for language in options.language.split(",") for theme in options.theme.split(",")]
    for language, theme in pairs:
        apply(DisplayPreferences(language, theme, options.text, motion=False, low=options.low))
        outdir = options.outdir / f"{language}-{theme}{'-low' * options.low}" if len(pairs) > 1 else options.outdir
        outdir.mkdir(parents=True, exist_ok=True)
        gallery.draw(outdir)


if __name__ == "__main__":
    main()
