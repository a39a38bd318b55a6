"""How soon the slopes are right: labelled data replayed through the real loop, in each order of the queue.

The table after k reviews is what an analyst would have then: reviewed records as their decisions make them, the rest
as they were read. Its slopes are compared with those after all are reviewed.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from curate.answers.decisions import decisions_of
from curate.answers.labelled import answer_by
from curate.queue.order import STRATEGIES, Strategy
from curate.queue.points import FEWEST_PAPERS, FEWEST_POINTS, Point, fit_line, point_of_payload, point_of_values
from curate.queue.worth import Settled
from db.curated import curated_rows
from db.errors import BadInputError
from db.labelled import LabelledPaper
from db.models import Candidate, Record, ReviewTask, ShownRecord

STEPS = 50  # points of a curve, and batches after each of which the order is made anew
RANDOM_ORDERS = 20
GOAL_REVIEWED, GOAL_DISTANCE = 0.30, 0.05

Points = dict[str, Point]
FitKey = tuple[str, str]  # benchmark, measure of computing


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
    papers: int
    fits: Mapping[FitKey, tuple[int, float]]  # points and slope of each when all is curated
    left_out: Mapping[FitKey, str]
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class Replay:
    """The annotated papers' records as they are read, and the point of each once it is reviewed."""

    payloads: tuple[ShownRecord, ...]
    curated: Points

    def of(self, papers: Collection[str]) -> Replay:
        """The same of these papers alone."""
        payloads = tuple(p for p in self.payloads if p.arxiv_id in papers)
        return Replay(payloads, {p.key: self.curated[p.key] for p in payloads if p.key in self.curated})


def replay_of(
    tasks: Sequence[ReviewTask],
    records: Mapping[str, Record],
    candidates: Mapping[str, Candidate],
    papers: Mapping[str, LabelledPaper],
) -> Replay:
    """Every record of the annotated papers through the review."""
    tasks = [t for t in tasks if t.payload.arxiv_id in papers and t.payload.benchmark is not None]
    if not tasks:
        raise BadInputError("none of the annotated papers has a record here", "add their PDFs and extract them")
    curated = _only({t.key: _curated_point(t, records[t.key], candidates, papers) for t in tasks})
    return Replay(tuple(t.payload for t in tasks), curated)


def simulate(replay: Replay) -> Simulation:
    """The curve of each strategy, and of random order (the mean of twenty)."""
    fits, left_out = _fits_to_follow(replay)
    if not fits:
        raise BadInputError(
            f"no benchmark has a slope to follow ({len(replay.curated)} points when all is curated)",
            "annotate more papers",
        )
    curves = [_curve(name, strategy, replay, fits) for name, strategy in STRATEGIES.items()]
    drawn = [_curve("random", _by_chance(seed), replay, fits) for seed in range(RANDOM_ORDERS)]
    mean = tuple(sum(column) / len(drawn) for column in zip(*(c.distance for c in drawn), strict=True))
    curves.append(Curve("random", drawn[0].reviewed, mean))
    papers = {p.arxiv_id for p in replay.payloads}
    return Simulation(len(replay.payloads), len(papers), fits, left_out, tuple(curves))


def halves(replay: Replay, count: int, seed: int = 0) -> Iterator[Simulation]:
    """The simulation on so many random halves of the papers; a half without a slope to follow is passed over.

    What is only luck of these papers does not last through them.
    """
    papers = sorted({p.arxiv_id for p in replay.payloads})
    chance = random.Random(seed)
    for _ in range(count):
        half = replay.of(set(chance.sample(papers, len(papers) // 2)))
        if half.payloads and _fits_to_follow(half)[0]:
            yield simulate(half)


def _curve(name: str, strategy: Strategy, replay: Replay, fits: Mapping[FitKey, tuple[int, float]]) -> Curve:
    """The strategy's curve: a batch reviewed, the order made anew with what is known by then, the next batch."""
    now = _only({p.key: point_of_payload(p) for p in replay.payloads})
    waiting, settled = list(replay.payloads), list[Settled]()
    reviewed, distance = [0.0], [_distance(now, fits)]
    a_batch = max(1, len(waiting) // STEPS)
    while waiting:
        waiting = strategy(waiting, settled)
        for p in waiting[:a_batch]:
            point = replay.curated.get(p.key)
            settled.append(Settled(p, point))
            now.pop(p.key, None)
            if point is not None:
                now[p.key] = point
        waiting = waiting[a_batch:]
        reviewed.append(1 - len(waiting) / len(replay.payloads))
        distance.append(_distance(now, fits))
    return Curve(name, tuple(reviewed), tuple(distance))


def _by_chance(seed: int) -> Strategy:
    """A random order, the same at every batch."""

    def order(waiting: Sequence[ShownRecord], settled: Sequence[Settled] = ()) -> list[ShownRecord]:
        return sorted(waiting, key=lambda p: random.Random(f"{seed} {p.key}").random())

    return order


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
    answer = answer_by(papers[task.payload.arxiv_id], task.payload, datetime(2000, 1, 1))
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


def _fits_to_follow(replay: Replay) -> tuple[dict[FitKey, tuple[int, float]], dict[FitKey, str]]:
    """The fits whose slope is told from nought, and why the others are left out: a share of nought means nothing.

    The points of one paper or two tell how these papers' models differ, not how a benchmark's do.
    """
    papers = defaultdict(set)
    for p in replay.payloads:
        point = replay.curated.get(p.key)
        if point is not None and point.log_error is not None:
            for axis in point.log_computing:
                papers[(point.benchmark, axis)].add(p.arxiv_id)
    fits, left_out = {}, {}
    for key, (n, slope, error) in sorted(_slopes(replay.curated).items()):
        if n < FEWEST_POINTS or len(papers[key]) < FEWEST_PAPERS:
            left_out[key] = f"{n} points of {len(papers[key])} papers; it takes {FEWEST_POINTS} of {FEWEST_PAPERS}"
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
