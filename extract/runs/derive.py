"""Times of whole runs that are worked out: of device time, of the time for an epoch or for some steps.

The time that comes out carries its rule ("device time / 8 processors"); one beyond what a run can last is none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from db.models import Candidate
from db.vocabulary import Purpose, Reason, Refusal
from extract.language.durations import PARTS_OF_A_RUN
from extract.layout.passages import Passage
from extract.pattern import Pattern
from extract.runs.hardware import belonging_to
from extract.runs.placed import Placed
from extract.runs.steps import steps_of_a_run, steps_timed

LONGEST = 400 * 86400.0  # seconds; derived times beyond this are sums over many runs, not one
SHORTEST = 60.0  # seconds; device time that comes to less was a bound ("from below one core-day")

DEVICE_TIME = Reason(Refusal.DEVICE_TIME).words
ONE_EPOCH = Reason(Refusal.TIME_FOR_ONE, "epoch").words
ONE_STEP = Reason(Refusal.TIME_FOR_ONE, "step").words
_NO_RUN = Reason(Refusal.NO_RUN_SAID).words
_ONE_PART = frozenset(Reason(Refusal.TIME_FOR_ONE, part).words for part in PARTS_OF_A_RUN if part != "epoch")


@dataclass(frozen=True)
class Told:
    """What the paper says beside a time: other times, counts and epochs in sentences, and its text."""

    counts: Sequence[Placed]
    epochs: Sequence[Placed]
    stated: Sequence[Placed]  # times of whole runs
    passages: Sequence[Passage]

    def is_stated_around(self, time: Placed) -> bool:
        """Whether a run's whole time is printed in the passage or section of this one."""
        return any(p.passage == time.passage or (p.section and p.section == time.section) for p in self.stated)

    def steps(self, time: Placed) -> float | None:
        """The steps of the run that the time's passage, section or paper speaks of."""
        place = None if time.candidate.pattern == "steps in a time" else time.place
        return steps_of_a_run(time.statement.passage, place, self.passages)


def derived_time(time: Placed, told: Told) -> Candidate | None:
    """The whole run's time made of this one; None where a factor is missing or the run's time is printed beside."""
    c = time.candidate
    if not isinstance(c.value, float) or c.purpose == Purpose.INFERENCE:
        return None
    if c.reason == DEVICE_TIME or (c.reason == _NO_RUN and c.qualifiers.get("device_time")):
        return _of_device_time(time, told)
    if c.reason == ONE_EPOCH or (c.reason == _NO_RUN and c.qualifiers.get("per") == "epoch"):
        return _of_epoch_time(time, told)
    if c.reason in _ONE_PART:
        steps = None if told.is_stated_around(time) else told.steps(time)
        return times_steps(c, steps) if steps else None
    return None


def of_some_steps(time: Placed, told: Told) -> tuple[Candidate, Candidate] | None:
    """A time that is printed for some of a run's steps, refused, and the whole run's; None for a time of all steps.

    "We train for 300k updates. Every 20,000 of them cost 4 hours" gives 60 hours.
    """
    c, s = time.candidate, time.statement
    some = steps_timed(s.passage.text, s.start, time.place)
    steps = told.steps(time) if some else None
    if not some or not steps or steps <= some or not isinstance(c.value, float):
        return None
    each = replace(c, value=c.value / some, low=c.low and c.low / some, high=c.high and c.high / some)
    part, whole = Reason(Refusal.TIME_FOR_ONE, f"part of {some:g} steps").words, times_steps(each, steps)
    return (replace(c, chosen=False, reason=part), whole) if whole else None


def _of_device_time(time: Placed, told: Told) -> Candidate | None:
    """Device time over the count of the same run."""
    if told.is_stated_around(time) or _SUM.search(time.statement.text):
        return None
    count = belonging_to(time, told.counts)
    if count is None or not _is_of_the_same_run(time, count):
        return None
    return over_count(time.candidate, count.candidate.value)


def _is_of_the_same_run(time: Placed, count: Placed) -> bool:
    """Whether a count is that of the run whose device time is told: in its sentence, or where nothing says otherwise.

    "Foonet-A needs 4 GPU-days. Foonet-B is trained on 64 GPUs.": the count is another model's.
    """
    if count.number == time.number:
        return True
    near = count.passage == time.passage or count.section == time.section or count.of_all_runs
    if not (near or _subjects(count) & _subjects(time)):
        return False
    purposes = (count.candidate.purpose, time.candidate.purpose)
    unlike = purposes[0] != purposes[1] and (Purpose.TRAINING not in purposes or purposes[0] == Purpose.SEARCH)
    if count.statement.durations or unlike:
        return False  # it has a time of its own
    search = time.candidate.purpose == Purpose.SEARCH or _SEARCH.search(time.statement.text)
    searched = count.candidate.purpose == Purpose.SEARCH or _SEARCH.search(count.statement.text)
    just_before = not time.models and count.number == time.number - 1
    return not (search and not searched) and (count.models <= time.models or just_before)


def _subjects(p: Placed) -> set[str]:
    """What its clause calls the model, where that tells it from others: "larger variant"."""
    return {f"{m['which']} {m['kind']}".lower() for m in _SUBJECT.finditer(p.clause)}


_SUBJECT = Pattern(
    "what a model is called by its size or place among others",
    {
        r"(?P<kind>model|network|variant|version|system|configuration|encoder|architecture|one)": (
            "the larger variant",
            "our base model",
        )
    },
    refuses=("the proposed model", "a base model"),
    before=r"\b(?:[Tt]he|[Oo]ur)\s(?!full|whole|final|proposed|new|same|resulting|entire|trained|above)(?P<which>[\w.-]+)\s",
    after=r"\b",
    flags=re.NOFLAG,
)
_SUM = Pattern(
    "device time of many runs together",
    {
        r"\b(?:all|whole|entire|every|these|those|in total|overall)\b[^.;]{0,25}\b(?:experiments|project|study|paper"
        r"|development|trials|searches|ablations|this work)\b": "all experiments of this paper together",
        r"\bincluding\s(?:\w+\s){0,2}(?:failed|preliminary|exploratory|ablation|hyper-?parameter|debugging)": (
            "including failed runs"
        ),
    },
    refuses=("in total training took", "our whole training took"),
)
_SEARCH = Pattern("a search", {r"\bsearch(?:es|ed|ing)?\b": "the search took"}, refuses=("research", "searcher"))


def _of_epoch_time(time: Placed, told: Told) -> Candidate | None:
    once = next((p for p in told.epochs if p.number == time.number and p.candidate.value == 1), None)
    if once and once.place > time.place:
        once = None  # "20 minutes for one epoch": the run has more
    if once is None and any(p.number == time.number for p in told.stated):
        return None  # "30 epochs at 40 s each took 20 minutes"
    several = sum(d.per == "epoch" for d in time.statement.durations) > 1
    if several and not any(p.number == time.number for p in told.epochs):
        return None  # "from 16 minutes an epoch to 30 seconds" compares
    passes = once or belonging_to(time, told.epochs)
    return times_epochs(time.candidate, passes.candidate.value) if passes else None


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
