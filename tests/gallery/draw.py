"""Draws every screen with sample records: ``python tests/gallery/draw.py OUTDIR [--size 800x480] [--dark]``."""

import argparse
import tempfile
from pathlib import Path

from kiosk import panel
from kiosk.settings import Panel

LARGE = 1000  # pixels; a panel longer than this measures ten inches


def arguments() -> argparse.Namespace:
    """What to draw, and where to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("outdir", type=Path)
    parser.add_argument("--size", default="800x480", help="width and height in pixels")
    parser.add_argument("--dark", action="store_true", help="by night")
    parser.add_argument("--only", default="", help="pictures whose name begins so")
    return parser.parse_args()


def main() -> None:
    """Prepare the panel, then hand over to what imports Kivy."""
    asked = arguments()
    width, height = (int(part) for part in asked.size.split("x"))
    diagonal = 10.1 if max(width, height) > LARGE else 7.0
    with tempfile.TemporaryDirectory() as folder:
        panel.prepare(Panel(width=width, height=height, diagonal=diagonal), Path(folder), offscreen=True)
        from kiosk.widgets import theme

        theme.use("dark" if asked.dark else "light", moving=False)
        asked.outdir.mkdir(parents=True, exist_ok=True)
        from pictures import Gallery

        Gallery(asked.outdir, asked.only).draw()


if __name__ == "__main__":
    main()
