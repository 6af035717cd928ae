"""The feelings report: how moods changed from the way in to the way out. Protected.

The change is a paired difference on a scale of five; its mean is shown with a 95 % interval by Student's t. On why that
suits such answers: G. Norman, Likert scales, levels of measurement and the "laws" of statistics, Advances in Health
Sciences Education 15 (2010), 625–632. The quantile of t: Abramowitz and Stegun, Handbook of Mathematical Functions,
26.7.5.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from msgspec import Struct

from sync.ledger.store import Store
from sync.server.kiosks.inventory import Inventory
from sync.server.reports import protected_months
from sync.server.reports.base import FigureCard, Report, ReportColumn, ReportFilters
from sync.server.reports.disclosure import TOGETHER, shown_count, shown_share
from sync.server.reports.picture_data import LabelledBars
from sync.server.reports.protected_sums import Cell, ProtectedSums
from sync.server.reports.selection import select_venues
from sync.server.web.i18n import later, number_text, say

CONFIDENCE = 0.95


class FeelingsRow(Struct, frozen=True):
    """A venue, or all of them together. None: hidden, since it could point at a person."""

    venue: str
    answers: int | None
    share: float | None
    change: float | None
    lowest: float | None
    highest: float | None
    better: float | None
    same: float | None
    worse: float | None


PER_CENT = "%"
BETTER = later("People felt better on the way out: {change} on a scale of five, by {answers} answers.")
WORSE = later("People felt worse on the way out: {change} on a scale of five, by {answers} answers.")
NEITHER = later(
    "People felt neither better nor worse on the way out: {change} on a scale of five, by {answers} answers."
)
COLUMNS = (
    ReportColumn("venue", later("Venue"), "text", labels={TOGETHER: TOGETHER}),
    ReportColumn(
        "answers", later("Answers"), definition=later("Visits with an answer on the way in and on the way out.")
    ),
    ReportColumn("share", later("Answered"), unit=PER_CENT, definition=later("Their share of all visits.")),
    ReportColumn(
        "change",
        later("Change"),
        decimals=1,
        definition=later("The mean of the mood on the way out less that on the way in, from 1 to 5 each."),
    ),
    ReportColumn(
        "lowest",
        later("From"),
        decimals=1,
        definition=later("The lower end of the 95 % interval of that mean (Student’s t)."),
    ),
    ReportColumn("highest", later("To"), decimals=1, definition=later("The upper end of that interval.")),
    ReportColumn(
        "better", later("Better"), unit=PER_CENT, definition=later("Answers with a better mood on the way out.")
    ),
    ReportColumn("same", later("Same"), unit=PER_CENT, definition=later("Answers with the same mood.")),
    ReportColumn("worse", later("Worse"), unit=PER_CENT, definition=later("Answers with a worse mood on the way out.")),
)


@dataclass(frozen=True)
class PairedChange:
    """The mean of paired differences, and its 95 % interval."""

    answers: int
    mean: float
    lowest: float
    highest: float


def paired_change(counts: Mapping[int, int]) -> PairedChange | None:
    """``counts``: of answers by the difference. None for fewer than two answers, which have no interval."""
    answers = sum(counts.values())
    if answers < 2:
        return None
    mean = sum(change * count for change, count in counts.items()) / answers
    variance = sum(count * (change - mean) ** 2 for change, count in counts.items()) / (answers - 1)
    margin = t_quantile((1 + CONFIDENCE) / 2, answers - 1) * sqrt(variance / answers)
    return PairedChange(answers, mean, mean - margin, mean + margin)


def t_quantile(probability: float, freedom: int) -> float:
    """The quantile of Student's t by its expansion about the normal one; within 1 % from 5 degrees of freedom on."""
    x = NormalDist().inv_cdf(probability)
    terms = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160,
    )
    return x + sum((term / float(freedom**power) for power, term in enumerate(terms, 1)), 0.0)


def rows(store: Store, inventory: Inventory, filters: ReportFilters) -> list[FeelingsRow]:
    """A row for each venue, and one for all together; counts are protected, months whole. Raises StorageError."""
    venues = select_venues(store, inventory, filters).venues
    with store.reading() as connection:
        figures = protected_months.read_figures(connection, venues, filters, ("answers",))
    came = {cell for cell, month in figures.months.items() if month.figures["visits"]}
    cells = {venue.name: [cell for cell in figures.months if cell[0] == venue.id] for venue in venues}
    result = [protected_row(name, figures, of_venue) for name, of_venue in cells.items() if came.intersection(of_venue)]
    return [*result, protected_row(TOGETHER, figures, figures.months)] if len(result) > 1 else result


def protected_row(label: str, figures: ProtectedSums, cells: Collection[Cell]) -> FeelingsRow:
    """The row of these venues' months; everything is hidden where the answers are too few."""
    changes = figures.moods(cells)
    answers = changes.total()
    change = paired_change(changes)
    shown = shown_count(answers, figures.smallest)
    if shown is None or change is None:
        return FeelingsRow(label, *(None,) * 8)
    better = sum(count for step, count in changes.items() if step > 0)
    worse = sum(count for step, count in changes.items() if step < 0)
    return FeelingsRow(
        label,
        shown,
        shown_share(answers, figures.visits_of_answers(cells)),
        round(change.mean, 1),
        round(change.lowest, 1),
        round(change.highest, 1),
        shown_share(better, answers),
        shown_share(answers - better - worse, answers),
        shown_share(worse, answers),
    )


def _whole(rows: Sequence[FeelingsRow]) -> FeelingsRow | None:
    return rows[-1] if rows else None


def _answer(rows: Sequence[FeelingsRow]) -> str:
    whole = _whole(rows)
    if whole is None or whole.change is None or whole.lowest is None or whole.highest is None:
        return say("Too few people answered on the way in and on the way out to say how they felt.")
    text = BETTER if whole.lowest > 0 else WORSE if whole.highest < 0 else NEITHER
    return say(text, change=number_text(whole.change, 1, sign=True), answers=whole.answers)


def _cards(rows: Sequence[FeelingsRow]) -> list[FigureCard]:
    whole = _whole(rows)
    if whole is None or whole.change is None or whole.lowest is None or whole.highest is None:
        return []
    change, lowest, highest = (
        number_text(value, 1, sign=True) for value in (whole.change, whole.lowest, whole.highest)
    )
    answers, share, better, worse = (COLUMNS[place] for place in (1, 2, 6, 8))
    interval = say("between {lowest} and {highest} (95 %)", lowest=lowest, highest=highest)
    return [
        FigureCard(say("Change"), change, interval),
        FigureCard(say("Better"), better.text(whole.better), say("{share} worse", share=worse.text(whole.worse))),
        FigureCard(
            say("Answers"),
            answers.text(whole.answers),
            say("about {share} of all visits", share=share.text(whole.share)),
        ),
    ]


def _picture(rows: Sequence[FeelingsRow], filters: ReportFilters) -> LabelledBars:
    whole = _whole(rows)
    shares = (whole.better, whole.same, whole.worse) if whole else (None, None, None)
    bars = list(zip((say("Better"), say("Same"), say("Worse")), shares, strict=True))
    return LabelledBars(say("On the way out"), bars, say("% of answers"), _answer(rows), is_share=True)


FEELINGS = Report(
    "feelings",
    later("Feelings"),
    later("How did feelings change?"),
    COLUMNS,
    rows,
    _cards,
    _answer,
    _picture,
    notes=(
        later(
            "Answers are given freely and by few; who answers may differ from who does not. The mean of paired "
            "differences with its interval by Student’s t (Norman 2010)."
        ),
        later(
            "A venue’s month with too few answers is counted only together with others of its year. Months that were "
            "shared with people outside stay as they were then."
        ),
    ),
    is_protected=True,
)
