"""The top of a page: the way back at the left, and how far along one is in the middle."""

from kivy.properties import NumericProperty
from kivy.uix.relativelayout import RelativeLayout

from kiosk.widgets import buttons, kv, stage  # noqa: F401 - their rules stand in ours


class TopBar(RelativeLayout):
    """Says ``on_back``; without a ``stage`` it shows no dots."""

    __events__ = ("on_back",)

    stage = NumericProperty(0)

    def on_back(self) -> None:
        """The way back was tapped."""


kv.load(__file__)
