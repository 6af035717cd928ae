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
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size")
    parser.add_argument("--language", default=",".join(LANGUAGES))
    parser.add_argument("--low", default=LOW)
    return parser.parse_args()


def main() -> None:
    """Print a line for each problem; exit with 1 if there is any."""
    options = arguments()
    width, height = (int(part) for part in options.size.split("x"))
    diagonal = 10.1 if max(width, height) > LARGE else 7.0
    with tempfile.TemporaryDirectory() as folder:
        window.prepare(PanelSettings(width=width, height=height, diagonal=diagonal), Path(folder), offscreen=True)
        problems = list(all_problems(options))
    print("\n".join(problems))
    sys.exit(bool(problems))


def all_problems(options: argparse.Namespace) -> Iterator[str]:
    """Yield a line for each problem."""
    from fitting import problems
    from pictures import Gallery

    from kiosk.ui.style.preferences import LARGER, DisplayPreferences, apply

    gallery = Gallery()
    low = options.language if options.low == "all" else options.low
    displays = [DisplayPreferences(language) for language in filter(None, options.language.split(","))]
    displays += [DisplayPreferences(language, low=True) for language in filter(None, low.split(","))]
    for display in displays:
        for text in (1.0, LARGER):
            apply(DisplayPreferences(display.language, text=text, motion=False, low=display.low))
            for picture in gallery.each():
                for problem in problems(gallery.front_widget()):
                    shown = f"{display.language} {text:.0%}{' low' * display.low} {picture.name}"
                    yield f"{options.size} {shown}: {problem}"


if __name__ == "__main__":
    main()
