"""The window's pages, of which one is shown: it takes the place of the one before within one frame."""

from kivy.uix.screenmanager import ScreenManager, TransitionBase


class Replacement(TransitionBase):
    """Takes the page before away in the same step; Kivy's NoTransition leaves both on the screen for a frame."""

    def start(self, manager: ScreenManager) -> None:
        """Replace it at once, and place the new one before it is drawn."""
        self.manager = manager
        self.screen_out.dispatch("on_pre_leave")
        self.remove_screen(self.screen_out)
        self.add_screen(self.screen_in)
        manager.do_layout()
        for event in ("on_pre_enter", "on_enter"):
            self.screen_in.dispatch(event)
        self.screen_out.dispatch("on_leave")


class PageStack(ScreenManager):
    """A ScreenManager without transitions."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(transition=Replacement(), **kwargs)

    def remove_all(self) -> None:
        """The one that is shown last, so that none of the others is shown instead."""
        self.clear_widgets([page for page in self.screens if page is not self.current_screen])
        self.clear_widgets()
