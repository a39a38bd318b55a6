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
        self._rows_of: dict[int, list[int]] = defaultdict(list)  # of each paper, those on a tracked benchmark
        for row in np.flatnonzero(records.tracked).tolist():
            self._rows_of[int(self._paper[row])].append(row)
        # How many were judged, and in how many something was amiss: of a paper's points (column 0) and of its missing
        # coordinates (the columns after it); and of all papers' missing coordinates, by kind and coordinate.
        self._words: tuple[int, Mapping[int, int]] = (-1, {})
        self._held: dict[tuple[int, str | None], Mapping[int, list[tuple[int, float]]]] = {}
        self._papers = int(self._paper.max(initial=-1)) + 1
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
        seen: dict[tuple[str, str | None, int], tuple[int, float]] = {}
        last = -1
        for row, column in np.argwhere(asked).tolist():
            if int(self._paper[row]) != last:
                last = int(self._paper[row])
                seen.clear()
            # two rows of one paper and model that lack a coordinate are told the same
            alike = (records.models[row], records.benchmarks[row] if column == 0 else None, column)
            if alike not in seen:
                seen[alike] = self._beside(row, column)
            kind[row, column], value[row, column] = seen[alike]
        return kind, value

    def _beside(self, row: int, column: int) -> tuple[int, float]:
        """Which other records of the paper have this coordinate: its kind in STATED; the mean of the most alike."""
        paper, benchmark = int(self._paper[row]), self._records.benchmarks[row]
        mine = self._words_of(paper)[row]
        groups = self._holders(paper, column, benchmark if column == 0 else None)
        # names are alike if one has all words of the other, the more the more they have in common
        inside = [them for them in groups if (common := mine & them) and common in (mine, them)]
        while inside:
            most = max((mine & them).bit_count() / (mine | them).bit_count() for them in inside)
            nearest = [them for them in inside if (mine & them).bit_count() / (mine | them).bit_count() == most]
            values = [value for them in nearest for other, value in groups[them] if other != row]
            if values:
                return _ALIKE, math.fsum(values) / len(values)
            inside = [them for them in inside if them not in nearest]
        values = [value for held in groups.values() for other, value in held if other != row]
        return (_OTHERS, math.fsum(values) / len(values)) if values else (_NONE, math.nan)

    def _words_of(self, paper: int) -> Mapping[int, int]:
        """The words of each record's model, a bit a word of the paper's models. Kept for one paper at a time."""
        if self._words[0] != paper:
            bits: dict[str, int] = {}
            of_model: dict[str, int] = {}
            for row in self._rows_of[paper]:
                model = self._records.models[row]
                if model not in of_model:
                    words = set(_WORD.findall(model.lower()))
                    of_model[model] = sum(1 << bits.setdefault(w, len(bits)) for w in words)
            self._words = (paper, {row: of_model[self._records.models[row]] for row in self._rows_of[paper]})
            self._held.clear()
        return self._words[1]

    def _holders(self, paper: int, column: int, benchmark: str | None) -> Mapping[int, list[tuple[int, float]]]:
        """The paper's records that have a coordinate (of a score: on this benchmark), with it, by their words."""
        words = self._words_of(paper)
        if (column, benchmark) not in self._held:
            groups: dict[int, list[tuple[int, float]]] = defaultdict(list)
            for row in self._rows_of[paper]:
                value = float(self._records.now[row, column])
                if value == value and (column or self._records.benchmarks[row] == benchmark):
                    groups[words[row]].append((row, value))
            self._held[column, benchmark] = groups
        return self._held[column, benchmark]

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


_WORD = re.compile(r"[^\W\d_]+|\d+")
