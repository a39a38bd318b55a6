"""How a simulated review went: how soon each order has the slopes right, and how often their intervals held."""

from __future__ import annotations

from collections.abc import Sequence
from math import isinf
from statistics import fmean

from curate.queue.coverage import Ending, summary
from curate.queue.remaining import INTERVAL
from curate.queue.simulate import GOAL_DISTANCE, GOAL_TIME, Simulation
from db.terminal.console import say, say_table


def print_simulation(done: Simulation) -> None:
    """Prints the slopes that were followed, and of each order how soon they are right."""
    hours = done.whole[0].whole[0] / 3600
    say(f"{done.records} records of {done.papers} papers, {hours:.1f} hours of review; slopes followed:")
    for (benchmark, axis), (n, slope) in done.fits.items():
        say(f"  {benchmark} over {axis}: {n} points, slope {slope:.3f}")
    for (benchmark, axis), why in done.left_out.items():
        say(f"  left out: {benchmark} over {axis}: {why}")
    e = done.effort
    source = f"measured on {e.answers} answers" if e.answers else "assumed, not measured"
    say(
        f"seconds ({source}): a record {e.record:.1f}, another paper {e.paper:.1f}, accept {e.accept:.1f},"
        f" turn down {e.turn_down:.1f}, correct {e.correct:.1f}, add {e.add:.1f}"
    )
    for papers, draws in (("all papers", done.whole), ("random halves of the papers", done.halves)):
        if not draws:
            continue
        say("")
        before = fmean(c.distance[0] for d in draws for c in d.curves)
        say(f"{papers}: {before:.1%} away before any review (mean and 80 % interval of the draws)")
        at = f"after {GOAL_TIME:.0%} of the hours"
        columns = ("annotator", "order", at, f"hours until within {GOAL_DISTANCE:.0%}", "draws")
        say_table(
            columns,
            [
                [d.annotator, d.order, _share(*d.after_goal_time()), _share(*d.time_to_goal()), str(len(d.curves))]
                for d in draws
            ],
            right=columns[2:],
        )


def print_endings(found: Sequence[Ending]) -> None:
    """Prints how often the intervals of the slopes held, at each moment of the review."""
    columns = ("annotator", "reviewed", "intervals", "held", "half width", "moved", "said settled", "but moved")
    say_table(
        columns,
        [
            [
                h.annotator, "any" if h.stage < 0 else f"{h.stage:.0%}", str(h.intervals), f"{h.held:.1%}",
                f"{h.half_width:.0%}", f"{h.moved:.0%}", str(h.settled), str(h.unsettled),
            ]
            for h in summary(found)
        ],
        right=columns[2:],
    )  # fmt: skip
    say(f"half width and what the slopes moved by: medians, as shares of the slope; the interval says {INTERVAL:.0%}")


def _share(mean: float, low: float, high: float) -> str:
    """A share with its interval; "never" for a goal that is not reached."""

    def said(value: float) -> str:
        return "never" if isinf(value) else f"{value:.1%}"

    return said(mean) if low == high else f"{said(mean)} ({said(low)} to {said(high)})"
