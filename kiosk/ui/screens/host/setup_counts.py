"""The page of the first start that asks how many pouches and lockers there are."""

from dataclasses import replace

from kivy.properties import NumericProperty

from kiosk.navigation import CountsAsked, FirstHostAsked, ZoneAsked
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Page


class SetupCounts(Page):
    """Two numbers; a number's buttons repeat while they are held."""

    home_after = 0  # there is no welcome page yet
    saved_fields = ("pouches", "lockers")

    pouches = NumericProperty(0)
    lockers = NumericProperty(0)

    def show(self, argument: object) -> None:
        """Show the numbers of kiosk.toml."""
        assert isinstance(argument, CountsAsked)
        self.setup = argument.setup
        self.pouches, self.lockers = argument.setup.pouches, argument.setup.lockers

    def set_pouches(self, number: int) -> None:
        """How many pouches there are."""
        self.pouches = number

    def set_lockers(self, number: int) -> None:
        """How many lockers there are."""
        self.lockers = number

    def back(self) -> None:
        """Return to the zone's name."""
        self.answer(ZoneAsked(self.setup))

    def go_on(self) -> None:
        """Ask for the first host."""
        setup = replace(self.setup, pouches=int(self.pouches), lockers=int(self.lockers))
        self.answer(FirstHostAsked(setup))


kv_rules.load(__file__)
