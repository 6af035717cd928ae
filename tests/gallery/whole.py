"""Draws the whole gallery: every page on four panels, in every language and theme, and an HTML page of all."""

import subprocess
import sys
from html import escape
from pathlib import Path

from sync.languages import LANGUAGES

HERE = Path(__file__).parent
CHOICES = {
    "size": ("800x480", "480x800", "1280x800", "800x1280"),
    "language": tuple(LANGUAGES),
    "theme": ("light", "dark", "contrast"),
    "reach": ("usual", "low"),
}


def main(outdir: Path) -> None:
    """Draw all panels and write the HTML page."""
    for size in CHOICES["size"]:
        command = [sys.executable, str(HERE / "draw.py"), str(outdir / size), "--size", size]
        languages = ["--language", ",".join(LANGUAGES)]
        subprocess.run([*command, *languages, "--theme", ",".join(CHOICES["theme"])], check=True)
        subprocess.run([*command, *languages, "--low"], check=True)
        print(f"{size}: {len(list((outdir / size).rglob('*.png')))} pictures")
    (outdir / "index.html").write_text(page(outdir), "utf-8")
    print(f"open {outdir / 'index.html'}")


def page(outdir: Path) -> str:
    """The HTML page with all pictures and filters."""
    pictures = sorted(file.relative_to(outdir) for file in outdir.rglob("*.png"))
    screens = "".join(section(name, pictures) for name in sorted({file.stem for file in pictures}))
    text = (HERE / "index.html").read_text("utf-8")
    choices = "".join(group(name, values) for name, values in CHOICES.items())
    return text.replace("<!--choices-->", choices).replace("<!--screens-->", screens)


def group(name: str, values: tuple[str, ...]) -> str:
    """The checkboxes of a filter."""
    boxes = (f'<label><input type="checkbox" name="{name}" value="{value}">{value}</label>' for value in values)
    return f"<fieldset><legend>{name}</legend>{''.join(boxes)}</fieldset>"


def section(name: str, pictures: list[Path]) -> str:
    """All pictures of a screen, in the order of the filters."""
    ordered = sorted((shape(file), file) for file in pictures if file.stem == name)
    figures = "".join(figure(file) for _, file in ordered)
    return f'<section id="{escape(name)}"><h2>{escape(name)}</h2><div>{figures}</div></section>\n'


def shape(file: Path) -> tuple[int, ...]:
    """The picture's sort key."""
    return tuple(values.index(value) for values, value in zip(CHOICES.values(), display_of(file), strict=True))


def display_of(file: Path) -> tuple[str, ...]:
    """Size, language, theme and reach, from the folder names: ``480x800/ar-light-low``."""
    size, display = file.parent.parts
    language, theme, *low = display.split("-")
    return size, language, theme, "low" if low else "usual"


def figure(file: Path) -> str:
    """A picture with its caption; a click opens it in full size."""
    data = " ".join(f'data-{name}="{value}"' for name, value in zip(CHOICES, display_of(file), strict=True))
    caption = escape(" ".join(value for value in display_of(file) if value != "usual"))
    image = f'<a href="{file}"><img loading="lazy" src="{file}" alt="{escape(file.stem)}, {caption}"></a>'
    return f"<figure {data}>{image}<figcaption>{caption}</figcaption></figure>"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
