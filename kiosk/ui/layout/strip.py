"""A BoxLayout whose rows follow the writing direction of the current language."""

from collections.abc import Callable

from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.style.theme import theme


class Strip(BoxLayout):
    """A BoxLayout; a horizontal one is mirrored in a right-to-left language."""

    splits = True  # in low reach its content may be divided between both halves of the page
    always_splits = False  # also if it contains no controls
    layout_delegate: Callable[[], None] | None = None  # lays out the content in its place

    def do_layout(self, *args: object) -> None:
        """Lay out as a BoxLayout, then mirror; or leave it to ``layout_delegate``."""
        if self.layout_delegate:
            self.layout_delegate()
            return
        super().do_layout(*args)
        if theme.rtl and self.orientation == "horizontal":
            for child in self.children:
                child.x = self.x + self.right - child.right
