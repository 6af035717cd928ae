"""Compares pictures by the average colours of small tiles.

Hinting, rounding and noise average out within a tile. Text or edges that moved by some pixels and other colours do not.
"""

from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

SOFT = 1.5  # pixels
TILE = 16  # pixels of a kept picture, so 32 on the panel
APART = 10  # levels of 256 by which a tile may differ in any colour
AMPLIFIED = 4  # factor that makes differences visible


def furthest(expected: Image.Image, actual: Image.Image) -> tuple[float, tuple[int, int]]:
    """The largest difference of a tile in levels, and the pixel position of that tile's upper left corner."""
    assert expected.size == actual.size, f"{actual.size} instead of {expected.size}"
    difference = ImageChops.difference(*(_softened(picture) for picture in (expected, actual)))
    width, height = (max(1, side // TILE) for side in difference.size)
    tiles = difference.resize((width, height), Image.Resampling.BOX)
    worst = [(max(tiles.getpixel((x, y))), (x * TILE, y * TILE)) for x in range(width) for y in range(height)]
    return max(worst)


def _softened(picture: Image.Image) -> Image.Image:
    """Blur the picture slightly."""
    return picture.convert("RGB").filter(ImageFilter.GaussianBlur(SOFT))


def side_by_side(expected: Image.Image, actual: Image.Image, file: Path) -> None:
    """Save expected picture, actual picture and difference side by side."""
    difference = ImageChops.difference(expected.convert("RGB"), actual.convert("RGB"))
    amplified = difference.point(lambda level: min(255, level * AMPLIFIED))
    width, height = expected.size
    sheet = Image.new("RGB", (width * 3 + 2 * TILE, height), "white")
    for index, picture in enumerate((expected, actual, amplified)):
        sheet.paste(picture.convert("RGB"), (index * (width + TILE), 0))
    file.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(file)
