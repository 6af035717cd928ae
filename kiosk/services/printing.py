"""Printing on paper: what a page has laid out goes to the printer, if there is one."""

from uuid import UUID

from kiosk.rules.device_commands import CancelPaper, PrintPaper
from kiosk.rules.paper import Paper
from kiosk.services.context import KioskContext

BEGIN_WITHIN = 60.0  # seconds; a page that is left cancels its job earlier


def has_printer(context: KioskContext) -> bool:
    """Whether a printer is set up, whatever state it is in."""
    return any(state.kind == "printer" for state in context.device_states())


def print_paper(context: KioskContext, job: UUID, paper: Paper) -> bool:
    """Print something; False where there is no printer.

    ``job`` is of the caller's making: the printer's events name it, and may come before this returns.
    """
    return context.send_command(PrintPaper(job, paper, BEGIN_WITHIN))


def cancel(context: KioskContext, job: UUID) -> None:
    """Do not print a job any more, unless it has begun: somebody else stands there now."""
    context.send_command(CancelPaper(job))
