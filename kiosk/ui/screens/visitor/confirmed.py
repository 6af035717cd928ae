"""The confirmation of a check-in: the pouch first and largest, then the code, then the venue's telephone number."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from kivy.properties import StringProperty

from kiosk.navigation import Feeling, Intent, PassAsked
from kiosk.rules.device_events import DeviceEvent, LockerEvent, PaperNotPrinted, PaperPrinted
from kiosk.rules.locker_wall import Door
from kiosk.services import lockers, printing
from kiosk.services.records.visitor_records import CheckedIn, NoPouch
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.timed_page import READ_CODE, TimedPage
from kiosk.ui.style.theme import theme
from kiosk.ui.text import locker_texts, paper_text, phrases
from kiosk.ui.text.i18n import counted, say
from kiosk.ui.widgets.buttons import Sand


class Confirmed(TimedPage):
    """Shows a CheckedIn."""

    readable_after = READ_CODE

    heading = StringProperty("")
    caption = StringProperty("")
    number = StringProperty("")
    icon = StringProperty("")
    footer = StringProperty("")
    code = StringProperty("")
    slip = StringProperty("")
    reach = StringProperty("")
    reach_case = StringProperty("")
    action = StringProperty("done")  # or stuck: the locker does not open

    printed_slip = ""  # the last one that has come out
    print_job: UUID | None = None

    def show(self, argument: object) -> None:
        """Fill every line from the record."""
        assert isinstance(argument, CheckedIn)
        self._fill(argument)

    def _fill(self, argument: CheckedIn) -> None:
        self.welcomed = argument
        self.action = "done"
        self.heading = say("Come in.\nIt’s good to see you.")
        if argument.is_practice:
            self.heading = say("Practice.\nNothing is counted.")
        self.number = phrases.ranges(argument.numbers)
        self.caption, self.icon, self.footer = stow_instructions(argument)
        self.code = phrases.spaced(argument.code)
        self.slip = argument.slip
        self.reach = say("Reach you here: {phone}", phone=argument.reach) if argument.reach else ""
        self.reach_case = "reach" if argument.reach else "no_reach"
        if argument.doors:
            self.footer = locker_texts.at_check_in(argument.numbers, argument.phones, "opening")
            self._read_doors()
        self._offer_pass(argument.pass_ways.is_offered)
        self.print_job = None
        if argument.has_printer and argument.slip != self.printed_slip:  # not once more after a look at the languages
            self.print_job = uuid4()
            self.ask(printing.print_paper, self.print_job, paper_text.slip(argument), then=self._printing_asked)

    def _offer_pass(self, is_offered: bool) -> None:
        for shown in [child for child in self.ids.answers.children if getattr(child, "key", "") == "get_pass"]:
            self.ids.answers.remove_widget(shown)
        if is_offered:
            button = Sand(key="get_pass", text=say("Get a pass"), font_size=theme.body_text)
            button.bind(on_release=lambda _: self.answer(PassAsked(self.welcomed)))
            self.ids.answers.add_widget(button, index=len(self.ids.answers.children) - 1)

    def device_event(self, event: DeviceEvent) -> None:
        """Say whether the slip has come out, and follow the doors of the party's lockers."""
        match event:
            case PaperPrinted(job) if job == self.print_job:
                self.printed_slip = self.slip
                if not self.welcomed.is_practice:
                    self.heading = say("Come in.\nTake your slip along.")
            case PaperNotPrinted(job) if job == self.print_job:
                self._say_without_slip()
            case _ if isinstance(event, LockerEvent):
                self._read_doors()
            case _:
                super().device_event(event)

    def open_again(self) -> None:
        """Try the lockers once more."""
        self.restart_timeout()
        self.ask(lockers.open_again, self.welcomed.visit, self.welcomed.doors, then=lambda _: self._read_doors())

    def replace_stuck(self) -> None:
        """Take other lockers, or pouches, in place of lockers that do not open."""
        self.ask(lockers.replace_stuck, self.welcomed, then=self._stuck_replaced)

    def _stuck_replaced(self, outcome: CheckedIn | NoPouch) -> None:
        if isinstance(outcome, CheckedIn):
            if self.print_job:
                self.bridge.ask(printing.cancel, self.print_job, then=lambda _: None)
            self.printed_slip = ""  # it has the locker's number
            self.argument = outcome
            self._fill(outcome)
        elif outcome.stow == "locker":
            self.show_message(say("No other locker is free: please ask your host."), "locker")
        else:
            self.show_message(say("The pouches are all out."))

    def _read_doors(self) -> None:
        if self.welcomed.doors:
            self.poll(lockers.read_doors, self.welcomed.doors, then=self._show_doors)

    def _show_doors(self, doors: Mapping[int, Door]) -> None:
        state = locker_texts.together(doors)
        self.footer = locker_texts.at_check_in(self.welcomed.numbers, self.welcomed.phones, state)
        self.action = "stuck" if state == "stuck" else "done"

    def done(self) -> None:
        """Go on to the mood question, if the venue asks it."""
        self.answer(Feeling(self.welcomed) if self.welcomed.asks_before else Intent.HOME)

    def deactivate(self) -> None:
        """Clear the code and the pouch numbers, and print no slip any more for whoever stands there next."""
        super().deactivate()
        if self.print_job:
            self.bridge.ask(printing.cancel, self.print_job, then=lambda _: None)
            self.print_job = None
        self.number = self.code = self.slip = self.footer = ""

    def _printing_asked(self, has_printer: bool) -> None:
        if not has_printer:
            self._say_without_slip()

    def _say_without_slip(self) -> None:
        self.heading = say("No slip today.\nThe code is enough.")


def stow_instructions(welcomed: CheckedIn) -> tuple[str, str, str]:
    """The number pane's caption, its icon where there is no number, and its footer: what to do now."""
    if welcomed.numbers:
        if welcomed.stow == "locker":
            instruction = phrases.use_lockers(welcomed.numbers, welcomed.phones)
        else:
            instruction = phrases.take_pouches(welcomed.numbers, welcomed.shelf)
        with_kept = f"{instruction}. {phrases.kept_phones_text(welcomed.kept)}"
        return phrases.your_numbers(welcomed.numbers, welcomed.stow), "", with_kept if welcomed.kept else instruction
    if welcomed.phones:
        return (
            counted("Your host keeps your phone", "Your host keeps your phones", welcomed.phones),
            "hand_heart",
            counted(
                "Give it to your host, and the evening is yours",
                "Give them to your host, and the evening is yours",
                welcomed.phones,
            ),
        )
    if welcomed.kept:
        return (
            counted("Yours stays with you", "Yours stay with you", welcomed.kept),
            "cellphone",
            counted(
                "Please keep it quiet, and out of sight where you can",
                "Please keep them quiet, and out of sight where you can",
                welcomed.kept,
            ),
        )
    return say("Nothing to put away"), "sofa", say("Sit where you like")


kv_rules.load(__file__)
