"""What to ask first. The order of the queue is a strategy: one function a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import TypeVar

import numpy as np

from curate.queue.outlines import Floats, Outlines, Places, Settled, outlines_of
from curate.queue.worth import expected_worth
from db.models import ReviewTask

OFF_THE_FITS = 1e-6  # the worth of a record that is on no fit: it comes after all that are, the doubtful first

Strategy = Callable[[Outlines], Places]
"""The rows that wait, in the order in which they are asked."""


def by_worth(records: Outlines) -> Places:
    """One paper after another, that first whose records' review is expected to move the slopes most in all.

    Within a paper in the order of its pages, as people read it.
    """
    rows, papers = _waiting(records), records.paper
    of_paper = np.bincount(papers[rows], weights=_worth_at_least(records)[rows], minlength=len(records))
    ordered: Places = rows[np.lexsort((*_reading_order(records, rows), papers[rows], -of_paper[papers[rows]]))]
    return ordered


def by_record(records: Outlines) -> Places:
    """Those records first whose review is expected to move the slopes most, whatever paper they are in.

    What one review of a paper tells of its other records is known only after it: the paper's second record counts a
    half, its third a third. So papers alternate, and where one was read badly its records come forward the next time.
    """
    rows, papers = _waiting(records), records.paper
    worth, keys = _worth_at_least(records), _ranks(records.keys)
    # the place of each record among its paper's, the worthiest first
    by_paper = rows[np.lexsort((keys[rows], -worth[rows], papers[rows]))]
    starts = np.searchsorted(papers[by_paper], papers[by_paper], side="left")
    shared: Floats = np.zeros(len(records))
    shared[by_paper] = worth[by_paper] / (np.arange(len(rows)) - starts + 1)
    shared = np.maximum(shared, OFF_THE_FITS * records.doubt)
    ordered: Places = rows[np.lexsort((keys[rows], -shared[rows]))]
    return ordered


def by_uncertainty(records: Outlines) -> Places:
    """The most doubtful first."""
    rows = _waiting(records)
    ordered: Places = rows[np.lexsort((_ranks(records.keys)[rows], -records.doubt[rows]))]
    return ordered


def by_newest(records: Outlines) -> Places:
    """The newest papers first; those without a date by their id, which grows with time."""
    rows, papers = _waiting(records), records.paper
    dates = _numbered([day or "" for day in records.published])
    ordered: Places = rows[np.lexsort((*_reading_order(records, rows), -papers[rows], -dates[rows]))]
    return ordered


def by_benchmark(records: Outlines) -> Places:
    """One benchmark after another, and within it one paper after another."""
    rows, papers = _waiting(records), records.paper
    benchmarks = _numbered([benchmark or "~" for benchmark in records.benchmarks])
    ordered: Places = rows[np.lexsort((*_reading_order(records, rows), papers[rows], benchmarks[rows]))]
    return ordered


STRATEGIES: Mapping[str, Strategy] = {
    "worth": by_worth,
    "records": by_record,
    "uncertainty": by_uncertainty,
    "newest": by_newest,
    "benchmark": by_benchmark,
}


def in_order(tasks: Sequence[ReviewTask], settled: Sequence[Settled], strategy: str) -> list[ReviewTask]:
    """The tasks in the strategy's order, knowing what was settled before."""
    rows = STRATEGIES[strategy](outlines_of([t.payload for t in tasks], settled))
    return [tasks[row] for row in rows.tolist()]


Asked = TypeVar("Asked")


def batch(ordered: Iterable[Asked], limit: int | None, paper_of: Callable[[Asked], object]) -> list[Asked]:
    """At most so many of what is asked, in its order, no paper split that need not be.

    Where records of a paper stand together, a paper that no longer fits is left for the next batch; only one that
    comes first and is larger than the whole batch is split.
    """
    if limit is None:
        return list(ordered)
    first = list(islice(ordered, limit + 1))
    if len(first) <= limit:
        return first
    runs: list[list[Asked]] = []
    for asked in first:
        if runs and paper_of(runs[-1][-1]) == paper_of(asked):
            runs[-1].append(asked)
        else:
            runs.append([asked])
    # the last run goes on behind the limit
    chosen = [asked for run in runs[:-1] for asked in run]
    return chosen or first[:limit]


def _waiting(records: Outlines) -> Places:
    return np.flatnonzero(records.waits)


def _reading_order(records: Outlines, rows: Places) -> tuple[Places, Floats, Places]:
    """The sort keys of the order of a paper's pages, the weightiest last as NumPy takes them."""
    return _ranks(records.keys)[rows], records.top[rows], records.page[rows]


def _numbered(texts: Sequence[str]) -> Places:
    """Each text's place among all of them in order."""
    number = {text: n for n, text in enumerate(sorted(set(texts)))}
    return np.fromiter(map(number.__getitem__, texts), np.intp, len(texts))


def _ranks(keys: Sequence[str]) -> Places:
    """Each key's place among all of them in order. No two are the same: NumPy sorts them in a sixth of the time."""
    ranks = np.empty(len(keys), np.intp)
    ranks[np.argsort(np.array(keys, str))] = np.arange(len(keys))
    return ranks


def _worth_at_least(records: Outlines) -> Floats:
    return np.maximum(expected_worth(records), OFF_THE_FITS * records.doubt)
