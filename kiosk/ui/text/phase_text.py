"""The words for the phases of a session."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from kiosk.ui.text.i18n import say, time_of


class PhaseLike(Protocol):
    """The phase that a session is in."""

    @property
    def phase(self) -> str: ...
    @property
    def until(self) -> datetime: ...


class PhaseSpan(Protocol):
    """One phase of a session, from its start to its end."""

    @property
    def phase(self) -> str: ...
    @property
    def start(self) -> datetime: ...
    @property
    def is_now(self) -> bool: ...


def phase_name(phase: str) -> str:
    """A phase's name; one that has no words here is shown as it was written."""
    match phase:
        case "quiet":
            return say("Quiet")
        case "talk":
            return say("Talk")
        case "open":
            return say("Open room")
        case "break":
            return say("A break")
        case "reading":
            return say("Reading")
        case "music":
            return say("Music")
        case "games":
            return say("Games")
        case "meal":
            return say("A meal")
        case "walk":
            return say("A walk")
        case "work":
            return say("Working")
    return phase.replace("_", " ").strip().capitalize()


def phase_until(phase: PhaseLike | None) -> str:
    """``Quiet until 20:30``; "" in no phase."""
    return say("{phase} until {time}", phase=phase_name(phase.phase), time=time_of(phase.until)) if phase else ""


def phases(spans: Sequence[PhaseSpan]) -> str:
    """A session's rhythm from now on: ``Quiet since 19:00, Talk from 20:00``; "" without one."""
    now = next((place for place, span in enumerate(spans) if span.is_now), len(spans))
    lines = [
        say("{phase} since {time}", phase=phase_name(span.phase), time=time_of(span.start))
        if span.is_now
        else say("{phase} from {time}", phase=phase_name(span.phase), time=time_of(span.start))
        for span in spans[now:]
    ]
    return " · ".join(lines)
