"""What needs no asking: values sure enough to be taken, a share of them looked at, the rule withdrawn if it fails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.models import Candidate, Decision, Verdict
from db.reviews import AutoAcceptRule, standing

AUDIT_SHARE = 0.05
FAILS_BELOW = 0.05  # probability, were the threshold true, of as few right answers as were found


@dataclass(frozen=True)
class Audit:
    """What people found of the values that the rule would have taken and that were sent to them all the same."""

    taken: int  # values that the rule takes
    to_audit: int  # values of the share that people look at
    judged: int  # of these
    right: int  # of these
    chance: float  # of so few right, were each right with the threshold's probability

    @property
    def fails(self) -> bool:
        return self.chance < FAILS_BELOW


def audit(rule: AutoAcceptRule, shown: Iterable[Candidate], decisions: Sequence[Decision]) -> Audit:
    """The audit of a rule as it stands, over what the records show.

    A value counts once, by the last word on it; unsure counts as not judged.
    """
    last = {d.judged_key: d.verdict for d in standing(decisions)}
    keys = {c.judged_key for c in shown if c.value is not None and rule.takes(c.confidence)}
    audited = {k for k in keys if rule.audits(k)}
    judged = [
        last[k] for k in audited if last.get(k) in (Verdict.ACCEPT, Verdict.CORRECT, Verdict.REJECT, Verdict.NOT_STATED)
    ]
    right = sum(v == Verdict.ACCEPT for v in judged)
    return Audit(
        len(keys) - len(audited), len(audited), len(judged), right, _at_most(right, len(judged), rule.threshold)
    )


def _at_most(right: int, judged: int, chance: float) -> float:
    """The probability of at most so many right of so many judged, each right with this chance."""
    from math import comb

    return sum(comb(judged, k) * chance**k * (1 - chance) ** (judged - k) for k in range(right + 1)) if judged else 1.0
