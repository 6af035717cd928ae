"""Shows every picture in every language, plain and in larger text, and prints what doesn't fit: ``look.py 800x480``.

In low reach as well, in the languages that ``--low`` names (``all``: in all of them).
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kiosk import window
from kiosk.settings import PanelSettings
from kiosk.ui.style.languages import LANGUAGES

LARGE = 1000  # pixels; a panel longer than this measures ten inches
LOW = "de,ar"  # long words, and right to left; a soak looks at all


def arguments() -> argparse.Namespace:
    """Which panel, and how."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size")
    parser.add_argument("--language", default=",".join(LANGUAGES))
    parser.add_argument("--low", default=LOW)
    return parser.parse_args()


def main() -> None:
    """Print a line for each trouble; end with 1 where there is any."""
    asked = arguments()
    width, height = (int(part) for part in asked.size.split("x"))
    diagonal = 10.1 if max(width, height) > LARGE else 7.0
    with tempfile.TemporaryDirectory() as folder:
        window.prepare(PanelSettings(width=width, height=height, diagonal=diagonal), Path(folder), offscreen=True)
        troubles = list(found(asked))
    print("\n".join(troubles))
    sys.exit(bool(troubles))


def found(asked: argparse.Namespace) -> Iterator[str]:
    """What doesn't fit."""
    from fitting import troubles
    from pictures import Gallery

    from kiosk.ui.style.preferences import LARGER, DisplayPreferences, apply

    gallery = Gallery()
    low = asked.language if asked.low == "all" else asked.low
    manners = [DisplayPreferences(language) for language in filter(None, asked.language.split(","))]
    manners += [DisplayPreferences(language, low=True) for language in filter(None, low.split(","))]
    for display in manners:
        for text in (1.0, LARGER):
            apply(DisplayPreferences(display.language, text=text, motion=False, low=display.low))
            for picture in gallery.each():
                for trouble in troubles(gallery.in_front()):
                    yield f"{asked.size} {display.language} {text:.0%}{' low' * display.low} {picture.name}: {trouble}"


if __name__ == "__main__":
    main()
