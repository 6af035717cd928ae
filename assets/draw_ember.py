"""Draws the ember: ``python assets/draw_ember.py`` writes the flame, in three sizes, and its glow to ``icons``."""

from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

SIDES = (64, 128, 256)  # pixels; scaled to less than half, an image would alias
SIDE = SIDES[-1]
FINE = 4  # supersampling factor, for smooth edges

Point = tuple[float, float]
Curve = tuple[Point, Point, Point]  # two handles and the end of a cubic Bézier curve

# on a sheet 120 wide and 120 high, y downwards
FLAME_TIP: Point = (62, 2)
FLAME: tuple[Curve, ...] = (
    ((68, 26), (103, 44), (103, 77)),
    ((103, 102), (84, 119), (60, 119)),
    ((36, 119), (17, 102), (17, 77)),
    ((17, 59), (29, 49), (34.5, 36)),
    ((38, 46), (43, 52), (49, 54.5)),
    ((50.5, 38), (52, 17), (62, 2)),
)
HEART_TIP: Point = (60, 64)
HEART: tuple[Curve, ...] = (
    ((63, 77), (79, 84), (79, 99)),
    ((79, 110), (71, 117.5), (60, 117.5)),
    ((49, 117.5), (41, 110), (41, 99)),
    ((41, 84), (57, 77), (60, 64)),
)
WARM, AMBER, DEEP = "#FBCF93", "#F0A658", "#AE4217"
HEART_WARM, HEART_PALE = "#FFEBCB", "#FBDDB0"


def outline(tip: Point, curves: tuple[Curve, ...], steps: int = 60) -> list[Point]:
    """The points of a closed shape, on a sheet of ``SIDE * FINE`` pixels."""
    scale = SIDE * FINE / 120
    points, start = [], tip
    for handle_1, handle_2, end in curves:
        for step in range(steps):
            t = step / steps
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            corners = (start, handle_1, handle_2, end)
            x, y = (sum(w * corner[axis] for w, corner in zip(weights, corners, strict=True)) for axis in (0, 1))
            points.append((x * scale, y * scale))
        start = end
    return points


def shape(tip: Point, curves: tuple[Curve, ...]) -> Image.Image:
    """The shape's interior, as a mask."""
    mask = Image.new("L", (SIDE * FINE, SIDE * FINE))
    ImageDraw.Draw(mask).polygon(outline(tip, curves), fill=255)
    return mask


def radial_gradient(centre: Point, reach: float) -> Image.Image:
    """0 at ``centre`` and 255 at ``reach`` from it, both on the sheet of 120."""
    scale = SIDE * FINE / 120
    across = round(2 * reach * scale)
    disc = Image.radial_gradient("L").point([min(255, round(level * 2**0.5)) for level in range(256)])
    disc = disc.resize((across, across), Image.Resampling.BICUBIC)
    sheet = Image.new("L", (SIDE * FINE, SIDE * FINE), 255)
    sheet.paste(disc, (round((centre[0] - reach) * scale), round((centre[1] - reach) * scale)))
    return sheet


def flame(side: int) -> Image.Image:
    """The flame with its pale heart, ``side`` pixels high."""
    body = ImageOps.colorize(radial_gradient((60, 92), 98), WARM, DEEP, mid=AMBER, midpoint=118).convert("RGBA")
    body.putalpha(shape(FLAME_TIP, FLAME))
    heart = ImageOps.colorize(radial_gradient((60, 108), 70), HEART_WARM, HEART_PALE).convert("RGBA")
    heart.putalpha(shape(HEART_TIP, HEART).filter(ImageFilter.GaussianBlur(FINE * 0.8)))
    return Image.alpha_composite(body, heart).resize((side, side), Image.Resampling.LANCZOS)


def glow() -> Image.Image:
    """The glow around it: white, tinted where it is shown, transparent before the edge."""
    fall = ImageChops.invert(Image.radial_gradient("L"))
    soft = fall.point([round(255 * max(0.0, (level - 75) / 180) ** 2) for level in range(256)])
    light = Image.new("RGBA", soft.size, "white")
    light.putalpha(soft)
    return light.resize((SIDE // 2, SIDE // 2), Image.Resampling.BICUBIC)


if __name__ == "__main__":
    icons = Path(__file__).parent / "icons"
    icons.mkdir(exist_ok=True)
    for side in SIDES:
        flame(side).save(icons / f"flame-{side}.png", optimize=True)
    glow().save(icons / "glow.png", optimize=True)
