"""Registers the widgets of kv rules with Kivy's Factory; their modules are imported at first use."""

from kivy.factory import Factory

WIDGETS: dict[str, tuple[str, ...]] = {
    "kiosk.ui.layout.choices": ("Choices", "Tiles"),
    "kiosk.ui.layout.panes": (
        "Case",
        "Column",
        "Either",
        "OakPane",
        "Pairs",
        "PaperPane",
        "Plate",
        "PageRoot",
        "Sides",
    ),
    "kiosk.ui.layout.rail": ("Rail",),
    "kiosk.ui.layout.spread": ("FootBar", "LowRow", "ReadPane", "SidePane", "Spread", "TouchPane", "TouchRow"),
    "kiosk.ui.layout.strip": ("Strip",),
    "kiosk.ui.screens.host.settings_stow": ("LockedNumber",),
    "kiosk.ui.screens.host.tiles_page": ("StateTile",),
    "kiosk.ui.screens.visitor.welcome": ("WithProgram",),
    "kiosk.ui.widgets.buttons": (
        "ButtonLabel",
        "Card",
        "CardOffer",
        "Danger",
        "Ember",
        "EmberChoice",
        "Numeral",
        "OnOff",
        "Pill",
        "Sand",
        "SandChoice",
    ),
    "kiosk.ui.widgets.corner": ("Corner",),
    "kiosk.ui.widgets.counters": ("Counter", "Counters"),
    "kiosk.ui.widgets.countdown": ("Countdown",),
    "kiosk.ui.widgets.faces": ("Faces",),
    "kiosk.ui.widgets.figures": ("Bar", "BoardHead", "Figure", "Figures", "Health", "Places", "Row"),
    "kiosk.ui.widgets.flame": ("Flame",),
    "kiosk.ui.widgets.icon": ("Icon",),
    "kiosk.ui.widgets.keypad": ("GroupKeypad", "Keypad", "PinKeypad"),
    "kiosk.ui.widgets.labels": ("Body", "Caption", "Fitting", "Heading", "Note", "Strong", "Title"),
    "kiosk.ui.widgets.letter_keyboard": ("LetterKeyboard",),
    "kiosk.ui.widgets.number_pane": ("NumberPane",),
    "kiosk.ui.widgets.press": ("Press",),
    "kiosk.ui.widgets.progress_dots": ("ProgressDots",),
    "kiosk.ui.widgets.qr": ("Qr",),
    "kiosk.ui.widgets.roll": ("Roll",),
    "kiosk.ui.widgets.scroll_pane": ("ScrollPane", "TileGrid"),
    "kiosk.ui.widgets.stepper": ("Counted", "Step", "Stepper"),
    "kiosk.ui.widgets.topbar": ("TopBar",),
    "kiosk.ui.widgets.typed": ("CodeBoxes", "NumberBox", "PinDots", "TextBox"),
    "kiosk.ui.widgets.typing_side": ("Foot", "KeypadSide", "TypingPrompt", "TypingSide", "TypingSides"),
}


def register() -> None:
    """Register the widgets; idempotent."""
    for module, names in WIDGETS.items():
        for name in names:
            Factory.register(name, module=module)
