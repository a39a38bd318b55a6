"""What a record's review is expected to do to the fits: the slope's move if something is amiss, times the chance.

Two things can be amiss. A point can be wrong: its chance is one less the confidence of what the point is made of, and
the slope moves as by leaving the point out. Or a point is not there because its score or its cost was not read, which
on annotated papers is many times as frequent: the chance, and where the point would lie, is told by the paper's other
records. Both chances learn from what people have judged: of the paper first, else of all papers. All of it is
arithmetic on columns (`curate/queue/outlines.py`) and costs two seconds for two hundred thousand records.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from curate.queue.outlines import COORDINATES, Floats, Outlines, Places
from curate.queue.points import FEWEST_POINTS, Line, fit_line
from db.measures import AXES

# How often a value that was not read is stated all the same, before anybody has said so: where the paper states it of
# a model of like name, of any other model, of none. Each counts as so many judged records; then the records count.
STATED = {"alike": 0.5, "others": 0.25, "none": 0.03}
STATED_WEIGHT = 4.0
PAPER_WEIGHT = 1.0  # of what all papers tell beside the paper's own judged records
DOUBT_WEIGHT = 2.0  # of the confidences, likewise

Words = frozenset[str]

_KINDS = tuple(STATED)
_ALIKE, _OTHERS, _NONE = range(len(_KINDS))


@dataclass(frozen=True)
class OpenFit:
    """One fit as it stands, and what the records that wait may do to it. Rows are those of the outlines."""

    benchmark: str
    axis: str
    line: Line | None  # None while there are too few points
    points: Places  # the rows of its points
    x: Floats  # of the points
    y: Floats
    wrong: Floats  # the chance that a point is wrong; 0 of those that do not wait
    missing: Places  # the rows that wait and are no points
    comes: Floats  # the chance that they ought to be
    places: Floats  # rows x 2 x (x, y): where they may lie, in one place or two; NaN without a line
    log_error: Floats  # of those rows, where it is known


def expected_worth(records: Outlines) -> Floats:
    """Of each row, the move of all slopes, each as a share of itself, that its review is expected to make.

    A slope counts as often as its fit has points, since a record of a large fit moves it less but moves more by it.
    """
    worth = np.zeros(len(records))
    for fit in open_fits(records):
        likely = _at_least(FEWEST_POINTS - len(fit.points), fit.comes.tolist())  # that it becomes a fit
        waits = records.waits[fit.points]
        there = fit.points[waits]
        if fit.line is None:
            worth[there] += likely * fit.wrong[waits]  # each point has its share in there being a slope at all
            worth[fit.missing] += likely * fit.comes
        else:
            moved = np.minimum(_move(fit.line, fit.x[waits], fit.y[waits]), 1.0)
            worth[there] += likely * fit.wrong[waits] * fit.line.n * moved
            moved = np.minimum(_move(fit.line, fit.places[:, :, 0], fit.places[:, :, 1]), 1.0)
            worth[fit.missing] += likely * fit.comes * fit.line.n * (moved.sum(axis=1) / 2)
    return worth


def open_fits(records: Outlines) -> Iterator[OpenFit]:
    """Every fit, of each benchmark over each measure of computing."""
    papers = _Papers(records)
    on: dict[str | None, list[int]] = defaultdict(list)
    for row in np.flatnonzero(records.tracked).tolist():
        on[records.benchmarks[row]].append(row)
    for benchmark, rows in on.items():
        for axis in AXES:
            yield _open_fit(records, str(benchmark), axis, np.array(rows, np.intp), papers)


def _open_fit(records: Outlines, benchmark: str, axis: str, rows: Places, papers: _Papers) -> OpenFit:
    column = COORDINATES.index(axis)
    x, y = records.now[rows, column], records.now[rows, 0]
    there = ~np.isnan(x) & ~np.isnan(y)
    points, x, y = rows[there], x[there], y[there]
    line = fit_line(x.tolist(), y.tolist())
    missing = rows[~there & records.waits[rows]]
    comes, places = papers.expected(missing, column, line)
    wrong = np.where(records.waits[points], papers.doubt(points, list(AXES).index(axis)), 0.0)
    return OpenFit(
        benchmark, axis, line, points, x, y, wrong, missing, comes, places, records.now[missing, 0]
    )  # fmt: skip


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
    return float(_move(line, np.array(x), np.array(y)))


def _move(line: Line, x: Floats, y: Floats) -> Floats:
    off = x - line.mean_x
    leverage = np.minimum(1 / line.n + off * off / line.spread_x, 0.95)
    residual = y - (line.mean_y + line.slope * off)
    moved = np.abs(off) / line.spread_x * (np.abs(residual) + line.residual_scale) / (1 - leverage)
    share: Floats = moved / max(abs(line.slope), 2 * line.standard_error, 1e-9)
    return share


class _Papers:
    """What the records of a paper tell of one another, and what people's judgements tell of all."""

    def __init__(self, records: Outlines) -> None:
        self._records = records
        self._known = ~np.isnan(records.now)
        self._paper = records.paper
        self._papers = int(self._paper.max(initial=-1)) + 1
        tracked = np.flatnonzero(records.tracked)
        # of each paper, those on a tracked benchmark: a stretch of all of them, paper by paper
        self._tracked = tracked[np.argsort(self._paper[tracked], kind="stable")]
        self._starts = np.searchsorted(self._paper[self._tracked], np.arange(self._papers + 1))
        self._words: dict[str, Words] = {}
        self._held: tuple[int, dict[tuple[int, str | None, int | None], _Holders]] = (-1, {})
        # How many were judged, and in how many something was amiss: of a paper's points (column 0) and of its missing
        # coordinates (the columns after it); and of all papers' missing coordinates, by kind and coordinate.
        self._judged = np.zeros((self._papers, 1 + len(COORDINATES)))
        self._amiss = np.zeros((self._papers, 1 + len(COORDINATES)))
        self._judged_of_all: Counter[tuple[int, int]] = Counter()
        self._amiss_of_all: Counter[tuple[int, int]] = Counter()
        for row in np.flatnonzero(records.judged & records.tracked).tolist():
            self._learn_from(row)
        self._kind, self._value = self._all_beside()

    def doubt(self, rows: Places, axis: int) -> Floats:
        """The chance that a point that is there is wrong."""
        return self._share(rows, 0, DOUBT_WEIGHT, self._records.doubt_of[rows, axis])

    def expected(self, rows: Places, column: int, line: Line | None) -> tuple[Floats, Floats]:
        """The chance that a point that is not there ought to be, and two places (or one, twice) where it may lie."""
        chance_x, x = self._expected(rows, column)
        chance_y, y = self._expected(rows, 0)
        places = np.full((len(rows), 2, 2), np.nan)
        if line is not None:
            one_off = math.sqrt(line.spread_x / line.n)
            xs = np.where(np.isnan(x)[:, None], [line.mean_x - one_off, line.mean_x + one_off], x[:, None])
            on_line = line.mean_y + line.slope * (xs - line.mean_x)
            places[:, :, 0], places[:, :, 1] = xs, np.where(np.isnan(y)[:, None], on_line, y[:, None])
        return chance_x * chance_y, places

    def _expected(self, rows: Places, column: int) -> tuple[Floats, Floats]:
        """The chance that the paper gives this coordinate, and what it is or is likely to be."""
        of_kind = np.array([self._stated(kind, column) for kind in range(len(_KINDS))])
        chance = self._share(rows, 1 + column, PAPER_WEIGHT, of_kind[self._kind[rows, column]])
        known = self._known[rows, column]
        value = np.where(known, self._records.now[rows, column], self._value[rows, column])
        return np.where(known, 1.0, chance), value

    def _all_beside(self) -> tuple[Places, Floats]:
        """Of each row that waits and coordinate that it lacks, what `_beside` says; elsewhere "none" and NaN.

        Most papers state a coordinate of all their models or of none: only the others are looked at one by one.
        """
        records = self._records
        kind = np.full(records.now.shape, _NONE, np.intp)
        value = np.full(records.now.shape, np.nan)
        holders = np.column_stack(
            [np.bincount(self._paper[has & records.tracked], minlength=self._papers) for has in self._known.T]
        )
        asked = ~self._known & (records.tracked & records.waits)[:, None] & (holders[self._paper] > 0)
        rows, columns = np.nonzero(asked)
        told = self._told(rows, columns)
        kind[rows, columns] = [one for one, _ in told]
        value[rows, columns] = [mean for _, mean in told]
        return kind, value

    def _told(self, rows: Places, columns: Places) -> list[tuple[int, float]]:
        """What `_beside` says of each: the same of two rows of one paper and model that lack a coordinate."""
        models, benchmarks = self._records.models, self._records.benchmarks
        told = []
        seen: dict[tuple[str, str | None, int], tuple[int, float]] = {}
        last = -1
        for row, column, paper in zip(rows.tolist(), columns.tolist(), self._paper[rows].tolist(), strict=True):
            if paper != last:
                last = paper
                seen.clear()
            alike = (models[row], None if column else benchmarks[row], column)
            found = seen.get(alike)
            if found is None:
                found = seen[alike] = self._beside(row, column)
            told.append(found)
        return told

    def _beside(self, row: int, column: int) -> tuple[int, float]:
        """Which other records of the paper have this coordinate: its kind in STATED; the mean of the most alike."""
        holders, mine = self._holders_beside(row, column), self._words_of(self._records.models[row])
        if not holders.of_words:
            return _NONE, math.nan
        if mine and mine in holders.of_words:
            return _ALIKE, _mean(holders.of_words[mine])
        # names are alike if one has all words of the other, the more the more they have in common
        alike = {
            them: min(len(mine), len(them)) / max(len(mine), len(them))
            for them in holders.of_words
            if mine and them and (mine <= them or them <= mine)
        }
        if not alike:
            return _OTHERS, holders.mean
        most = max(alike.values())
        return _ALIKE, _mean([v for them, common in alike.items() if common == most for v in holders.of_words[them]])

    def _words_of(self, model: str) -> Words:
        """The words of a model's name."""
        words = self._words.get(model)
        if words is None:
            words = self._words[model] = frozenset(_WORD.findall(model.lower()))
        return words

    def _holders_beside(self, row: int, column: int) -> _Holders:
        """The paper's other records that have a coordinate (of a score: on this row's benchmark)."""
        paper = int(self._paper[row])
        if self._held[0] != paper:  # they are kept for one paper at a time
            self._held = (paper, {})
        itself = row if self._known[row, column] else None
        of = (column, self._records.benchmarks[row] if column == 0 else None, itself)
        held = self._held[1].get(of)
        if held is None:
            held = self._held[1][of] = self._holders(paper, *of)
        return held

    def _holders(self, paper: int, column: int, benchmark: str | None, left_out: int | None) -> _Holders:
        rows = self._tracked[self._starts[paper] : self._starts[paper + 1]]
        rows = rows[self._known[rows, column]]
        of_words: dict[Words, list[float]] = {}
        for row, value in zip(rows.tolist(), self._records.now[rows, column].tolist(), strict=True):
            if row != left_out and (column or self._records.benchmarks[row] == benchmark):
                of_words.setdefault(self._words_of(self._records.models[row]), []).append(value)
        return _Holders(of_words)

    def _learn_from(self, row: int) -> None:
        """Takes in what a judged record tells: was its point wrong as it was read; was what lacked there."""
        paper = int(self._paper[row])
        read, now = self._records.read[row].tolist(), self._records.now[row].tolist()
        for column in range(1, len(COORDINATES)):
            if read[0] == read[0] and read[column] == read[column]:
                self._judged[paper, 0] += 1
                self._amiss[paper, 0] += (now[0], now[column]) != (read[0], read[column])
        for column in range(len(COORDINATES)):
            if read[column] != read[column]:
                found = now[column] == now[column]
                kind = self._beside(row, column)[0]
                self._judged_of_all[kind, column] += 1
                self._amiss_of_all[kind, column] += found
                self._judged[paper, 1 + column] += 1
                self._amiss[paper, 1 + column] += found

    def _stated(self, kind: int, column: int) -> float:
        """How often a coordinate is stated that was not read, where the paper has it of others in this way."""
        told, judged = self._amiss_of_all[kind, column], self._judged_of_all[kind, column]
        return (STATED_WEIGHT * STATED[_KINDS[kind]] + told) / (STATED_WEIGHT + judged)

    def _share(self, rows: Places, of: int, weight: float, otherwise: Floats) -> Floats:
        """The share of their papers' judged in which something was amiss, drawn to what else is known of it."""
        papers = self._paper[rows]
        share: Floats = (weight * otherwise + self._amiss[papers, of]) / (weight + self._judged[papers, of])
        return share


@dataclass(frozen=True)
class _Holders:
    """What records of a paper have of one coordinate, by the words of their models."""

    of_words: Mapping[Words, Sequence[float]]

    @cached_property
    def mean(self) -> float:
        return _mean([value for values in self.of_words.values() for value in values])


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


_WORD = re.compile(r"[^\W\d_]+|\d+")
