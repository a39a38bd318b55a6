"""Whether the interval of "when to stop" holds what it says: annotated papers are reviewed to the end.

At several moments of each review the slopes have an interval each, and in the end there is what they have become. The
interval was made of nothing but what was known at that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from curate.queue.order import STRATEGIES, Strategy
from curate.queue.outlines import Outlines, outlines_of
from curate.queue.points import point_of
from curate.queue.remaining import SETTLED, Remaining, remaining_changes
from curate.queue.replay import Replay, Reviewed, halves, with_mistakes
from curate.queue.simulate import MISTAKES, STEPS, fits_to_follow, judge, random_within, slopes_of
from curate.settings import SEEDS

STAGES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9)  # of the records, when the interval is asked for
FLATTEST = 0.01  # slopes are taken for at least so steep where the width of an interval is a share of them


@dataclass(frozen=True)
class Ending:
    """One slope's interval at one moment of one review, and the slope at its end."""

    annotator: str
    order: str
    draw: int
    stage: float
    said: Remaining
    slope: float

    @property
    def held(self) -> bool:
        rounding = 1e-9 * abs(self.slope)
        return self.said.low - rounding <= self.slope <= self.said.high + rounding

    @property
    def moved(self) -> float:
        """By what share of itself the slope moved after that moment."""
        return abs(self.slope - self.said.slope) / abs(self.said.slope)


@dataclass(frozen=True)
class Held:
    """What became of all the intervals of one moment."""

    annotator: str
    stage: float
    intervals: int
    held: float  # share of them that held
    half_width: float  # median, as a share of the slope
    moved: float  # median of what the slopes moved by
    settled: int  # how many slopes were said to be settled
    unsettled: int  # of them, how many moved by more than that


def endings(
    replay: Replay, seeds: int = SEEDS, advance: Callable[[], None] = lambda: None
) -> Iterator[Ending]:  # fmt: skip
    """Every interval of reviews of all papers and of random halves, by worth and at random, with and without mistakes.

    Slopes on which nothing waits are left out: they can't move.
    """
    for draw, part in enumerate([replay, *halves(replay, seeds)]):
        orders: Mapping[str, Strategy] = {
            "worth": STRATEGIES["worth"], "random within": random_within(draw, fits_to_follow(part)[0]),
        }  # fmt: skip
        for annotator, rate in (("no mistakes", 0.0), (f"{MISTAKES:.0%} mistakes", MISTAKES)):
            reviewed = with_mistakes(part, rate, draw) if rate else part.reviewed
            in_the_end = _slopes_in_the_end(part, reviewed)
            for order, strategy in orders.items():
                for stage, records in _stages(part, reviewed, strategy):
                    for said in remaining_changes(records, seed=draw):
                        slope = in_the_end.get((said.benchmark, said.axis))
                        if said.waiting and slope is not None:
                            yield Ending(annotator, order, draw, stage, said, slope)
                    advance()


def reviews_of(seeds: int) -> int:
    """How many moments `endings` stops at."""
    return (1 + seeds) * 2 * 2 * len(STAGES)


def summary(found: Sequence[Ending]) -> list[Held]:
    """What became of the intervals: of each moment, and of all (stage -1)."""
    rows = []
    for annotator in dict.fromkeys(e.annotator for e in found):
        for stage in (*STAGES, -1.0):
            here = [e for e in found if e.annotator == annotator and stage in (e.stage, -1.0)]
            if not here:
                continue
            settled = [e for e in here if e.said.settled]
            rows.append(
                Held(
                    annotator, stage, len(here), fmean(e.held for e in here),
                    median((e.said.high - e.said.low) / 2 / max(abs(e.said.slope), FLATTEST) for e in here),
                    median(e.moved for e in here), len(settled), sum(e.moved > SETTLED for e in settled),
                )
            )  # fmt: skip
    return rows


def _stages(
    part: Replay, reviewed: Mapping[str, Reviewed], strategy: Strategy
) -> Iterator[tuple[float, Outlines]]:  # fmt: skip
    """The records at each stage of a review, which goes on in the same outlines."""
    records = outlines_of(part.payloads)
    done, a_batch = 0, max(1, len(records) // STEPS)
    for stage in STAGES:
        until = round(stage * len(records))
        while done < until:
            for row in strategy(records)[: min(a_batch, until - done)].tolist():
                judge(records, row, part.payloads[row], reviewed[part.payloads[row].key])
                done += 1
        yield stage, records


def _slopes_in_the_end(part: Replay, reviewed: Mapping[str, Reviewed]) -> dict[tuple[str, str], float]:
    values = {p.key: reviewed[p.key].values for p in part.payloads}
    points = {
        p.key: point
        for p in part.payloads
        if values[p.key] and (point := point_of(p.benchmark, values[p.key])) is not None
    }
    return {key: slope for key, (_, slope, _) in slopes_of(points).items()}
