"""Display preferences (language, look, reach): a venue's usual ones, which a visitor can change."""

from dataclasses import dataclass

from kiosk.ui.style.theme import theme
from sync.languages import SOURCE

LARGER = 1.5  # text scale of "larger text"


@dataclass(frozen=True)
class DisplayPreferences:
    """Language, look and reach of the screens."""

    language: str = SOURCE
    palette: str = "light"
    text: float = 1.0
    motion: bool = True
    aloud: bool | None = None  # read pages aloud; None: no voice is installed
    low: bool = False  # low reach: controls in the lower half of the panel

    def is_same_layout(self, other: "DisplayPreferences") -> bool:
        """Whether pages built for ``other`` have these preferences' texts and sizes."""
        return (self.language, self.text, self.low) == (other.language, other.text, other.low)


def apply(display: DisplayPreferences) -> None:
    """Set the theme. Colours change at once; pages of another language, text size or reach have to be rebuilt."""
    theme.language = display.language
    theme.palette = display.palette
    theme.motion = display.motion
    theme.text_scale = display.text
    theme.low = display.low
