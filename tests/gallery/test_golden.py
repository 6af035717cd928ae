"""The pictures that matter look as they were last approved of; the eye that says so misses no moved button."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from alike import APART, furthest, side_by_side
from golden import KEPT, MATTER, Golden, reduced
from PIL import Image, ImageChops, ImageFilter

ROOT = Path(__file__).parents[2]
EMBER = (147, 51, 15)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pictures as they are now, in full size."""
    folder = tmp_path_factory.mktemp("drawn")
    subprocess.run([sys.executable, Path(__file__).parent / "golden.py", folder], check=True)
    return folder


@pytest.mark.parametrize("golden", MATTER, ids=lambda golden: golden.name)
def test_it_looks_as_it_should(golden: Golden, drawn: Path) -> None:
    with Image.open(KEPT / f"{golden.name}.png") as expected, Image.open(drawn / f"{golden.name}.png") as picture:
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
    assert sorted(file.stem for file in KEPT.iterdir()) == sorted(golden.name for golden in MATTER)
    assert sum(file.stat().st_size for file in KEPT.iterdir()) < 600_000


@pytest.fixture
def stow(drawn: Path) -> Image.Image:
    """Where phones rest, in full size; the one ember-coloured button is the pouch's."""
    with Image.open(drawn / "stow-800x480-en-light.png") as picture:
        return picture.convert("RGB")


def apart(one: Image.Image, other: Image.Image) -> float:
    return furthest(reduced(one), reduced(other))[0]


def ember_in(picture: Image.Image) -> Image.Image:
    """White where it is ember-coloured, else black."""
    away = ImageChops.difference(picture, Image.new("RGB", picture.size, EMBER))
    return away.convert("L").point(lambda level: 255 * (level == 0))


@pytest.mark.parametrize("by", [(8, 0), (0, 8)])
def test_a_moved_button_is_seen(stow: Image.Image, by: tuple[int, int]) -> None:
    box = ember_in(stow).getbbox()
    assert box
    button, moved = stow.crop(box), stow.copy()
    moved.paste(stow.getpixel((4, 4)), box)
    moved.paste(button, (box[0] + by[0], box[1] + by[1]))

    assert apart(stow, moved) > APART


def test_moved_words_are_seen(stow: Image.Image) -> None:
    box = (30, 90, 700, 150)
    moved = stow.copy()
    moved.paste(stow.crop(box), (box[0] + 8, box[1]))

    assert apart(stow, moved) > APART


def test_another_ember_is_seen(stow: Image.Image) -> None:
    other = stow.copy()
    other.paste((132, 46, 14), mask=ember_in(stow))

    assert apart(stow, other) > APART


def test_a_softer_edge_is_not_seen(stow: Image.Image) -> None:
    assert apart(stow, stow.filter(ImageFilter.GaussianBlur(0.8))) <= APART


def test_noise_and_rounding_are_not_seen(stow: Image.Image) -> None:
    levels = Random(4)
    noisy = Image.frombytes(
        "RGB", stow.size, bytes(max(0, min(255, level + levels.randint(-5, 5))) for level in stow.tobytes())
    )

    assert apart(stow, noisy) <= APART


def test_letters_half_a_pixel_aside_are_not_seen(stow: Image.Image) -> None:
    aside = stow.transform(stow.size, Image.Transform.AFFINE, (1, 0, 0.5, 0, 1, 0), Image.Resampling.BILINEAR)

    assert apart(stow, aside) <= APART
