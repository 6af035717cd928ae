"""Chooses how many entries to send at once: as many as the link answers within seconds, and never more than fit."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

GOAL_S = 3.0  # how much longer than the quickest answer an answer should take at most
LEAST, MOST = 1, 5_000  # entries
FITS_BYTES = 2 * 1024 * 1024  # of lines; below MAX_PUSH_BYTES even where they don't compress
PATIENCE = 3  # requests without an answer in a row before a size that was answered before is doubted
CALM, MAX_CALM = 8, 512  # answers before a size is tried again that was not answered


@dataclass(frozen=True)
class Batch:
    """What is known of the link. ``size``: how many entries to send next."""

    size: int = 100
    ceiling: int = MOST  # larger batches got no answer
    proven: int = 0  # the largest batch that was answered
    quickest: float = float("inf")  # seconds that an answer takes at least
    unanswered: int = 0  # in a row
    answers: int = 0  # since the ceiling was set
    calm: int = CALM


def after_empty_push(batch: Batch, seconds: float) -> Batch:
    """After the answer to an empty push, which shows the latency of the link."""
    return replace(batch, quickest=seconds)


def after_answer(batch: Batch, sent: int, seconds: float) -> Batch:
    """After an answer: approach the size that takes GOAL_S longer than the quickest, at most by a factor of two."""
    quickest = seconds if sent == LEAST else min(seconds, batch.quickest)
    fits = int(sent * GOAL_S / max(seconds - quickest, 1e-3))
    ceiling, answers = batch.ceiling, batch.answers + 1
    calm = max(CALM, batch.calm // 2) if sent > batch.proven else batch.calm
    if answers >= batch.calm:
        ceiling, answers = min(MOST, ceiling * 2), 0
    most = min(ceiling, sent * 2 if sent >= batch.size else batch.size)  # an incomplete batch proves no larger one
    return replace(
        batch,
        size=_bound(max(fits, sent // 2), most),
        ceiling=ceiling,
        proven=max(batch.proven, sent),
        quickest=quickest,
        unanswered=0,
        answers=answers,
        calm=calm,
    )


def after_no_answer(batch: Batch, sent: int) -> Batch:
    """After a request without an answer: it was too large, or the link is bad.

    A size that was answered before is tried again; only after repeated failures, or at a new size, it counts as too
    large. Larger batches are then tried ever more rarely, because each such try costs a long wait.
    """
    unanswered = batch.unanswered + 1
    if sent <= batch.proven and unanswered < PATIENCE:
        return replace(batch, unanswered=unanswered)
    ceiling = max(LEAST, min(batch.ceiling, max(sent // 2, batch.proven if sent > batch.proven else LEAST)))
    size = _bound(sent // 4, ceiling)
    calm = min(MAX_CALM, batch.calm * 2)
    return replace(
        batch, size=size, ceiling=ceiling, proven=min(batch.proven, ceiling), unanswered=0, answers=0, calm=calm
    )


def after_too_large(batch: Batch, sent: int) -> Batch:
    """After the server's 413."""
    half = _bound(sent // 2, batch.ceiling)
    return replace(batch, size=half, ceiling=half, proven=min(batch.proven, half), answers=0)


def fit_request(lines: Iterable[str]) -> list[str]:
    """The first of these lines that fit into one request together; at least one."""
    fitting: list[str] = []
    bytes_left = FITS_BYTES
    for line in lines:
        bytes_left -= len(line.encode()) + 1
        if fitting and bytes_left < 0:
            break
        fitting.append(line)
    return fitting


def _bound(size: int, most: int) -> int:
    return max(LEAST, min(size, most, MOST))
