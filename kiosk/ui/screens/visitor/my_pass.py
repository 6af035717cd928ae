"""The page of a pass whose scan changed nothing: where its holder is, and a way to be forgotten."""

from kivy.properties import NumericProperty, StringProperty

from kiosk.services import passes
from kiosk.services.records.visitor_records import PassSeen
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.timed_page import READ_LINE, TimedPage
from kiosk.ui.style.theme import theme
from kiosk.ui.text import pass_texts, phrases
from kiosk.ui.text.i18n import say


class MyPass(TimedPage):
    """Shows a PassSeen; ``view`` is seen, sure (whether to forget it), or gone."""

    readable_after = READ_LINE
    accepts_slips = True
    saved_fields = ("view",)

    view = StringProperty("seen")
    caption = StringProperty("")
    number = StringProperty("")
    icon = StringProperty("")
    heading = StringProperty("")
    text = StringProperty("")
    done_text = StringProperty("")
    second_height = NumericProperty(0)

    def show(self, argument: object) -> None:
        """Show where the holder is."""
        assert isinstance(argument, PassSeen)
        self.seen = argument
        self.number = phrases.ranges(argument.numbers)
        self.caption = phrases.your_numbers(argument.numbers, argument.stow) if argument.numbers else ""
        self.icon = {"in": "sofa", "out": "hand_wave"}.get(argument.where, "door_closed")
        self.view = "seen"
        self._fill()

    def restore_state(self, state: dict[str, object]) -> None:
        """Show the same question again."""
        super().restore_state(state)
        self._fill()

    def ask_whether(self) -> None:
        """Ask whether to forget the pass."""
        self.view = "sure"
        self._fill()

    def done(self) -> None:
        """Go home; or do not forget the pass."""
        if self.view == "sure":
            self.view = "seen"
            self._fill()
        else:
            self.go_home()

    def forget(self) -> None:
        """Forget it."""
        self.ask(passes.forget, self.seen.pass_hash, then=self._show_gone)

    def _show_gone(self, _: object) -> None:
        self.view = "gone"
        self._fill()

    def _fill(self) -> None:
        self.second_height = 0 if self.view == "gone" else theme.target
        self.done_text = say("Keep the pass") if self.view == "sure" else say("Done")
        match self.view:
            case "sure":
                self.heading = say("Forget this pass?")
                self.text = say("Your visits stay as numbers. Nothing shows any more that they were yours.")
            case "gone":
                self.heading = say("Forgotten.")
                is_in = self.seen.where == "in"
                self.text = (
                    say("Tear the pass up. You are still in: leave with your code, or the number of your pouch.")
                    if is_in
                    else say("Tear the pass up. You are welcome without one, or with a new one.")
                )
            case _:
                self.heading = pass_texts.where_heading(self.seen)
                self.text = pass_texts.what_next(self.seen)

    def deactivate(self) -> None:
        """Clear the pouch numbers and the pass."""
        super().deactivate()
        self.number = self.text = ""
        self.seen = PassSeen("closed", "")


kv_rules.load(__file__)
