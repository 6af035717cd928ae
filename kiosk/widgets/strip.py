"""A box whose row begins where the present language begins: at the left, or at the right."""

from kivy.uix.boxlayout import BoxLayout

from kiosk.widgets import i18n


class Strip(BoxLayout):
    """As a BoxLayout; a horizontal one is mirrored for a language that runs from right to left."""

    def do_layout(self, *args: object) -> None:
        """Lay out as usual, then mirror."""
        super().do_layout(*args)
        if i18n.rtl and self.orientation == "horizontal":
            for child in self.children:
                child.x = self.x + self.right - child.right
