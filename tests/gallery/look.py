"""Shows every picture in every language, plain and in larger text, and prints what doesn't fit: ``look.py 800x480``.

In low reach as well, in the languages that ``--low`` names (``all``: in all of them). Or in chosen displays alone:
``look.py 800x480 de ar-larger-low``.
"""

import argparse
import gc
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from displays import CheckedDisplay, parse_display

from kiosk import window
from kiosk.settings import PanelSettings
from sync.languages import LANGUAGES

LARGE = 1000  # pixels; a panel longer than this measures ten inches
LOW = "de,ar"  # long words, and right to left; a soak looks at all


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size")
    parser.add_argument("displays", nargs="*", metavar="display", help="as de or de-larger-low")
    parser.add_argument("--language", default=",".join(LANGUAGES))
    parser.add_argument("--low", default=LOW)
    parser.add_argument("--only", default="", help="pictures whose name begins so")
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


def chosen_displays(options: argparse.Namespace) -> list[CheckedDisplay]:
    """The displays that the command line names."""
    if options.displays:
        return [parse_display(name) for name in options.displays]
    low = options.language if options.low == "all" else options.low
    reaches = [(language, False) for language in filter(None, options.language.split(","))]
    reaches += [(language, True) for language in filter(None, low.split(","))]
    return [CheckedDisplay(language, is_larger, low) for language, low in reaches for is_larger in (False, True)]


def all_problems(options: argparse.Namespace) -> Iterator[str]:
    """Yield a line for each problem."""
    from fitting import problems
    from kivy.core.window import Window
    from pictures import Gallery

    from kiosk.ui.style.preferences import LARGER, DisplayPreferences, apply

    gallery = Gallery(options.only)
    Window.bind(on_draw=lambda _: True, on_flip=lambda _: True)  # a layout needs no pixels
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # each page is built for one display alone: collecting would take half the time
    for display in chosen_displays(options):
        text = LARGER if display.is_larger else 1.0
        apply(DisplayPreferences(display.language, text=text, motion=False, low=display.is_low))
        for picture in gallery.each(display.share):
            for problem in problems(gallery.front_widget()):
                yield f"{options.size} {display.name} {picture.name}: {problem}"


if __name__ == "__main__":
    main()
