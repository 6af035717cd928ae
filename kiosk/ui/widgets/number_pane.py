"""The green pane with the pouch number, as large as fits, or an icon."""

from kivy.properties import AliasProperty, StringProperty

from kiosk.ui import kv_rules
from kiosk.ui.layout.panes import MossPane


class NumberPane(MossPane):
    """``caption`` above, ``number`` or ``icon`` in the middle, ``foot`` below."""

    caption = StringProperty("")
    number = StringProperty("")
    icon = StringProperty("")
    footer = StringProperty("")

    def _get_shown(self) -> str:
        return "number" if self.number else "icon"

    shown = AliasProperty(_get_shown, bind=("number",))


kv_rules.load(__file__)
