"""What is printed: lines, codes and gaps, in the order in which they come out; plain data, without a printer."""

from dataclasses import dataclass, field
from typing import Literal

Align = Literal["center", "start"]


@dataclass(frozen=True)
class PaperLine:
    """A text. ``size``: how many times a printer's usual letters, 1 to 8; less where it would not fit."""

    text: str
    size: int = 1
    bold: bool = False
    align: Align = "center"


@dataclass(frozen=True)
class PaperQr:
    """A QR code."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class PaperRule:
    """A line across the paper."""


@dataclass(frozen=True)
class PaperGap:
    """An empty line."""


PaperPart = PaperLine | PaperQr | PaperRule | PaperGap


@dataclass(frozen=True)
class Paper:
    """A piece of paper. ``font``: the file of a font with all letters, for those that a printer has not.

    In a right-to-left language the texts are in visual order, and short enough for a line; ``start`` is the right.
    """

    parts: tuple[PaperPart, ...] = field(repr=False)  # a slip's code is somebody's
    font: str
    is_right_to_left: bool = False
