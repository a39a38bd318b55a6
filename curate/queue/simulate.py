"""How soon the slopes are right: labelled data replayed through the real loop, in each order of the queue.

The table after so many hours is what an analyst would have then: reviewed records as their decisions make them, the
rest as they were read. Its slopes are compared with those of a review of everything without a mistake. Effort is
counted in seconds: what each answer has to accept, correct and add, and each change of paper. Beside an annotator
who makes no mistake stands one who does.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from curate.queue.effort import Effort
from curate.queue.order import STRATEGIES, Strategy
from curate.queue.outlines import Outlines, Places, coordinates, outlines_of
from curate.queue.points import FEWEST_PAPERS, FEWEST_POINTS, Point, fit_line, point_of, point_of_payload
from curate.queue.replay import Replay, Reviewed, halves, with_mistakes
from curate.settings import SEEDS
from db.errors import BadInputError
from db.models import ShownRecord

STEPS = 40  # points of a curve, and batches after each of which the order is made anew
GOAL_TIME, GOAL_DISTANCE = 0.30, 0.05
MISTAKES = 0.13  # of single data extraction from papers: the share of fields with an error that studies of it report

Points = dict[str, Point]
FitKey = tuple[str, str]  # benchmark, measure of computing
Fits = Mapping[FitKey, tuple[int, float]]  # points and slope once all is reviewed


@dataclass(frozen=True)
class Curve:
    """For each moment, how far the slopes are from the fully curated ones (a fraction of them)."""

    seconds: tuple[float, ...]
    distance: tuple[float, ...]

    def distance_at(self, seconds: float) -> float:
        """The distance once so much time is spent."""
        return float(np.interp(seconds, self.seconds, self.distance))

    def seconds_for(self, goal: float) -> float:
        """The time after which the distance stays within the goal; infinite where it never does."""
        within = float("inf")
        for s, d in reversed(list(zip(self.seconds, self.distance, strict=True))):
            if d > goal:
                break
            within = s
        return within


@dataclass(frozen=True)
class Draws:
    """The curves of one order and annotator: one a draw."""

    order: str
    annotator: str
    curves: tuple[Curve, ...]
    whole: tuple[float, ...]  # seconds for everything, paper by paper, of each draw

    def after_goal_time(self) -> tuple[float, float, float]:
        """The distance after 30 % of the time for everything: mean and 80 % interval."""
        return _spread([c.distance_at(GOAL_TIME * w) for c, w in zip(self.curves, self.whole, strict=True)])

    def time_to_goal(self) -> tuple[float, float, float]:
        """The share of the time for everything until the slopes are right for good: mean and 80 % interval."""
        return _spread([c.seconds_for(GOAL_DISTANCE) / w for c, w in zip(self.curves, self.whole, strict=True)])


@dataclass(frozen=True)
class Simulation:
    records: int
    papers: int
    effort: Effort
    fits: Fits
    left_out: Mapping[FitKey, str]
    whole: tuple[Draws, ...]  # on all papers
    halves: tuple[Draws, ...]  # on random halves of them


def simulate(
    replay: Replay, effort: Effort, *, seeds: int = SEEDS, advance: Callable[[], None] = lambda: None
) -> Simulation:
    """The curves of each order, for an annotator without and one with mistakes, on all papers and on halves of them."""
    fits, left_out = fits_to_follow(replay)
    if not fits:
        raise BadInputError(
            "no benchmark has a slope to follow: none is told from nought and more than 5 % off before the review",
            "annotate more papers",
        )
    parts = [part for part in halves(replay, seeds) if fits_to_follow(part)[0]]
    return Simulation(
        len(replay.payloads), len(replay.papers), effort, fits, left_out,
        tuple(_draws([replay], effort, seeds, advance)), tuple(_draws(parts, effort, 1, advance)),
    )  # fmt: skip


def _draws(
    parts: Sequence[Replay], effort: Effort, seeds: int, advance: Callable[[], None]
) -> Iterator[Draws]:  # fmt: skip
    """The curves of each order and annotator over these parts, with so many seeds where chance has a say."""
    if not parts:
        return
    fits = [fits_to_follow(part)[0] for part in parts]
    for annotator, rate in (("no mistakes", 0.0), (f"{MISTAKES:.0%} mistakes", MISTAKES)):
        for name in [*STRATEGIES, *_BY_CHANCE]:
            curves, whole = [], []
            chance = rate > 0 or name in _BY_CHANCE
            for n, part in enumerate(parts):
                for seed in range(seeds if chance else 1):
                    order = STRATEGIES[name] if name in STRATEGIES else _BY_CHANCE[name](seed + n, fits[n])
                    reviewed = with_mistakes(part, rate, seed + n) if rate else part.reviewed
                    curves.append(curve(part, reviewed, order, fits[n], effort))
                    whole.append(time_for_all(part, effort))
                    advance()
            yield Draws(name, annotator, tuple(curves), tuple(whole))


def curve(replay: Replay, reviewed: Mapping[str, Reviewed], strategy: Strategy, fits: Fits, effort: Effort) -> Curve:
    """One order's curve: a batch reviewed, the order made anew with what is known by then, the next batch."""
    now = {p.key: point for p in replay.payloads if (point := point_of_payload(p)) is not None}
    records = outlines_of(replay.payloads)
    seconds, spent, paper = [0.0], 0.0, None
    distance = [distance_of(now, fits)]
    a_batch = max(1, len(records) // STEPS)
    while records.waits.any():
        for row in strategy(records)[:a_batch].tolist():
            p = replay.payloads[row]
            spent += effort.of_answer(reviewed[p.key].work, p.paper != paper)
            paper = p.paper
            point = judge(records, row, p, reviewed[p.key])
            now.pop(p.key, None)
            if point is not None:
                now[p.key] = point
        seconds.append(spent)
        distance.append(distance_of(now, fits))
    return Curve(tuple(seconds), tuple(distance))


def judge(records: Outlines, row: int, p: ShownRecord, reviewed: Reviewed) -> Point | None:
    """The record's point once it is reviewed; its outline is brought up to that."""
    point = point_of(p.benchmark, reviewed.values) if reviewed.values else None
    records.waits[row], records.judged[row], records.now[row] = False, True, coordinates(point)
    return point


def time_for_all(replay: Replay, effort: Effort) -> float:
    """The seconds that it takes to review everything, paper by paper."""
    answers = sum(effort.of_answer(replay.reviewed[p.key].work, new_paper=False) for p in replay.payloads)
    return answers + effort.paper * len(replay.papers)


def fits_to_follow(replay: Replay) -> tuple[dict[FitKey, tuple[int, float]], dict[FitKey, str]]:
    """The fits that a review can set right, and why the others are left out.

    A share of a slope of nought means nothing; the points of one paper or two tell how these papers' models differ,
    not how a benchmark's do; and what is right before the review can't be set right.
    """
    papers: dict[FitKey, set[str]] = defaultdict(set)
    curated: Points = {}
    for p in replay.payloads:
        point = replay.point(p)
        if point is None:
            continue
        curated[p.key] = point
        if point.log_error is not None:
            for axis in point.log_computing:
                papers[(point.benchmark, axis)].add(p.arxiv_id)
    before = slopes_of({p.key: x for p in replay.payloads if (x := point_of_payload(p)) is not None})
    fits, left_out = {}, {}
    for key, (n, slope, error) in sorted(slopes_of(curated).items()):
        off = abs(before[key][1] - slope) / abs(slope) if key in before and slope else 1.0
        if n < FEWEST_POINTS or len(papers[key]) < FEWEST_PAPERS:
            left_out[key] = f"{n} points of {len(papers[key])} papers; it takes {FEWEST_POINTS} of {FEWEST_PAPERS}"
        elif abs(slope) < 2 * error:
            left_out[key] = f"slope {slope:.3f} with standard error {error:.3f} can't be told from nought"
        elif off <= GOAL_DISTANCE:
            left_out[key] = f"right before the review: {off:.1%} off"
        else:
            fits[key] = (n, slope)
    return fits, left_out


def distance_of(now: Points, fits: Fits) -> float:
    """The mean over fits, weighted by points, of |slope now - slope curated| / |slope curated|; at most 1 each."""
    slopes = slopes_of(now)
    total = sum(n for n, _ in fits.values())
    off = sum(
        n * min(1.0, abs(slopes[key][1] - slope) / abs(slope)) if key in slopes else n
        for key, (n, slope) in fits.items()
    )
    return off / total


def slopes_of(points: Points) -> dict[FitKey, tuple[int, float, float]]:
    """Points, slope and its standard error of each fit."""
    members: dict[FitKey, list[tuple[float, float]]] = defaultdict(list)
    for p in points.values():
        if p.log_error is not None:
            for axis, x in p.log_computing.items():
                members[(p.benchmark, axis)].append((x, p.log_error))
    lines = {key: fit_line([x for x, _ in xy], [y for _, y in xy]) for key, xy in members.items()}
    return {key: (line.n, line.slope, line.standard_error) for key, line in lines.items() if line is not None}


def _random_records(seed: int, fits: Fits) -> Strategy:
    """Record by record."""
    return _by_draw(lambda records, row: Random(f"{seed} {records.keys[row]}").random())


def random_within(seed: int, fits: Fits) -> Strategy:
    """Paper by paper, those records first whose benchmarks have a slope to follow: luck with the same knowledge."""
    followed = {benchmark for benchmark, _ in fits}

    def rank(records: Outlines, row: int) -> tuple[bool, float, int, float, str]:
        place = records.page[row], records.top[row], records.keys[row]
        return records.benchmarks[row] not in followed, Random(f"{seed} {records.papers[row][0]}").random(), *place

    return _by_draw(rank)


_BY_CHANCE: Mapping[str, Callable[[int, Fits], Strategy]] = {
    "random": _random_records,
    "random within": random_within,
}


def _by_draw(rank: Callable[[Outlines, int], object]) -> Strategy:
    def order(records: Outlines) -> Places:
        rows = np.flatnonzero(records.waits).tolist()
        # ranks of one strategy are of one kind
        return np.array(sorted(rows, key=lambda row: rank(records, row)), np.intp)  # type: ignore[arg-type,return-value]

    return order


def _spread(values: Collection[float]) -> tuple[float, float, float]:
    """Mean, and the interval between the tenth and the ninetieth percentile."""
    found = np.array(sorted(values))
    low, high = np.quantile(found, [0.1, 0.9], method="nearest")
    return float(found.mean()), float(low), float(high)


def write_simulation(done: Simulation, folder: Path) -> tuple[Path, Path]:
    """Writes the curves as a table and as a picture; where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    table, picture = folder / "simulation.csv", folder / "simulation.png"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["papers", "annotator", "order", "draw", "seconds", "distance"])
        for papers, draws in (("all", done.whole), ("half", done.halves)):
            for d in draws:
                for n, c in enumerate(d.curves):
                    for s, off in zip(c.seconds, c.distance, strict=True):
                        writer.writerow([papers, d.annotator, d.order, n, f"{s:.0f}", f"{off:.5f}"])
    _draw(done, picture)
    return table, picture


_DRAWN = {
    "worth": ("#1d4ed8", "-", "worth: paper by paper"),
    "records": ("#0e7490", "-", "worth: record by record"),
    "uncertainty": ("#a16207", "-", "uncertainty"),
    "random": ("#98a2b3", "--", "random records"),
    "random within": ("#475467", ":", "random papers, same benchmarks"),
}


def _draw(done: Simulation, path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.ticker import PercentFormatter

    annotators = list(dict.fromkeys(d.annotator for d in done.whole))
    figure, panels = pyplot.subplots(1, len(annotators), figsize=(11, 4.6), layout="constrained", sharey=True)
    for axes, annotator in zip(panels, annotators, strict=True):
        for d in done.whole:
            if d.annotator == annotator and d.order in _DRAWN:
                colour, style, label = _DRAWN[d.order]
                hours = np.linspace(0, d.whole[0], 200)
                curves = np.array([np.interp(hours, c.seconds, c.distance) for c in d.curves])
                axes.plot(hours / 3600, curves.mean(axis=0), label=label, color=colour, linestyle=style, linewidth=1.6)
                if len(curves) > 1:
                    low, high = np.quantile(curves, [0.1, 0.9], axis=0)
                    axes.fill_between(hours / 3600, low, high, color=colour, alpha=0.12, linewidth=0)
        axes.axhline(GOAL_DISTANCE, color="#b42318", linewidth=0.8)
        axes.axvline(GOAL_TIME * done.whole[0].whole[0] / 3600, color="#b42318", linewidth=0.8)
        axes.set_title(f"an annotator who makes {annotator}", fontsize=10)
        axes.set_xlabel("hours of review")
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        axes.set_xlim(0, done.whole[0].whole[0] / 3600)
        axes.set_ylim(bottom=0)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("distance from the fully curated slopes")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False, fontsize=9)
    figure.savefig(path, dpi=150)
    pyplot.close(figure)
