"""Whole runs' times that are worked out: device time over a count, time per epoch or step times how many of them.

The time that comes out carries its rule ("device time / 8 processors"); one beyond what a run can last is none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from db.models import Candidate
from db.vocabulary import Purpose, Reason, Refusal
from extract.language.durations import PARTS_OF_A_RUN
from extract.language.numbers import find_numbers
from extract.language.pattern import Pattern
from extract.runs.hardware import belonging_to
from extract.runs.placed import Placed

LONGEST = 400 * 86400.0  # seconds; derived times beyond this are sums over many runs, not one
SHORTEST = 60.0  # seconds; device time that comes to less was a bound ("from below one core-day")

DEVICE_TIME = Reason(Refusal.DEVICE_TIME).words
ONE_EPOCH = Reason(Refusal.TIME_FOR_ONE, "epoch").words
_ONE_PART = frozenset(Reason(Refusal.TIME_FOR_ONE, part).words for part in PARTS_OF_A_RUN if part != "epoch")

_STEPS = Pattern(
    "steps of training behind their number",
    {
        r"steps\b": "steps in all",
        r"iterations\b": "training iterations",
        r"updates\b": "gradient updates",
        r"iters\b": "iters",
    },
    refuses=("step sizes", "images"),
    before=r"^\s?(?:training |gradient |optimi[sz]ation |SGD |total |mini-?batch )*",
)
_LENGTH_BEFORE = Pattern(
    "what stands before the number of a whole run's steps",
    {
        r"\bfor": "we trained for a total of ",
        r"\bof": "a schedule of ",
        r"\btotal": "in total ",
        r"\btakes?": "it takes ",
        r"\btrain\w*": "we train about ",
        r"\bneeds?": "it needs ",
        r"\brequires?": "training requires ",
        r"\b(?:runs?|ran)": ("it runs ", "it ran "),
        r"\bperform\w*": "we perform up to ",
    },
    refuses=("every ", "after the first "),
    after=r"\s(?:a total of |about |around |up to )?$",
)


def derived_time(
    time: Placed, counts: Sequence[Placed], epochs: Sequence[Placed], stated: Sequence[Placed]
) -> Candidate | None:
    """The whole run's time made of this one; None where a factor is missing or the run's time is printed beside."""
    c = time.candidate
    if not isinstance(c.value, float) or c.purpose == Purpose.INFERENCE:
        return None
    if c.reason == DEVICE_TIME:
        return _of_device_time(time, counts, stated)
    if c.reason == ONE_EPOCH:
        return _of_epoch_time(time, epochs, stated)
    if c.reason in _ONE_PART:
        return _of_step_time(time, stated)
    return None


def _of_device_time(time: Placed, counts: Sequence[Placed], stated: Sequence[Placed]) -> Candidate | None:
    if any(p.passage == time.passage or (p.section and p.section == time.section) for p in stated):
        return None
    count = belonging_to(time, counts)
    return over_count(time.candidate, count.candidate.value) if count else None


def _of_epoch_time(time: Placed, epochs: Sequence[Placed], stated: Sequence[Placed]) -> Candidate | None:
    once = next((p for p in epochs if p.number == time.number and p.candidate.value == 1), None)
    if once is None and any(p.number == time.number for p in stated):
        return None  # "30 epochs at 40 s each took 20 minutes"
    passes = once or belonging_to(time, epochs)
    return times_epochs(time.candidate, passes.candidate.value) if passes else None


def _of_step_time(time: Placed, stated: Sequence[Placed]) -> Candidate | None:
    if any(p.passage == time.passage or p.section == time.section for p in stated):
        return None
    steps = _steps_said(time.statement.passage.text)
    return times_steps(time.candidate, steps) if steps else None


def _steps_said(text: str) -> float | None:
    """The number of steps of a whole run that the text gives; None where it gives none, or several."""
    found = {
        n.value for n in find_numbers(text, words=False)
        if n.value >= 1000 and not n.sign and _STEPS.match(text[n.end : n.end + 40])
        and _LENGTH_BEFORE.search(text[max(0, n.start - 30) : n.start])
    }  # fmt: skip
    return next(iter(found)) if len(found) == 1 else None


def over_count(c: Candidate, count: object) -> Candidate | None:
    """Device time over `count` processors: the run's wall-clock time."""
    if not isinstance(count, float):
        return None
    return _multiplied(c, 1 / count, "device time over count", f"device time / {count:g} processors", SHORTEST)


def times_epochs(c: Candidate, epochs: object) -> Candidate | None:
    """Time per epoch times the number of epochs."""
    if not isinstance(epochs, float):
        return None
    return _multiplied(c, epochs, "time per epoch times epochs", f"time per epoch x {epochs:g} epochs")


def times_steps(c: Candidate, steps: float) -> Candidate | None:
    """Time per step times the number of steps."""
    return _multiplied(c, steps, "time per step times steps", f"time per step x {steps:g} steps")


def _multiplied(c: Candidate, n: float, pattern: str, rule: str, least: float = 0.0) -> Candidate | None:
    assert isinstance(c.value, float)
    if not least <= c.value * n <= LONGEST:
        return None
    return replace(
        c, value=c.value * n, low=c.low and c.low * n, high=c.high and c.high * n, pattern=pattern, chosen=True,
        reason=None, qualifiers={**c.qualifiers, "rule": rule},
    )  # fmt: skip


def printed_too(derived: Candidate, candidates: Collection[Candidate]) -> bool:
    """Whether a table prints for the same model the time that was worked out: the printed one stands."""
    assert isinstance(derived.value, float)
    return any(
        c.field == derived.field and c.chosen and c.subject and c.subject == derived.subject
        and isinstance(c.value, float) and abs(c.value - derived.value) <= 0.1 * c.value
        for c in candidates
    )  # fmt: skip
