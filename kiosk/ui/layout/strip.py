"""A box whose row begins where the present language begins: at the left, or at the right."""

from collections.abc import Callable

from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.style.theme import theme


class Strip(BoxLayout):
    """As a BoxLayout; a horizontal one is mirrored for a language that runs from right to left."""

    parts = True  # in low reach its content may go to both halves of the page
    loose = False  # the same although it holds nothing to touch
    holder: Callable[[], None] | None = None  # who places the content then, and wants to hear of any change

    def do_layout(self, *args: object) -> None:
        """Lay out as usual, then mirror; or leave it to the holder."""
        if self.holder:
            self.holder()
            return
        super().do_layout(*args)
        if theme.rtl and self.orientation == "horizontal":
            for child in self.children:
                child.x = self.x + self.right - child.right
