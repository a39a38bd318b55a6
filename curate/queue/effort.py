"""What a review costs in seconds: from the lead times of answers, or from stated defaults until there are enough."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from db.models import Decision, Verdict
from db.tables.settlement import answers_now

FEWEST_ANSWERS = 50  # with a time, before costs are taken from them


@dataclass(frozen=True)
class Effort:
    """Seconds that it takes to ..."""

    record: float = 8.0  # open a record and find one's way about it
    accept: float = 2.5  # accept a value that is shown
    turn_down: float = 5.0  # reject a value or say that it is not stated
    correct: float = 15.0  # type another value and its page
    add: float = 30.0  # find a value that was not read, and type it
    paper: float = 45.0  # find one's way about another paper than the last one
    answers: int = 0  # that this was measured on; 0: assumed

    def of_answer(self, verdicts: Mapping[str, int], new_paper: bool) -> float:
        """The seconds of one record's answer: how many fields were accepted, turned down, corrected and added."""
        return (
            self.record
            + self.paper * new_paper
            + self.accept * verdicts.get("accept", 0)
            + self.turn_down * verdicts.get("turn_down", 0)
            + self.correct * verdicts.get("correct", 0)
            + self.add * verdicts.get("add", 0)
        )


KINDS = ("accept", "turn_down", "correct", "add")


def kind_of(d: Decision) -> str:
    """Which kind of work a decision is."""
    if d.verdict == Verdict.CORRECT:
        return "correct" if d.quote is not None else "add"
    return "accept" if d.verdict == Verdict.ACCEPT else "turn_down"


def measured_effort(decisions: Sequence[Decision]) -> Effort:
    """The costs that fit the lead times of all answers best (least squares, none below nought); else the defaults."""
    of_answer: dict[tuple[str, str | None], list[Decision]] = defaultdict(list)
    for d in answers_now(decisions):
        if d.seconds_spent:
            of_answer[(d.annotator, d.backend_id)].append(d)
    if len(of_answer) < FEWEST_ANSWERS:
        return Effort()
    rows, seconds = [], []
    last_paper: dict[str, str] = {}
    for (annotator, _), said in sorted(of_answer.items(), key=lambda item: item[1][0].decided_at):
        count = Counter(map(kind_of, said))
        new_paper = last_paper.get(annotator) != said[0].arxiv_id
        last_paper[annotator] = said[0].arxiv_id
        rows.append([1.0, float(new_paper), *(float(count[kind]) for kind in KINDS)])
        seconds.append(sum(d.seconds_spent or 0.0 for d in said))
    found, _ = nnls(np.array(rows), np.array(seconds))
    record, paper, *of_kinds = (float(c) for c in found)
    return Effort(record=record, paper=paper, answers=len(rows), **dict(zip(KINDS, of_kinds, strict=True)))
