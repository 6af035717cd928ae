"""Draws the whole gallery: every screen on four panels, in every language and theme, and a page that shows them."""

import subprocess
import sys
from html import escape
from pathlib import Path

from kiosk.widgets.i18n import LANGUAGES

DRAW = Path(__file__).parent / "draw.py"
SIZES = ("800x480", "480x800", "1280x800", "800x1280")
THEMES = ("light", "dark", "contrast")
PAGE = """<!doctype html><meta charset="utf-8"><title>Hearth: every screen</title>
<style>body{{font:16px sans-serif;background:#FAF4EA;color:#2B221C;margin:2rem}}
div{{display:flex;flex-wrap:wrap;gap:1rem}}figure{{margin:0}}img{{height:240px;border:1px solid #E2D2BB}}</style>
<h1>Every screen</h1>{body}"""


def main(outdir: Path) -> None:
    """One panel after the other."""
    for size in SIZES:
        command = [sys.executable, str(DRAW), str(outdir / size), "--size", size]
        languages = ["--language", ",".join(LANGUAGES)]
        subprocess.run([*command, *languages, "--theme", ",".join(THEMES)], check=True)
        subprocess.run([*command, *languages, "--low"], check=True)
        print(f"{size}: {len(list((outdir / size).rglob('*.png')))} pictures")
    (outdir / "index.html").write_text(PAGE.format(body="".join(row(name, outdir) for name in names(outdir))), "utf-8")
    print(f"open {outdir / 'index.html'}")


def names(outdir: Path) -> list[str]:
    """Of the pictures."""
    return sorted(file.stem for file in (outdir / SIZES[0] / "en-light").glob("*.png"))


def row(name: str, outdir: Path) -> str:
    """One screen in all its shapes."""
    shapes = (file for size in SIZES for file in sorted((outdir / size).glob(f"*/{name}.png")))
    return f"<h2>{escape(name)}</h2><div>{''.join(figure(file.relative_to(outdir)) for file in shapes)}</div>"


def figure(file: Path) -> str:
    """One picture, and what it shows."""
    told = escape(" ".join(file.parent.parts))
    return f'<figure><img loading="lazy" src="{file}" alt="{told}"><figcaption>{told}</figcaption></figure>'


if __name__ == "__main__":
    main(Path(sys.argv[1]))
