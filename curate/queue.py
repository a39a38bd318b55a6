"""What to ask first. The order of the queue is a strategy: one function a name.

By default the expected worth for the fits: what a record does to the slope of its benchmark, times its chance of
being wrong. A slope moves with a point's distance from the mean of the computing (its leverage) and with its distance
from the line; a wrong value is often seen by both. All of it is arithmetic on what was read and costs milliseconds.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from curate.page import expected_confidence
from curate.points import AXES, Line, Point, fit_line, point_of_payload
from db.benchmarks import load_benchmarks
from db.models import Field, ReviewTask

Payload = Mapping[str, Any]

UNKNOWN_DOUBT = 0.5  # of a record none of whose patterns was ever measured
DOUBTED_BY_A_WITNESS = 1.0  # a leaderboard says otherwise: one of the two is wrong
_COSTS = frozenset(field for fields in AXES.values() for field in fields)
OFF_THE_FITS = 1e-4  # the influence of a record that is on no fit: it comes after all that are, the doubtful first


def doubt(payload: Payload) -> float:
    """The chance that something shown is wrong."""
    if any(f["witness"] for f in payload["fields"]):
        return DOUBTED_BY_A_WITNESS
    sure = expected_confidence(payload)
    return UNKNOWN_DOUBT if sure is None else 1.0 - sure


def doubt_on_fits(payload: Payload) -> float:
    """The chance that something is wrong that a fit is made of: its score by the primary metric, or a cost."""
    known = load_benchmarks().get(payload["benchmark"] or "")
    if known is None or any(f["witness"] for f in payload["fields"]):
        return doubt(payload)
    stem = known.primary_metric.id.split("_")[0]
    on_fits = [
        f for f in payload["fields"]
        if (f["field"] in _COSTS) or (f["field"] == Field.SCORE and (f["metric"] or "").split("_")[0] == stem)
    ]  # fmt: skip
    return doubt({**payload, "fields": on_fits})


@dataclass(frozen=True)
class Influence:
    """What a record does to the slopes it is on, or could be on, as a share of the slope."""

    there: float = 0.0  # its point being wrong or out of place
    missing: float = 0.0  # times the chance: its cost being stated in the paper and not read


def influences(payloads: Sequence[Payload], points: Mapping[str, Point]) -> dict[str, Influence]:
    """The influence of each record, by key. Of several measures of computing the largest counts.

    A record that lacks its score or its cost has a place on a fit only if that is found. How likely this is, and where
    the point would lie, is taken from the other records of its paper on the benchmark.
    """
    paper_of = {p["key"]: (p["arxiv_id"], p["version"]) for p in payloads}
    beside: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for key, p in points.items():
        beside[(paper_of[key], p.benchmark)].append(key)
    found: dict[str, Influence] = defaultdict(Influence)
    for benchmark, axis in {(p.benchmark, axis) for p in points.values() for axis in p.log_computing}:
        here = {key: p for key, p in points.items() if p.benchmark == benchmark}
        placed = {
            key: (p.log_computing[axis], p.log_error)
            for key, p in here.items()
            if axis in p.log_computing and p.log_error is not None
        }
        line = fit_line([x for x, _ in placed.values()], [y for _, y in placed.values()])
        if line is None:
            continue
        for key, (x, y) in placed.items():
            found[key] = replace(found[key], there=max(found[key].there, _move(line, x, y)))
        for key, p in here.items():
            if key in placed:
                continue
            others = [points[k] for k in beside[(paper_of[key], benchmark)]]
            at = _expected(p.log_computing.get(axis), [o.log_computing.get(axis) for o in others])
            error = _expected(p.log_error, [o.log_error for o in others])
            if at.value is None or error.value is None:
                continue
            moved = at.chance * error.chance * _move(line, at.value, error.value)
            found[key] = replace(found[key], missing=max(found[key].missing, moved))
    return found


@dataclass(frozen=True)
class _Expected:
    """What a coordinate is or is likely to be, and how likely the paper states it."""

    value: float | None
    chance: float


def _expected(own: float | None, of_others: Sequence[float | None]) -> _Expected:
    """One's own, else the mean of the others' (one's own missing one among them), as likely as they have one."""
    if own is not None:
        return _Expected(own, 1.0)
    known = [v for v in of_others if v is not None]
    return _Expected(math.fsum(known) / len(known), len(known) / len(of_others)) if known else _Expected(None, 0.0)


def _move(line: Line, x: float, y: float) -> float:
    """By what share of itself the slope would move without a point here.

    A point on the line moves nothing by leaving but would by being wrong: hence the scale of the residuals is added.
    """
    off = x - line.mean_x
    leverage = min(1 / line.n + off * off / line.spread_x, 0.95)
    residual = y - (line.mean_y + line.slope * off)
    moved = abs(off) / line.spread_x * (abs(residual) + line.residual_scale) / (1 - leverage)
    return moved / max(abs(line.slope), 2 * line.standard_error, 1e-9)


def by_worth(payloads: Sequence[Payload], points: Mapping[str, Point] | None = None) -> list[Payload]:
    """Those first whose review is expected to move a slope most. `points` replaces what was read by what is known."""
    everyone = payloads
    if points is None:
        points = {p["key"]: point for p in payloads if (point := point_of_payload(p)) is not None}
    influence = influences(everyone, points)

    def worth(p: Payload) -> float:
        here = influence.get(p["key"], Influence())
        return max(doubt_on_fits(p) * max(here.there, OFF_THE_FITS), here.missing)

    return sorted(payloads, key=lambda p: (-worth(p), p["key"]))


def by_uncertainty(payloads: Sequence[Payload]) -> list[Payload]:
    """The most doubtful first."""
    return sorted(payloads, key=lambda p: (-doubt(p), p["key"]))


def by_newest(payloads: Sequence[Payload]) -> list[Payload]:
    """The newest papers first; those without a date by their id, which grows with time."""
    return sorted(payloads, key=lambda p: (p["published"] or "", p["arxiv_id"], p["key"]), reverse=True)


def by_benchmark(payloads: Sequence[Payload]) -> list[Payload]:
    """One benchmark after another, and within it one paper after another."""
    return sorted(payloads, key=lambda p: (p["benchmark"] or "~", p["arxiv_id"], p["key"]))


STRATEGIES: Mapping[str, Callable[[Sequence[Payload]], list[Payload]]] = {
    "worth": by_worth,
    "uncertainty": by_uncertainty,
    "newest": by_newest,
    "benchmark": by_benchmark,
}


def in_order(tasks: Sequence[ReviewTask], strategy: str) -> list[ReviewTask]:
    """The tasks in the strategy's order."""
    by_key = {t.key: t for t in tasks}
    return [by_key[p["key"]] for p in STRATEGIES[strategy]([t.payload for t in tasks])]
