"""Whether two pictures show the same: small tiles of them have about the same colour on average.

What a font's hinting, a driver's rounding or a screenshot's noise does evens out within a tile. A word or an edge that
has moved by a few pixels, and a colour that is another one, don't.
"""

from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

SOFT = 1.5  # pixels
TILE = 16  # pixels of a kept picture, so 32 on the panel
APART = 10  # levels of 256 by which a tile may differ in any colour
AMPLIFIED = 4  # so that a difference can be seen


def furthest(expected: Image.Image, actual: Image.Image) -> tuple[float, tuple[int, int]]:
    """By how many levels the tile that differs most does, and where its upper left is, in the pictures' pixels."""
    assert expected.size == actual.size, f"{actual.size} instead of {expected.size}"
    difference = ImageChops.difference(*(_softened(picture) for picture in (expected, actual)))
    width, height = (max(1, side // TILE) for side in difference.size)
    tiles = difference.resize((width, height), Image.Resampling.BOX)
    worst = [(max(tiles.getpixel((x, y))), (x * TILE, y * TILE)) for x in range(width) for y in range(height)]
    return max(worst)


def _softened(picture: Image.Image) -> Image.Image:
    """Without what only a lens would see."""
    return picture.convert("RGB").filter(ImageFilter.GaussianBlur(SOFT))


def side_by_side(expected: Image.Image, actual: Image.Image, file: Path) -> None:
    """What should be, what is, and where they differ: one picture to open."""
    difference = ImageChops.difference(expected.convert("RGB"), actual.convert("RGB"))
    seen = difference.point(lambda level: min(255, level * AMPLIFIED))
    width, height = expected.size
    beside = Image.new("RGB", (width * 3 + 2 * TILE, height), "white")
    for place, picture in enumerate((expected, actual, seen)):
        beside.paste(picture.convert("RGB"), (place * (width + TILE), 0))
    file.parent.mkdir(parents=True, exist_ok=True)
    beside.save(file)
