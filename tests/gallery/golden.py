"""The pictures that matter, as they should look: ``golden.py`` draws them anew, half as large, into ``golden/``.

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

KEPT = Path(__file__).parent / "golden"
LARGE = 1000  # pixels; a panel longer than this measures ten inches


@dataclass(frozen=True)
class Golden:
    """One of them: a picture of the gallery, on a panel of that size, and how it speaks and looks."""

    picture: str
    size: str = "800x480"
    language: str = "en"
    theme: str = "light"
    text: float = 1.0

    @property
    def name(self) -> str:
        """Says how it was drawn."""
        larger = f"-{self.text * 100:.0f}" if self.text > 1 else ""
        return f"{self.picture}-{self.size}-{self.language}-{self.theme}{larger}"


MATTER = (
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
    """All of them as they are now: a process for each panel."""
    outdir.mkdir(parents=True, exist_ok=True)
    for size in sorted({one.size for one in MATTER}):
        subprocess.run([sys.executable, __file__, str(outdir), "--size", size], check=True)


def reduced(picture: Image.Image) -> Image.Image:
    """Half as wide and half as high: what a change of a driver's rounding does is gone, what a person sees is not."""
    return picture.convert("RGB").reduce(2)


def keep(drawn: Path) -> None:
    """From now on these are right; what is no longer drawn goes."""
    KEPT.mkdir(exist_ok=True)
    for old in KEPT.glob("*.png"):
        old.unlink()
    for one in MATTER:
        with Image.open(drawn / f"{one.name}.png") as picture:
            reduced(picture).save(KEPT / f"{one.name}.png", optimize=True)


def _draw_panel(size: str, outdir: Path) -> None:
    width, height = map(int, size.split("x"))
    diagonal = 10.1 if max(width, height) > LARGE else 7.0
    with tempfile.TemporaryDirectory() as folder:
        window.prepare(PanelSettings(width=width, height=height, diagonal=diagonal), Path(folder), offscreen=True)
        from pictures import Gallery

        from kiosk.ui.style.preferences import DisplayPreferences, apply

        gallery = Gallery()
        for one in MATTER:
            if one.size == size:
                apply(DisplayPreferences(one.language, one.theme, one.text, motion=False))
                gallery.draw_one(one.picture, outdir / f"{one.name}.png")


def main() -> None:
    """Draw one panel's, or all of them, and perhaps keep them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("outdir", type=Path)
    parser.add_argument("--size")
    parser.add_argument("--keep", action="store_true")
    asked = parser.parse_args()
    if asked.size:
        _draw_panel(asked.size, asked.outdir)
        return
    draw(asked.outdir)
    if asked.keep:
        keep(asked.outdir)
        told = sum(file.stat().st_size for file in KEPT.iterdir())
        print(f"{len(MATTER)} pictures in {KEPT}, {told // 1024} KB: look at what changed before you commit them")


if __name__ == "__main__":
    main()
