"""A BoxLayout whose rows follow the writing direction of the current language."""

from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.style.theme import theme


class Strip(BoxLayout):
    """A BoxLayout; a horizontal one is mirrored in a right-to-left language."""

    def do_layout(self, *args: object) -> None:
        """Lay out as a BoxLayout, then mirror."""
        super().do_layout(*args)
        if theme.rtl and self.orientation == "horizontal":
            for child in self.children:
                child.x = self.x + self.right - child.right
