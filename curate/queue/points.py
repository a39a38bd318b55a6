"""A record as a point of a fit: its error rate over each measure of computing that its values give.

What is here is only as exact as a queue needs: the fits themselves are made by analysis, from the curated table.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from db.measures import AXES, BURDEN, error_rate_of, hardware_burden, log10
from db.models import CuratedValue, Field, ShownRecord
from db.reference.benchmarks import load_benchmarks
from db.reference.hardware import find_device

FEWEST_POINTS, FEWEST_PAPERS = 8, 3  # of a fit; analysis itself asks for 10 of 5

Value = float | str | None


@dataclass(frozen=True)
class Point:
    """log10 of the error rate, and of each measure of computing, as far as they are known."""

    benchmark: str
    log_error: float | None
    log_computing: Mapping[str, float]


@dataclass(frozen=True)
class Line:
    """A least-squares line through n points."""

    n: int
    slope: float
    standard_error: float
    mean_x: float
    mean_y: float
    spread_x: float  # sum of squares about the mean
    residuals: tuple[float, ...]  # in the points' order

    @cached_property
    def residual_scale(self) -> float:
        return math.sqrt(sum(r * r for r in self.residuals) / max(self.n - 2, 1))


def point_of(benchmark: str | None, values: Iterable[tuple[str, str | None, Value]]) -> Point | None:
    """The point that these (field, metric, value) make; None on a benchmark that is not tracked.

    It lies on no fit where its error rate or every measure of computing is unknown. Of a field that stands twice the
    first value counts.
    """
    if benchmark is None or benchmark not in load_benchmarks():
        return None
    first: dict[str, Value] = {}
    scores: dict[str, float] = {}
    for field, metric, value in values:
        if value is None:
            continue
        if field == Field.SCORE and metric is not None and isinstance(value, int | float):
            scores.setdefault(metric, float(value))
        else:
            first.setdefault(field, value)
    log_error = _known(log10(error_rate_of(benchmark, scores)))
    measures = {axis: _log_measure(axis, first) for axis in AXES}
    log_computing = {axis: x for axis, x in measures.items() if x is not None}
    return Point(benchmark, log_error, log_computing)


def point_of_payload(payload: ShownRecord) -> Point | None:
    """The point as it is read, before anybody has judged it."""
    return point_of(payload.benchmark, [(f.field, f.metric, f.value) for f in payload.fields])


def point_of_values(benchmark: str | None, values: Iterable[CuratedValue]) -> Point | None:
    """The point of a curated row."""
    return point_of(benchmark, [(v.field, v.metric, v.value) for v in values])


def fit_line(x: Sequence[float], y: Sequence[float]) -> Line | None:
    """The least-squares line; None for fewer than three points or where they have one x."""
    n = len(x)
    if n < 3:
        return None
    mean_x, mean_y = math.fsum(x) / n, math.fsum(y) / n
    spread = math.fsum((a - mean_x) ** 2 for a in x)
    if spread <= 1e-12:
        return None
    slope = math.fsum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / spread
    residuals = tuple(b - mean_y - slope * (a - mean_x) for a, b in zip(x, y, strict=True))
    variance = math.fsum(r * r for r in residuals) / (n - 2)
    return Line(n, slope, math.sqrt(variance / spread), mean_x, mean_y, spread, residuals)


def _log_measure(axis: str, first: Mapping[str, Value]) -> float | None:
    amounts: list[float] = []
    for field in AXES[axis]:
        value = first.get(field)
        if field == Field.DEVICE:
            device = find_device(value) if isinstance(value, str) else None
            value = device.peak_gflops_fp32 if device else None
        if not isinstance(value, int | float) or value <= 0:
            return None
        amounts.append(value)
    return _known(log_of_amounts(axis, amounts))


def log_of_amounts(axis: str, amounts: Sequence[ArrayLike]) -> NDArray[np.float64]:
    """log10 of a measure of computing, from what its fields give, in their order (a peak for the device)."""
    if axis == BURDEN:
        peak, count, seconds = amounts
        return log10(hardware_burden(count, peak, seconds))
    return log10(amounts[0])


def _known(logarithm: ArrayLike) -> float | None:
    """The number, None where it is not one."""
    value = float(np.asarray(logarithm))
    return None if math.isnan(value) else value
