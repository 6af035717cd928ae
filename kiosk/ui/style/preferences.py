"""How the kiosk presents itself to whoever is there: language, look, reach. The venue has its usual one."""

from dataclasses import dataclass

from kiosk.ui.style import theme
from kiosk.ui.text import i18n

LARGER = 1.5  # what "larger text" means


@dataclass(frozen=True)
class DisplayPreferences:
    """One way of speaking and looking."""

    language: str = i18n.SOURCE
    palette: str = "light"
    text: float = 1.0
    motion: bool = True
    aloud: bool | None = None  # None: there is no voice here
    low: bool = False  # whatever is touched stays in the lower half of the panel


def apply(display: DisplayPreferences) -> None:
    """Speak and look so from now on; what stands already on the screen is to be built anew."""
    i18n.use(display.language)
    theme.use(display.palette, display.motion, display.text, display.low)
