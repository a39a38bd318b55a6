"""How soon the slopes are right: labelled data replayed through the real loop, in each order of the queue.

The table after k reviews is what an analyst would have then: reviewed records as their decisions make them, the rest
as they were read. Its slopes are compared with those after all are reviewed.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from curate.decisions import decisions_of
from curate.labelled import answer_by
from curate.points import Point, fit_line, point_of_payload, point_of_values
from curate.queue import STRATEGIES, Payload, by_worth
from db.curated import curated_rows
from db.errors import BadInputError
from db.labelled import LabelledPaper
from db.models import Candidate, Record, ReviewTask

STEPS = 50  # points of a curve
FEWEST_POINTS = 8  # of a fit
RANDOM_ORDERS = 20
GOAL_REVIEWED, GOAL_DISTANCE = 0.30, 0.05

Points = dict[str, Point]
FitKey = tuple[str, str]  # benchmark, measure of computing
Order = Callable[[Sequence[Payload], Points], list[Payload]]  # of those waiting, knowing what is known by now


@dataclass(frozen=True)
class Curve:
    """For each share of records reviewed, how far the slopes are from the fully curated ones (a fraction of them)."""

    strategy: str
    reviewed: tuple[float, ...]
    distance: tuple[float, ...]

    def distance_at(self, share: float) -> float:
        """The distance once this share is reviewed."""
        return next(d for r, d in zip(self.reviewed, self.distance, strict=True) if r >= share - 1e-9)

    def reviewed_for(self, goal: float) -> float:
        """The smallest share after which the distance stays within the goal."""
        within = 1.0
        for r, d in reversed(list(zip(self.reviewed, self.distance, strict=True))):
            if d > goal:
                break
            within = r
        return within


@dataclass(frozen=True)
class Simulation:
    records: int
    fits: Mapping[FitKey, tuple[int, float]]  # points and slope of each when all is curated
    left_out: Mapping[FitKey, str]
    curves: tuple[Curve, ...]


def simulate(
    tasks: Sequence[ReviewTask],
    records: Mapping[str, Record],
    candidates: Mapping[str, Candidate],
    papers: Mapping[str, LabelledPaper],
) -> Simulation:
    """The curve of each strategy, and of random order (the mean of twenty)."""
    tasks = [t for t in tasks if t.payload["arxiv_id"] in papers and t.payload["benchmark"] is not None]
    if not tasks:
        raise BadInputError("none of the annotated papers has a record here", "add their PDFs and extract them")
    payloads = [t.payload for t in tasks]
    read = _only({p["key"]: point_of_payload(p) for p in payloads})
    curated = _only({t.key: _curated_point(t, records[t.key], candidates, papers) for t in tasks})
    fits, left_out = _fits_to_follow(curated)
    if not fits:
        raise BadInputError(
            f"no benchmark has a slope to follow ({len(curated)} points when all is curated)", "annotate more papers"
        )

    def curve(name: str, order: Order) -> Curve:
        now, waiting = dict(read), list(payloads)
        reviewed, distance = [0.0], [_distance(now, fits)]
        a_step = max(1, len(payloads) // STEPS)
        while waiting:
            waiting = order(waiting, now)
            for p in waiting[:a_step]:
                now.pop(p["key"], None)
                if p["key"] in curated:
                    now[p["key"]] = curated[p["key"]]
            waiting = waiting[a_step:]
            reviewed.append(1 - len(waiting) / len(payloads))
            distance.append(_distance(now, fits))
        return Curve(name, tuple(reviewed), tuple(distance))

    def by_strategy(name: str) -> Order:
        return lambda waiting, _: STRATEGIES[name](waiting)

    def by_worth_now(waiting: Sequence[Payload], now: Points) -> list[Payload]:
        # made anew at every step with what is known by then; reviewed records count, and are not asked again
        still = {p["key"] for p in waiting}
        return [p for p in by_worth(payloads, now) if p["key"] in still]

    def by_chance(seed: int) -> Order:
        shuffled = random.Random(seed).sample(payloads, len(payloads))
        place = {p["key"]: i for i, p in enumerate(shuffled)}
        return lambda waiting, _: sorted(waiting, key=lambda p: place[p["key"]])

    curves = [curve(n, by_worth_now if s is by_worth else by_strategy(n)) for n, s in STRATEGIES.items()]
    drawn = [curve("random", by_chance(seed)) for seed in range(RANDOM_ORDERS)]
    mean = tuple(sum(column) / len(drawn) for column in zip(*(c.distance for c in drawn), strict=True))
    curves.append(Curve("random", drawn[0].reviewed, mean))
    return Simulation(len(payloads), fits, left_out, tuple(curves))


def write_simulation(done: Simulation, folder: Path) -> tuple[Path, Path]:
    """Writes the curves as a table and as a picture; where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    table, picture = folder / "simulation.csv", folder / "simulation.png"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["strategy", "reviewed", "distance"])
        for c in done.curves:
            writer.writerows([c.strategy, f"{r:.4f}", f"{d:.5f}"] for r, d in zip(c.reviewed, c.distance, strict=True))
    _draw(done, picture)
    return table, picture


def _curated_point(
    task: ReviewTask, record: Record, candidates: Mapping[str, Candidate], papers: Mapping[str, LabelledPaper]
) -> Point | None:
    """The record's point once the labelled answer has gone through the loop."""
    answer = answer_by(papers[task.payload["arxiv_id"]], task.payload, datetime(2000, 1, 1))
    decisions = decisions_of(answer, task.payload, "simulation").decisions
    rows = list(curated_rows([record], candidates, decisions, {}))
    return point_of_values(record.benchmark, rows[0].values) if rows else None


def _only(points: Mapping[str, Point | None]) -> Points:
    return {key: p for key, p in points.items() if p is not None}


def _slopes(points: Points) -> dict[FitKey, tuple[int, float, float]]:
    """Points, slope and its standard error of each fit."""
    members: dict[FitKey, list[tuple[float, float]]] = defaultdict(list)
    for p in points.values():
        if p.log_error is None:
            continue
        for axis, x in p.log_computing.items():
            members[(p.benchmark, axis)].append((x, p.log_error))
    found = {}
    for key, xy in members.items():
        line = fit_line([x for x, _ in xy], [y for _, y in xy])
        if line is not None:
            found[key] = (line.n, line.slope, line.standard_error)
    return found


def _fits_to_follow(curated: Points) -> tuple[dict[FitKey, tuple[int, float]], dict[FitKey, str]]:
    """The fits whose slope is told from nought, and why the others are left out: a share of nought means nothing."""
    fits, left_out = {}, {}
    for key, (n, slope, error) in sorted(_slopes(curated).items()):
        if n < FEWEST_POINTS:
            left_out[key] = f"{n} points, {FEWEST_POINTS} wanted"
        elif abs(slope) < 2 * error:
            left_out[key] = f"slope {slope:.3f} with standard error {error:.3f} can't be told from nought"
        else:
            fits[key] = (n, slope)
    return fits, left_out


def _distance(now: Points, fits: Mapping[FitKey, tuple[int, float]]) -> float:
    """The mean over fits, weighted by points, of |slope now - slope curated| / |slope curated|; at most 1 each."""
    slopes = _slopes(now)
    total = sum(n for n, _ in fits.values())
    return (
        sum(
            n * min(1.0, abs(slopes[key][1] - slope) / abs(slope)) if key in slopes else n
            for key, (n, slope) in fits.items()
        )
        / total
    )


def _draw(done: Simulation, path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.ticker import PercentFormatter

    figure, axes = pyplot.subplots(figsize=(8, 4.8), layout="constrained")
    for c in done.curves:
        chance = c.strategy == "random"
        axes.plot(
            c.reviewed, c.distance, label="random (mean of 20)" if chance else c.strategy,
            color="#98a2b3" if chance else None, linestyle="--" if chance else "-",
            linewidth=2 if c.strategy == "worth" else 1.3,
        )  # fmt: skip
    axes.axhline(GOAL_DISTANCE, color="#b42318", linewidth=0.8)
    axes.axvline(GOAL_REVIEWED, color="#b42318", linewidth=0.8)
    axes.set_xlabel(f"records reviewed (of {done.records})")
    axes.set_ylabel("distance from the fully curated slopes")
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_xlim(0, 1)
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=150)
    pyplot.close(figure)
