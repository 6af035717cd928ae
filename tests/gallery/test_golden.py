"""The golden pictures look as approved; and the comparison notices moved buttons."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from alike import APART, furthest, side_by_side
from golden import GOLDEN_DIR, GOLDENS, Golden, reduced
from PIL import Image, ImageChops, ImageFilter

ROOT = Path(__file__).parents[2]
EMBER = (147, 51, 15)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the current pictures, in full size."""
    folder = tmp_path_factory.mktemp("drawn")
    subprocess.run([sys.executable, Path(__file__).parent / "golden.py", folder], check=True)
    return folder


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden.name)
def test_a_page_looks_as_approved(golden: Golden, drawn: Path) -> None:
    with Image.open(GOLDEN_DIR / f"{golden.name}.png") as expected, Image.open(drawn / f"{golden.name}.png") as picture:
        actual = reduced(picture)
        apart, place = furthest(expected, actual)
        if apart > APART:
            shown = ROOT / "build" / "golden" / f"{golden.name}.png"
            side_by_side(expected, actual, shown)
            pytest.fail(
                f"{golden.name} differs by {apart:.0f} levels at {place}: look at {shown}; "
                "if it should look so, `make golden` keeps it"
            )


def test_the_pictures_stay_small() -> None:
    assert sorted(file.stem for file in GOLDEN_DIR.iterdir()) == sorted(golden.name for golden in GOLDENS)
    assert sum(file.stat().st_size for file in GOLDEN_DIR.iterdir()) < 600_000


@pytest.fixture
def stow(drawn: Path) -> Image.Image:
    """The stow page in full size; its only ember-coloured button is the pouch's."""
    with Image.open(drawn / "stow-800x480-en-light.png") as picture:
        return picture.convert("RGB")


def apart(first: Image.Image, second: Image.Image) -> float:
    return furthest(reduced(first), reduced(second))[0]


def ember_in(picture: Image.Image) -> Image.Image:
    """A mask of the ember-coloured pixels."""
    difference = ImageChops.difference(picture, Image.new("RGB", picture.size, EMBER))
    return difference.convert("L").point(lambda level: 255 * (level == 0))


@pytest.mark.parametrize("offset", [(8, 0), (0, 8)])
def test_a_moved_button_is_noticed(stow: Image.Image, offset: tuple[int, int]) -> None:
    box = ember_in(stow).getbbox()
    assert box
    button, moved = stow.crop(box), stow.copy()
    moved.paste(stow.getpixel((4, 4)), box)
    moved.paste(button, (box[0] + offset[0], box[1] + offset[1]))

    assert apart(stow, moved) > APART


def test_moved_text_is_noticed(stow: Image.Image) -> None:
    box = (30, 90, 700, 150)
    moved = stow.copy()
    moved.paste(stow.crop(box), (box[0] + 8, box[1]))

    assert apart(stow, moved) > APART


def test_another_ember_colour_is_noticed(stow: Image.Image) -> None:
    second = stow.copy()
    second.paste((132, 46, 14), mask=ember_in(stow))

    assert apart(stow, second) > APART


def test_a_softer_edge_is_not_noticed(stow: Image.Image) -> None:
    assert apart(stow, stow.filter(ImageFilter.GaussianBlur(0.8))) <= APART


def test_noise_and_rounding_are_not_noticed(stow: Image.Image) -> None:
    levels = Random(4)
    noisy = Image.frombytes(
        "RGB", stow.size, bytes(max(0, min(255, level + levels.randint(-5, 5))) for level in stow.tobytes())
    )

    assert apart(stow, noisy) <= APART


def test_text_moved_by_half_a_pixel_is_not_noticed(stow: Image.Image) -> None:
    aside = stow.transform(stow.size, Image.Transform.AFFINE, (1, 0, 0.5, 0, 1, 0), Image.Resampling.BILINEAR)

    assert apart(stow, aside) <= APART
