"""The window's pages, of which one is shown; pages are exchanged within one frame."""

from kivy.uix.screenmanager import ScreenManager, TransitionBase


class Replacement(TransitionBase):
    """Replaces a page in one step; Kivy's NoTransition shows both for a frame."""

    def start(self, manager: ScreenManager) -> None:
        """Replace the page, and lay out the new one before it is drawn."""
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
        """Remove all pages, the current one last, as its removal would show another."""
        self.clear_widgets([page for page in self.screens if page is not self.current_screen])
        self.clear_widgets()
