"""Shows every picture in every language, plain and in larger text, and prints what doesn't fit: ``look.py 800x480``."""

import sys
import tempfile
from pathlib import Path

from kiosk import panel
from kiosk.settings import Panel

LARGE = 1000  # pixels; a panel longer than this measures ten inches


def main() -> None:
    """Print a line for each trouble; end with 1 where there is any."""
    width, height = (int(part) for part in sys.argv[1].split("x"))
    languages = sys.argv[2:]
    diagonal = 10.1 if max(width, height) > LARGE else 7.0
    with tempfile.TemporaryDirectory() as folder:
        panel.prepare(Panel(width=width, height=height, diagonal=diagonal), Path(folder), offscreen=True)
        from fitting import troubles
        from pictures import Gallery

        from kiosk.widgets import i18n
        from kiosk.widgets.manner import LARGER, Manner, take_on

        found = 0
        gallery = Gallery()
        for language in languages or i18n.LANGUAGES:
            for text in (1.0, LARGER):
                take_on(Manner(language, text=text, motion=False))
                for picture in gallery.each():
                    for trouble in troubles(gallery.in_front()):
                        found += 1
                        print(f"{sys.argv[1]} {language} {text:.0%} {picture.name}: {trouble}")
        sys.exit(found > 0)


if __name__ == "__main__":
    main()
