"""What to ask first. The order of the queue is a strategy: one function a name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from curate.queue.worth import Settled, doubt, expected_worth
from db.models import ReviewTask, ShownRecord

OFF_THE_FITS = 1e-6  # the worth of a record that is on no fit: it comes after all that are, the doubtful first


def by_worth(waiting: Sequence[ShownRecord], settled: Sequence[Settled] = ()) -> list[ShownRecord]:
    """One paper after another, that first whose records' review is expected to move the slopes most in all.

    Within a paper in the order of its pages, as people read it.
    """
    worth = _worth_at_least(waiting, settled)
    of_paper: dict[tuple[str, int], float] = defaultdict(float)
    for p in waiting:
        of_paper[p.paper] += worth[p.key]
    return sorted(waiting, key=lambda p: (-of_paper[p.paper], p.paper, place_in_paper(p)))


def by_record(waiting: Sequence[ShownRecord], settled: Sequence[Settled] = ()) -> list[ShownRecord]:
    """Those records first whose review is expected to move the slopes most, whatever paper they are in.

    What one review of a paper tells of its other records is known only after it: the paper's second record counts a
    half, its third a third. So papers alternate, and where one was read badly its records come forward the next time.
    """
    worth = _worth_at_least(waiting, settled)
    before: Counter[tuple[str, int]] = Counter()
    shared: dict[str, float] = {}
    for p in sorted(waiting, key=lambda p: (-worth[p.key], p.key)):
        before[p.paper] += 1
        shared[p.key] = max(worth[p.key] / before[p.paper], OFF_THE_FITS * doubt(p.fields))
    return sorted(waiting, key=lambda p: (-shared[p.key], p.key))


def by_uncertainty(waiting: Sequence[ShownRecord], settled: Sequence[Settled] = ()) -> list[ShownRecord]:
    """The most doubtful first."""
    return sorted(waiting, key=lambda p: (-doubt(p.fields), p.key))


def by_newest(waiting: Sequence[ShownRecord], settled: Sequence[Settled] = ()) -> list[ShownRecord]:
    """The newest papers first; those without a date by their id, which grows with time."""
    papers = sorted({(p.published or "", p.paper) for p in waiting}, reverse=True)
    place = {paper: n for n, (_, paper) in enumerate(papers)}
    return sorted(waiting, key=lambda p: (place[p.paper], place_in_paper(p)))


def by_benchmark(waiting: Sequence[ShownRecord], settled: Sequence[Settled] = ()) -> list[ShownRecord]:
    """One benchmark after another, and within it one paper after another."""
    return sorted(waiting, key=lambda p: (p.benchmark or "~", p.paper, place_in_paper(p)))


Strategy = Callable[[Sequence[ShownRecord], Sequence[Settled]], list[ShownRecord]]

STRATEGIES: Mapping[str, Strategy] = {
    "worth": by_worth,
    "records": by_record,
    "uncertainty": by_uncertainty,
    "newest": by_newest,
    "benchmark": by_benchmark,
}


def in_order(tasks: Sequence[ReviewTask], settled: Sequence[Settled], strategy: str) -> list[ReviewTask]:
    """The tasks in the strategy's order, knowing what was settled before."""
    by_key = {t.key: t for t in tasks}
    return [by_key[p.key] for p in STRATEGIES[strategy]([t.payload for t in tasks], settled)]


def batch(ordered: Sequence[ReviewTask], limit: int | None) -> list[ReviewTask]:
    """At most so many of the tasks, in their order, no paper split that need not be.

    Where records of a paper stand together, a paper that no longer fits is left for the next batch; only one that
    comes first and is larger than the whole batch is split.
    """
    if limit is None or len(ordered) <= limit:
        return list(ordered)
    runs: list[list[ReviewTask]] = []
    for t in ordered:
        if runs and runs[-1][-1].payload.paper == t.payload.paper:
            runs[-1].append(t)
        else:
            runs.append([t])
    chosen: list[ReviewTask] = []
    for run in runs:
        if len(chosen) + len(run) > limit:
            break
        chosen += run
    return chosen or list(ordered[:limit])


def place_in_paper(p: ShownRecord) -> tuple[int, float, str]:
    """Where a record's first value stands: page, points from the page's top; and its key, so that the order is one."""
    first = next((f for f in p.fields if f.page is not None), None)
    if first is None or first.page is None:
        return (0, 0.0, p.key)
    return (first.page, min((box[1] for box in first.boxes), default=0.0), p.key)


def _worth_at_least(waiting: Sequence[ShownRecord], settled: Sequence[Settled]) -> dict[str, float]:
    worth = expected_worth(waiting, settled)
    return {p.key: max(worth[p.key], OFF_THE_FITS * doubt(p.fields)) for p in waiting}
