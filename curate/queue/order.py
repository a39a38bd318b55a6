"""What to ask first. The order of the queue is a strategy: one function a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from curate.queue.worth import Payload, Settled, doubt, expected_worth
from db.models import ReviewTask

OFF_THE_FITS = 1e-6  # the worth of a record that is on no fit: it comes after all that are, the doubtful first


def by_worth(waiting: Sequence[Payload], settled: Sequence[Settled] = ()) -> list[Payload]:
    """Those first whose review is expected to move the slopes most.

    What one review of a paper tells of its other records is known only after it: the paper's second record counts a
    half, its third a third. So papers alternate, and where one was read badly its records come forward the next time.
    """
    worth = expected_worth(waiting, settled)
    least = {p["key"]: OFF_THE_FITS * doubt(p["fields"]) for p in waiting}
    before: Counter[tuple[str, int]] = Counter()
    shared: dict[str, float] = {}
    for p in sorted(waiting, key=lambda p: (-worth[p["key"]], p["key"])):
        paper = (p["arxiv_id"], p["version"])
        before[paper] += 1
        shared[p["key"]] = max(worth[p["key"]] / before[paper], least[p["key"]])
    return sorted(waiting, key=lambda p: (-shared[p["key"]], p["key"]))


def by_uncertainty(waiting: Sequence[Payload], settled: Sequence[Settled] = ()) -> list[Payload]:
    """The most doubtful first."""
    return sorted(waiting, key=lambda p: (-doubt(p["fields"]), p["key"]))


def by_newest(waiting: Sequence[Payload], settled: Sequence[Settled] = ()) -> list[Payload]:
    """The newest papers first; those without a date by their id, which grows with time."""
    return sorted(waiting, key=lambda p: (p["published"] or "", p["arxiv_id"], p["key"]), reverse=True)


def by_benchmark(waiting: Sequence[Payload], settled: Sequence[Settled] = ()) -> list[Payload]:
    """One benchmark after another, and within it one paper after another."""
    return sorted(waiting, key=lambda p: (p["benchmark"] or "~", p["arxiv_id"], p["key"]))


Strategy = Callable[[Sequence[Payload], Sequence[Settled]], list[Payload]]

STRATEGIES: Mapping[str, Strategy] = {
    "worth": by_worth,
    "uncertainty": by_uncertainty,
    "newest": by_newest,
    "benchmark": by_benchmark,
}


def in_order(tasks: Sequence[ReviewTask], settled: Sequence[Settled], strategy: str) -> list[ReviewTask]:
    """The tasks in the strategy's order, knowing what was settled before."""
    by_key = {t.key: t for t in tasks}
    return [by_key[p["key"]] for p in STRATEGIES[strategy]([t.payload for t in tasks], settled)]
