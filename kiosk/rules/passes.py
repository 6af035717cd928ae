"""What a visitor shows as a pass, before it is known whether it is one."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ScannedPass:
    """``readings``: the texts that it can be, the likeliest first; several where the scanner types."""

    readings: tuple[str, ...] = field(repr=False)  # whoever has the text has the pass


@dataclass(frozen=True)
class SeenCard:
    """A card on a reader, which may stand for a pass. ``card``: its normal form."""

    card: str = field(repr=False)


PassKey = ScannedPass | SeenCard
