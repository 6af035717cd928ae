"""How many entries to send at once: as many as the link answers within a few seconds, and never more than fit."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

GOAL_S = 3.0  # an answer may take so much longer than the quickest
LEAST, MOST = 1, 5_000  # entries
FITS_BYTES = 2 * 1024 * 1024  # of lines; below MAX_PUSH_BYTES however badly they pack
STUBBORN = 3  # silences in a row before a size that was answered before is doubted
CALM, CALMEST = 8, 512  # answers before a size is tried that was not answered


@dataclass(frozen=True)
class Batch:
    """What is known of the link. ``size`` is what to send next, in entries."""

    size: int = 100
    ceiling: int = MOST  # larger ones got no answer
    proven: int = 0  # the largest that was answered
    quickest: float = float("inf")  # seconds that an answer takes however little was sent
    silences: int = 0  # in a row
    answers: int = 0  # since the ceiling was set
    calm: int = CALM


def looked(batch: Batch, seconds: float) -> Batch:
    """After an answer to a request that carried nothing: so long takes the way alone."""
    return replace(batch, quickest=seconds)


def answered(batch: Batch, sent: int, seconds: float) -> Batch:
    """After an answer: towards what takes GOAL_S longer than the quickest one, at most twice or half at a time."""
    quickest = seconds if sent == LEAST else min(seconds, batch.quickest)
    fits = int(sent * GOAL_S / max(seconds - quickest, 1e-3))
    ceiling, answers = batch.ceiling, batch.answers + 1
    calm = max(CALM, batch.calm // 2) if sent > batch.proven else batch.calm
    if answers >= batch.calm:
        ceiling, answers = min(MOST, ceiling * 2), 0
    most = min(ceiling, sent * 2 if sent >= batch.size else batch.size)  # a part of a batch proves nothing larger
    return replace(
        batch,
        size=_bound(max(fits, sent // 2), most),
        ceiling=ceiling,
        proven=max(batch.proven, sent),
        quickest=quickest,
        silences=0,
        answers=answers,
        calm=calm,
    )


def unanswered(batch: Batch, sent: int) -> Batch:
    """After a request that got through to nobody, or whose answer didn't: was it too large, or is the link bad?

    What was answered before is tried again at that size; only what is stubborn, or new, is taken for too large. Larger
    ones are then tried ever more rarely, for each such try costs a long wait.
    """
    silences = batch.silences + 1
    if sent <= batch.proven and silences < STUBBORN:
        return replace(batch, silences=silences)
    ceiling = max(LEAST, min(batch.ceiling, max(sent // 2, batch.proven if sent > batch.proven else LEAST)))
    size = _bound(sent // 4, ceiling)
    calm = min(CALMEST, batch.calm * 2)
    return replace(
        batch, size=size, ceiling=ceiling, proven=min(batch.proven, ceiling), silences=0, answers=0, calm=calm
    )


def too_large(batch: Batch, sent: int) -> Batch:
    """After the server's 413."""
    half = _bound(sent // 2, batch.ceiling)
    return replace(batch, size=half, ceiling=half, proven=min(batch.proven, half), answers=0)


def fitting(lines: Iterable[str]) -> list[str]:
    """The first of these lines that fit into one request together; one at least."""
    taken: list[str] = []
    room = FITS_BYTES
    for line in lines:
        room -= len(line.encode()) + 1
        if taken and room < 0:
            break
        taken.append(line)
    return taken


def _bound(size: int, most: int) -> int:
    return max(LEAST, min(size, most, MOST))
