"""Whether confidences are true: of the values that were given a chance, the share that was right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BINS = ((0.0, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.97), (0.97, 1.0001))
SURE = 0.97  # from here on a person need not look, if that share is right


@dataclass(frozen=True)
class Reliability:
    """Of the values with a confidence in `low`..`high`: how many, their mean confidence, the share that was right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def reliability_curve(points: Sequence[tuple[float, float]]) -> list[Reliability]:
    """The curve through points of (confidence, share right); bins without a point are left out."""
    curve = []
    for low, high in BINS:
        inside = [(c, r) for c, r in points if low <= c < high]
        if inside:
            n = len(inside)
            mean, right = sum(c for c, _ in inside) / n, sum(r for _, r in inside) / n
            curve.append(Reliability(low, min(high, 1.0), n, mean, right))
    return curve


def calibration_error(curve: Sequence[Reliability]) -> float:
    """The mean distance between confidence and share right, weighted by count (expected calibration error)."""
    total = sum(r.count for r in curve)
    return sum(r.count * abs(r.confidence - r.right) for r in curve) / total if total else 0.0


def right_when_sure(points: Sequence[tuple[float, float]]) -> tuple[int, float | None]:
    """How many values have the confidence `SURE` or more, and the share of them that is right; None without any."""
    rights = [right for confidence, right in points if confidence >= SURE]
    return len(rights), sum(rights) / len(rights) if rights else None
