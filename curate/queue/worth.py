"""What a record's review is expected to do to the fits: the slope's move if something is amiss, times the chance.

Two things can be amiss. A point can be wrong: its chance is one less the confidence of what the point is made of, and
the slope moves as by leaving the point out. Or a point is not there because its score or its cost was not read, which
on annotated papers is many times as frequent: the chance, and where the point would lie, is told by the paper's other
records. Both chances learn from what people have judged: of the paper first, else of all papers. All of it is
arithmetic on what was read and costs a second for ten thousand records.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from curate.queue.points import AXES, FEWEST_POINTS, Line, Point, fit_line, point_of_payload
from db.models import Field, ShownField, ShownRecord
from db.reference.benchmarks import load_benchmarks

Place = tuple[float, float]  # log10 of computing, log10 of the error rate

UNKNOWN_DOUBT = 0.5  # of a value whose pattern was never measured
DOUBTED_BY_A_WITNESS = 1.0  # a leaderboard says otherwise: one of the two is wrong

# How often a value that was not read is stated all the same, before anybody has said so: where the paper states it of
# a model of like name, of any other model, of none. Each counts as so many judged records; then the records count.
STATED = {"alike": 0.5, "others": 0.25, "none": 0.03}
STATED_WEIGHT = 4.0
PAPER_WEIGHT = 1.0  # of what all papers tell beside the paper's own judged records
DOUBT_WEIGHT = 2.0  # of the confidences, likewise

SCORE = "score"  # the coordinate that is no measure of computing


@dataclass(frozen=True)
class Settled:
    """A record that is not asked about any more, and its point as it stands (None: it is on no fit)."""

    payload: ShownRecord
    point: Point | None
    by_people: bool = True  # else taken without asking: nobody has found it right or wrong


def expected_worth(waiting: Sequence[ShownRecord], settled: Sequence[Settled] = ()) -> dict[str, float]:
    """By record key: the move of all slopes, each as a share of itself, that the record's review is expected to make.

    A slope counts as often as its fit has points, since a record of a large fit moves it less but moves more by it.
    """
    worth = dict.fromkeys((p.key for p in waiting), 0.0)
    for fit in open_fits(waiting, settled):
        for key, moved in _moves(fit):
            worth[key] += moved
    return worth


def doubt(fields: Iterable[ShownField]) -> float:
    """The chance that one of the values shown is wrong, taking them as independent."""
    shown = [f for f in fields if f.page is not None]
    if any(f.witness for f in shown):
        return DOUBTED_BY_A_WITNESS
    chances = [f.confidence for f in shown if f.confidence is not None]
    return 1.0 - math.prod(chances) if chances else UNKNOWN_DOUBT


@dataclass(frozen=True)
class _Record:
    payload: ShownRecord
    read: Point | None  # as the extractor read it
    now: Point | None  # as it stands
    judged: bool  # by people
    waits: bool

    @property
    def key(self) -> str:
        return self.payload.key

    @property
    def paper(self) -> tuple[str, int]:
        return self.payload.paper

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(re.findall(r"[^\W\d_]+|\d+", self.payload.model.lower()))

    def doubt(self, axis: str) -> float:
        """The chance that its point over this measure is wrong: its primary score, or what the measure takes."""
        if any(f.witness for f in self.payload.fields):
            return DOUBTED_BY_A_WITNESS
        primary = load_benchmarks()[self.payload.benchmark or ""].primary_metric.id.split("_")[0]
        return doubt(
            f
            for f in self.payload.fields
            if f.field in AXES[axis] or (f.field == Field.SCORE and (f.metric or "").split("_")[0] == primary)
        )


def _coordinate(point: Point | None, name: str) -> float | None:
    if point is None:
        return None
    return point.log_error if name == SCORE else point.log_computing.get(name)


def _place(point: Point | None, axis: str) -> Place | None:
    x, y = _coordinate(point, axis), _coordinate(point, SCORE)
    return None if x is None or y is None else (x, y)


@dataclass(frozen=True)
class Prospect:
    """What the review of one record may do to one fit."""

    key: str
    chance: float  # that a point that is there is wrong, or that one that is not ought to be
    there: bool
    places: tuple[Place, ...]  # where the point is, or may lie
    log_error: float | None  # of the record as it stands, where it is known


@dataclass(frozen=True)
class OpenFit:
    """One fit as it stands, and what the records that wait may do to it."""

    benchmark: str
    axis: str
    line: Line | None  # None while there are too few points
    points: Mapping[str, Place]  # by record key
    prospects: tuple[Prospect, ...]


def open_fits(waiting: Sequence[ShownRecord], settled: Sequence[Settled] = ()) -> list[OpenFit]:
    """Every fit, of each benchmark over each measure of computing."""
    records = _records(waiting, settled)
    papers = _Papers(records)
    return [_open_fit(here, axis, papers) for here in _by_benchmark(records).values() for axis in AXES]


def _open_fit(here: Sequence[_Record], axis: str, papers: _Papers) -> OpenFit:
    placed = {r.key: place for r in here if (place := _place(r.now, axis)) is not None}
    line = fit_line([x for x, _ in placed.values()], [y for _, y in placed.values()])
    prospects = []
    for r in here:
        if r.waits and r.key in placed:
            prospects.append(Prospect(r.key, papers.doubt(r, axis), True, (placed[r.key],), placed[r.key][1]))
        elif r.waits:
            chance, places = papers.expected(r, axis, line)
            prospects.append(Prospect(r.key, chance, False, tuple(places), _coordinate(r.now, SCORE)))
    return OpenFit(here[0].payload.benchmark or "", axis, line, placed, tuple(prospects))


def _moves(fit: OpenFit) -> Iterator[tuple[str, float]]:
    """What each waiting record of one benchmark is expected to do to its slope over one measure."""
    missing = [p.chance for p in fit.prospects if not p.there]
    likely = _at_least(FEWEST_POINTS - len(fit.points), missing)  # that it becomes a fit
    for p in fit.prospects:
        if fit.line is None:
            yield p.key, likely * p.chance  # each point has its share in there being a slope at all
        else:
            moved = math.fsum(min(move(fit.line, *place), 1.0) for place in p.places) / len(p.places)
            yield p.key, likely * p.chance * fit.line.n * moved


def _records(waiting: Sequence[ShownRecord], settled: Sequence[Settled]) -> list[_Record]:
    found = [_Record(p, point, point, judged=False, waits=True) for p in waiting for point in [point_of_payload(p)]]
    return found + [
        _Record(s.payload, point_of_payload(s.payload), s.point, judged=s.by_people, waits=False) for s in settled
    ]


def _by_benchmark(records: Sequence[_Record]) -> Mapping[str, list[_Record]]:
    """The records that are on a benchmark's fits, or may come on them."""
    on: dict[str, list[_Record]] = defaultdict(list)
    for r in records:
        if r.read is not None:
            on[r.read.benchmark].append(r)
    return on


def _at_least(wanted: int, chances: Sequence[float]) -> float:
    """The probability that at least so many of them come true, by the normal distribution of their sum."""
    if wanted <= 0:
        return 1.0
    spread = math.sqrt(math.fsum(c * (1 - c) for c in chances))
    above = math.fsum(chances) - (wanted - 0.5)
    return 0.5 * (1 + math.erf(above / (spread * math.sqrt(2)))) if spread > 0 else float(above > 0)


def move(line: Line, x: float, y: float) -> float:
    """By what share of itself the slope would move without a point here.

    A point on the line moves nothing by leaving but would by being wrong: hence the scale of the residuals is added.
    """
    off = x - line.mean_x
    leverage = min(1 / line.n + off * off / line.spread_x, 0.95)
    residual = y - (line.mean_y + line.slope * off)
    moved = abs(off) / line.spread_x * (abs(residual) + line.residual_scale) / (1 - leverage)
    return moved / max(abs(line.slope), 2 * line.standard_error, 1e-9)


class _Papers:
    """What the records of a paper tell of one another, and what people's judgements tell of all."""

    def __init__(self, records: Sequence[_Record]) -> None:
        self._of: dict[tuple[str, int], list[_Record]] = defaultdict(list)
        for r in records:
            self._of[r.paper].append(r)
        self._judged: Counter[object] = Counter()  # by what they tell of: how many were judged
        self._amiss: Counter[object] = Counter()  # and of how many something was amiss
        for r in records:
            if r.judged and r.read is not None:
                for about, amiss in self._told_by(r):
                    self._judged[about] += 1
                    self._amiss[about] += amiss

    def doubt(self, r: _Record, axis: str) -> float:
        """The chance that a point that is there is wrong."""
        return self._share(r.paper, DOUBT_WEIGHT, r.doubt(axis))

    def expected(self, r: _Record, axis: str, line: Line | None) -> tuple[float, list[Place]]:
        """The chance that a point that is not there ought to be, and the places where it may lie."""
        chance_x, x = self._expected(r, axis)
        chance_y, y = self._expected(r, SCORE)
        if line is None:
            return chance_x * chance_y, []
        one_off = math.sqrt(line.spread_x / line.n)
        xs = [x] if x is not None else [line.mean_x - one_off, line.mean_x + one_off]
        places = [(x, y if y is not None else line.mean_y + line.slope * (x - line.mean_x)) for x in xs]
        return chance_x * chance_y, places

    def _expected(self, r: _Record, name: str) -> tuple[float, float | None]:
        """The chance that the paper gives this coordinate, and what it is or is likely to be."""
        own = _coordinate(r.now, name)
        if own is not None:
            return 1.0, own
        kind, value = self._beside(r, name)
        of_all = self._share((kind, name), STATED_WEIGHT, STATED[kind])
        return self._share((r.paper, name), PAPER_WEIGHT, of_all), value

    def _beside(self, r: _Record, name: str) -> tuple[str, float | None]:
        """Which other records of the paper have this coordinate: its kind in STATED; the mean of the most alike."""
        likeness: dict[float, list[float]] = defaultdict(list)
        for other in self._of[r.paper]:
            value = _coordinate(other.now, name)
            if other is r or value is None or (name == SCORE and other.payload.benchmark != r.payload.benchmark):
                continue
            common = len(r.words & other.words)
            inside = r.words <= other.words or other.words <= r.words
            likeness[(common / len(r.words | other.words) if inside and common else 0.0)].append(value)
        if not likeness:
            return "none", None
        most = max(likeness)
        return "alike" if most else "others", math.fsum(likeness[most]) / len(likeness[most])

    def _told_by(self, r: _Record) -> Iterator[tuple[object, bool]]:
        """What a judged record tells: of a point as it was read, was it wrong; of a missing value, was it there."""
        for axis in AXES:
            before = _place(r.read, axis)
            if before is not None:
                yield r.paper, _place(r.now, axis) != before
        for name in (SCORE, *AXES):
            if _coordinate(r.read, name) is None:
                found = _coordinate(r.now, name) is not None
                yield (self._beside(r, name)[0], name), found
                yield (r.paper, name), found

    def _share(self, about: object, weight: float, otherwise: float) -> float:
        """The share of the judged in which something was amiss, drawn to what else is known of it."""
        return (weight * otherwise + self._amiss[about]) / (weight + self._judged[about])
