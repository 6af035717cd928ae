"""The golden pictures: ``golden.py`` draws them at half size into ``golden/``.

golden.py OUTDIR             draw them as they are now, in full size
golden.py OUTDIR --keep      the same, and keep them as what is right from now on
"""

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from kiosk import window
from kiosk.settings import PanelSettings

GOLDEN_DIR = Path(__file__).parent / "golden"
LARGE = 1000  # pixels; a panel longer than this measures ten inches


@dataclass(frozen=True)
class Golden:
    """A picture of the gallery with its panel size and display preferences."""

    picture: str
    size: str = "800x480"
    language: str = "en"
    theme: str = "light"
    text: float = 1.0

    @property
    def name(self) -> str:
        """The file name without suffix."""
        larger = f"-{self.text * 100:.0f}" if self.text > 1 else ""
        return f"{self.picture}-{self.size}-{self.language}-{self.theme}{larger}"


GOLDENS = (
    Golden("welcome"),
    Golden("welcome", language="es", theme="dark"),
    Golden("welcome", language="ar"),
    Golden("welcome", language="fr", theme="contrast"),
    Golden("welcome", "480x800", "nl"),
    Golden("welcome", "1280x800"),
    Golden("party"),
    Golden("stow"),
    Golden("stow-party", language="ar", theme="dark"),
    Golden("confirmed"),
    Golden("confirmed", "480x800", "de", text=1.5),
    Golden("code"),
    Golden("thanks", language="fr"),
    Golden("still-here", language="nl"),
    Golden("board"),
    Golden("board", "480x800", "de"),
)


def draw(outdir: Path) -> None:
    """Draw all current pictures, with a process for each panel."""
    outdir.mkdir(parents=True, exist_ok=True)
    for size in sorted({golden.size for golden in GOLDENS}):
        subprocess.run([sys.executable, __file__, str(outdir), "--size", size], check=True)


def reduced(picture: Image.Image) -> Image.Image:
    """Half the width and height, which removes a driver's rounding but no visible difference."""
    return picture.convert("RGB").reduce(2)


def keep(drawn: Path) -> None:
    """Replace the golden pictures."""
    GOLDEN_DIR.mkdir(exist_ok=True)
    for old in GOLDEN_DIR.glob("*.png"):
        old.unlink()
    for golden in GOLDENS:
        with Image.open(drawn / f"{golden.name}.png") as picture:
            reduced(picture).save(GOLDEN_DIR / f"{golden.name}.png", optimize=True)


def _draw_panel(size: str, outdir: Path) -> None:
    width, height = map(int, size.split("x"))
    diagonal = 10.1 if max(width, height) > LARGE else 7.0
    with tempfile.TemporaryDirectory() as folder:
        window.prepare(PanelSettings(width=width, height=height, diagonal=diagonal), Path(folder), offscreen=True)
        from pictures import Gallery

        from kiosk.ui.style.preferences import DisplayPreferences, apply

        gallery = Gallery()
        for golden in GOLDENS:
            if golden.size == size:
                apply(DisplayPreferences(golden.language, golden.theme, golden.text, motion=False))
                gallery.draw_one(golden.picture, outdir / f"{golden.name}.png")


def main() -> None:
    """Draw one panel's pictures, or all, and optionally keep them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("outdir", type=Path)
    parser.add_argument("--size")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    if options.size:
        _draw_panel(options.size, options.outdir)
        return
    draw(options.outdir)
    if options.keep:
        keep(options.outdir)
        kilobytes = sum(file.stat().st_size for file in GOLDEN_DIR.iterdir()) // 1024
        print(f"{len(GOLDENS)} pictures in {GOLDEN_DIR}, {kilobytes} KB: look at what changed before you commit them")


if __name__ == "__main__":
    main()
