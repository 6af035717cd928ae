"""The data of a report's picture, whatever draws it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class BarsOverTime:
    """A bar for each day of a period, or for several days where it is long. ``counts``: days that are left out: 0.

    ``before``: the same of the period before, whose bars are drawn lightly behind these, the first behind the first.
    """

    title: str
    counts: Sequence[tuple[date, int]]
    first: date
    last: date
    before: "BarsOverTime | None" = None


@dataclass(frozen=True)
class LabelledBars:
    """A bar for each label, in this order; ``unit``: of the values, such as “visits”. None: not known, or hidden.

    ``is_share``: the values are in per cent, which the number beside each bar says.
    """

    title: str
    bars: Sequence[tuple[str, float | None]]
    unit: str
    words: str  # what the picture shows, in a sentence
    is_share: bool = False


@dataclass(frozen=True)
class HeatMap:
    """A field for each row and column; ``values`` by row, None: nothing is known."""

    title: str
    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[float | None]]
    unit: str
    words: str


Picture = BarsOverTime | LabelledBars | HeatMap


def beside(picture: Picture, before: Picture) -> Picture:
    """The picture with that of the period before behind it, where both are bars over time."""
    if isinstance(picture, BarsOverTime) and isinstance(before, BarsOverTime):
        return replace(picture, before=before)
    return picture
