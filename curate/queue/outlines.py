"""What the order of the queue takes of each record: a few numbers, one column a fact, without its words and boxes.

A store of 20,000 papers has a quarter of a million records. As pages that people see they would take gigabytes; as
columns they take a hundred megabytes, and NumPy works on all of them at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from curate.queue.points import Point, point_of_payload
from db.measures import AXES
from db.models import Field, ShownField, ShownRecord
from db.reference.benchmarks import load_benchmarks
from db.untyped import Row

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

UNKNOWN_DOUBT = 0.5  # of a value whose pattern was never measured
DOUBTED_BY_A_WITNESS = 1.0  # a leaderboard says otherwise: one of the two is wrong

SCORE = "score"  # the coordinate that is no measure of computing
COORDINATES = (SCORE, *AXES)  # the columns of `read` and `now`


@dataclass(frozen=True)
class Settled:
    """A record that is not asked about any more, and its point as it stands (None: it is on no fit)."""

    payload: ShownRecord
    point: Point | None
    by_people: bool = True  # else taken without asking: nobody has found it right or wrong


@dataclass(frozen=True)
class Outlines:
    """Records in rows. NaN: a coordinate that is not known."""

    keys: Sequence[str]
    papers: Sequence[tuple[str, int]]
    models: Sequence[str]
    benchmarks: Sequence[str | None]
    published: Sequence[str | None]  # ISO date
    read: Floats  # rows x COORDINATES, log10: the point as the extractor read it
    now: Floats  # as it stands
    tracked: Flags  # on a benchmark whose fits are followed
    waits: Flags
    judged: Flags  # by people
    doubt: Floats  # the chance that one of the values shown is wrong
    doubt_of: Floats  # rows x AXES: that its point over this measure is wrong
    page: Places  # where its first value stands
    top: Floats  # points from the page's top

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def paper(self) -> Places:
        """Each record's paper, as its place among all of them in order."""
        number = {paper: n for n, paper in enumerate(sorted(set(self.papers)))}
        return np.array([number[paper] for paper in self.papers], np.intp)

    def taken(self, rows: Places) -> Outlines:
        """These rows, in this order."""
        places = rows.tolist()
        columns: Row = {name: list(map(getattr(self, name).__getitem__, places)) for name in _TEXTS}
        return Outlines(**columns | {name: getattr(self, name)[rows] for name in _NUMBERS})


_TEXTS = ("keys", "papers", "models", "benchmarks", "published")
_NUMBERS = ("read", "now", "tracked", "waits", "judged", "doubt", "doubt_of", "page", "top")


def outlines_of(waiting: Sequence[ShownRecord], settled: Sequence[Settled] = ()) -> Outlines:
    """The records that wait, then those that are settled."""
    shown = [*waiting, *(s.payload for s in settled)]
    points = [point_of_payload(p) for p in shown]
    as_they_stand = [*points[: len(waiting)], *(s.point for s in settled)]
    # nobody asks how doubtful a settled record is
    doubts = [doubts_of(p) for p in waiting] + [(0.0,) * (1 + len(AXES))] * len(settled)
    first = [first_place(p) for p in shown]
    every_doubt = np.array(doubts, float).reshape(len(shown), 1 + len(AXES))
    return Outlines(
        keys=[p.key for p in shown], papers=[p.paper for p in shown], models=[p.model for p in shown],
        benchmarks=[p.benchmark for p in shown], published=[p.published for p in shown],
        read=_coordinates(points), now=_coordinates(as_they_stand),
        tracked=np.array([p is not None for p in points], bool),
        waits=np.arange(len(shown)) < len(waiting),
        judged=np.array([False] * len(waiting) + [s.by_people for s in settled], bool),
        doubt=every_doubt[:, 0], doubt_of=every_doubt[:, 1:],
        page=np.array([page for page, _ in first], np.intp), top=np.array([top for _, top in first], float),
    )  # fmt: skip


def first_place(p: ShownRecord) -> tuple[int, float]:
    """Where a record's first value stands: its page, and points from the page's top."""
    first = next((f for f in p.fields if f.page is not None), None)
    if first is None or first.page is None:
        return 0, 0.0
    return first.page, min((box[1] for box in first.boxes), default=0.0)


def doubt(fields: Iterable[ShownField]) -> float:
    """The chance that one of the values shown is wrong, taking them as independent."""
    shown = [f for f in fields if f.page is not None]
    if any(f.witness for f in shown):
        return DOUBTED_BY_A_WITNESS
    chances = [f.confidence for f in shown if f.confidence is not None]
    return 1.0 - math.prod(chances) if chances else UNKNOWN_DOUBT


def doubts_of(p: ShownRecord) -> tuple[float, ...]:
    """The chance that any of its values is wrong; then that its point over each measure is.

    A point is wrong by its primary score or by what the measure takes.
    """
    if any(f.witness for f in p.fields):
        return (doubt(p.fields), *(DOUBTED_BY_A_WITNESS for _ in AXES))
    known = load_benchmarks().get(p.benchmark or "")
    if known is None:
        return (doubt(p.fields), *(UNKNOWN_DOUBT for _ in AXES))
    primary = known.primary_metric.id.split("_")[0]
    scores = [f for f in p.fields if f.field == Field.SCORE and (f.metric or "").split("_")[0] == primary]
    of = {id(f) for f in scores}
    return (
        doubt(p.fields),
        *(doubt(f for f in p.fields if f.field in takes or id(f) in of) for takes in AXES.values()),
    )


def coordinates(point: Point | None) -> list[float]:
    """The point's coordinates in the order of COORDINATES; NaN where one is not known."""
    if point is None:
        return [math.nan] * len(COORDINATES)
    return [
        math.nan if point.log_error is None else point.log_error,
        *(point.log_computing.get(axis, math.nan) for axis in AXES),
    ]


def _coordinates(points: Sequence[Point | None]) -> Floats:
    return np.array([coordinates(p) for p in points], float).reshape(len(points), len(COORDINATES))
