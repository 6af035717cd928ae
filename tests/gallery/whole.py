"""Draws the whole gallery: every screen on four panels, in every language and theme, and a page that shows them."""

import subprocess
import sys
from html import escape
from pathlib import Path

from kiosk.ui.style.languages import LANGUAGES

HERE = Path(__file__).parent
CHOICES = {
    "size": ("800x480", "480x800", "1280x800", "800x1280"),
    "language": tuple(LANGUAGES),
    "theme": ("light", "dark", "contrast"),
    "reach": ("usual", "low"),
}


def main(outdir: Path) -> None:
    """One panel after the other."""
    for size in CHOICES["size"]:
        command = [sys.executable, str(HERE / "draw.py"), str(outdir / size), "--size", size]
        languages = ["--language", ",".join(LANGUAGES)]
        subprocess.run([*command, *languages, "--theme", ",".join(CHOICES["theme"])], check=True)
        subprocess.run([*command, *languages, "--low"], check=True)
        print(f"{size}: {len(list((outdir / size).rglob('*.png')))} pictures")
    (outdir / "index.html").write_text(page(outdir), "utf-8")
    print(f"open {outdir / 'index.html'}")


def page(outdir: Path) -> str:
    """What shows all the pictures that are there, side by side, and lets one choose."""
    pictures = sorted(file.relative_to(outdir) for file in outdir.rglob("*.png"))
    screens = "".join(section(name, pictures) for name in sorted({file.stem for file in pictures}))
    text = (HERE / "index.html").read_text("utf-8")
    choices = "".join(group(name, values) for name, values in CHOICES.items())
    return text.replace("<!--choices-->", choices).replace("<!--screens-->", screens)


def group(name: str, values: tuple[str, ...]) -> str:
    """What one can choose of sizes, languages, themes."""
    boxes = (f'<label><input type="checkbox" name="{name}" value="{value}">{value}</label>' for value in values)
    return f"<fieldset><legend>{name}</legend>{''.join(boxes)}</fieldset>"


def section(name: str, pictures: list[Path]) -> str:
    """One screen in all its shapes, in the order of the choices."""
    told = sorted((shape(file), file) for file in pictures if file.stem == name)
    figures = "".join(figure(file) for _, file in told)
    return f'<section id="{escape(name)}"><h2>{escape(name)}</h2><div>{figures}</div></section>\n'


def shape(file: Path) -> tuple[int, ...]:
    """Where it stands among its like."""
    return tuple(values.index(value) for values, value in zip(CHOICES.values(), said(file), strict=True))


def said(file: Path) -> tuple[str, ...]:
    """Size, language, theme and reach, as the folders say them: ``480x800/ar-light-low``."""
    size, display = file.parent.parts
    language, theme, *low = display.split("-")
    return size, language, theme, "low" if low else "usual"


def figure(file: Path) -> str:
    """One picture, and what it shows; a tap opens it in its own size."""
    data = " ".join(f'data-{name}="{value}"' for name, value in zip(CHOICES, said(file), strict=True))
    told = escape(" ".join(value for value in said(file) if value != "usual"))
    image = f'<a href="{file}"><img loading="lazy" src="{file}" alt="{escape(file.stem)}, {told}"></a>'
    return f"<figure {data}>{image}<figcaption>{told}</figcaption></figure>"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
