"""What needs no asking: from which confidence on values may be taken, and whether people find them right.

A confidence is a claim. The threshold is derived from values whose truth is known: those that people have judged
(the audit, a share of each field and pattern, and everything else), and those of labelled papers. It is the lowest one
above which, as far as can be told, the share of right values is no less than was asked for. Values of one paper are
right and wrong together, so that fifty values of one paper tell less than fifty of fifty.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from db.errors import BadInputError
from db.models import Candidate, Decision, Verdict
from db.tables.auto_accept import AutoAcceptRule, audit_sample
from db.tables.settlement import VALUE, same_outcome, settlements

CHANCE = 0.05  # that the true share lies beyond either end of an interval
FEWEST_PAPERS = 5  # that a threshold rests on
_ONE_SIDED = 1.6449  # standard deviations of the normal distribution that leave CHANCE above


@dataclass(frozen=True)
class Known:
    """A value whose truth is known: its confidence, and what it is one of."""

    judged_key: str
    confidence: float
    right: bool
    field: str
    pattern: str
    arxiv_id: str


@dataclass(frozen=True)
class Precision:
    """The share of right values among some whose truth is known, with its interval."""

    judged: int
    papers: int
    right: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.right / self.judged if self.judged else 0.0


@dataclass(frozen=True)
class Offer:
    """A threshold, and what is known of the values at least that sure."""

    threshold: float
    precision: Precision


@dataclass(frozen=True)
class Stratum:
    """What the audit found of one field and pattern."""

    field: str
    pattern: str
    taken: int
    audited: int
    judged: int
    right: int


@dataclass(frozen=True)
class Audit:
    """What people found of the values that the rule would have taken and that were sent to them all the same."""

    taken: int  # values that the rule takes
    to_audit: int  # values of the share that people look at
    judged: int  # of these
    right: int  # of these
    chance: float  # of so few right, were each right with the promised probability
    strata: tuple[Stratum, ...] = ()

    @property
    def fails(self) -> bool:
        return self.chance < CHANCE


def audit(rule: AutoAcceptRule, shown: Iterable[Candidate], decisions: Sequence[Decision]) -> Audit:
    """The audit of a rule as it stands, over all that the records show.

    A value counts once, by what stands of it; where people differ or are unsure it counts as not judged.
    """
    sure = {c.judged_key: c for c in shown if rule.sure(c)}
    audited = audit_sample(sure.values(), rule.audit_share)
    verdicts = _right_by_key(decisions)
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for key, c in sure.items():
        of = counts[(c.field, c.pattern)]
        of["audited" if key in audited else "taken"] += 1
        if key in audited and key in verdicts:
            of["judged"] += 1
            of["right"] += verdicts[key]
    strata = tuple(
        Stratum(field, pattern, n["taken"], n["audited"], n["judged"], n["right"])
        for (field, pattern), n in sorted(counts.items(), key=lambda item: -item[1].total())
    )
    judged, right = sum(s.judged for s in strata), sum(s.right for s in strata)
    return Audit(
        sum(s.taken for s in strata), len(audited), judged, right, at_most(right, judged, rule.promised), strata
    )


def known_values(shown: Iterable[Candidate], decisions: Sequence[Decision]) -> list[Known]:
    """Of what the records show, the values that people have judged, each once."""
    verdicts = _right_by_key(decisions)
    found = {
        c.judged_key: Known(
            c.judged_key, c.confidence, verdicts[c.judged_key], c.field, c.pattern, c.evidence.arxiv_id
        )
        for c in shown
        if c.confidence is not None and c.value is not None and c.judged_key in verdicts
    }  # fmt: skip
    return list(found.values())


def derived(known: Sequence[Known], wanted: float) -> Offer:
    """The lowest threshold whose values are right as often as is wanted, by the lower end of the interval.

    It goes down from the sure values for as long as that holds, so that no luck is picked from many tries.
    BadInputError, with the best that can be promised, where it never holds.
    """
    thresholds = sorted({math.floor(100 * k.confidence) / 100 for k in known}, reverse=True)
    last: Offer | None = None
    best: Offer | None = None
    for threshold in thresholds:
        above = [k for k in known if k.confidence >= threshold]
        found = Offer(threshold, precision_of(above, known))
        enough = found.precision.papers >= FEWEST_PAPERS and found.precision.judged >= _fewest(wanted)
        if best is None or found.precision.low > best.precision.low:
            best = found
        if enough and found.precision.low >= wanted:
            last = found
        elif enough:
            break
    if last is not None:
        return last
    if best is None:
        raise BadInputError(
            "nothing tells how often values are right: none was judged that has a confidence",
            "review some records first, or name annotated papers with --gold",
        )
    p = best.precision
    raise BadInputError(
        f"no threshold can promise that {wanted:.1%} of the values are right: of the {p.judged} judged values of"
        f" {p.papers} papers at {best.threshold:.2f} or more {p.share:.1%} are, and it might be {p.low:.1%}",
        f"ask for less (--precision {max(math.floor(100 * p.low) / 100, 0.5):.2f}), or review more first",
    )


def precision_of(values: Sequence[Known], among: Sequence[Known] | None = None) -> Precision:
    """The share of right values and its 90 % interval (5 % beyond either end).

    Wilson's, for as many independent values as these, of few papers, are worth; how alike the values of a paper are
    is told by all that is known (`among`).
    """
    of_paper = Counter(k.arxiv_id for k in values)
    n, right = len(values), sum(k.right for k in values)
    if n == 0:
        return Precision(0, 0, 0, 0.0, 1.0)
    a_paper = sum(m * m for m in of_paper.values()) / n
    worth = n / (1 + (a_paper - 1) * likeness(values if among is None else among))
    p = right / n
    z2 = _ONE_SIDED**2
    middle = (p + z2 / (2 * worth)) / (1 + z2 / worth)
    half = _ONE_SIDED * math.sqrt(p * (1 - p) / worth + z2 / (4 * worth * worth)) / (1 + z2 / worth)
    return Precision(n, len(of_paper), right, max(0.0, middle - half), min(1.0, middle + half))


def likeness(values: Sequence[Known]) -> float:
    """The intraclass correlation of right and wrong within papers, by analysis of variance; 0 to 1."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for k in values:
        groups[k.arxiv_id].append(k.right)
    n, count = len(values), len(groups)
    if count < 2 or n == count:
        return 1.0 if n > count else 0.0
    mean = sum(k.right for k in values) / n
    means = {paper: sum(g) / len(g) for paper, g in groups.items()}
    between = sum(len(g) * (means[paper] - mean) ** 2 for paper, g in groups.items()) / (count - 1)
    within = sum((x - means[paper]) ** 2 for paper, g in groups.items() for x in g) / (n - count)
    size = (n - sum(len(g) ** 2 for g in groups.values()) / n) / (count - 1)
    total = between + (size - 1) * within
    return min(max((between - within) / total, 0.0), 1.0) if total > 0 else 0.0


def reweighted(known: Sequence[Known], taken: Iterable[Candidate]) -> Precision:
    """The precision to be expected of these values: what is known of each field, in the shares that they have.

    A field that nobody has judged counts as the others do.
    """
    mix = Counter(c.field for c in {c.judged_key: c for c in taken}.values())
    of_field: dict[str, list[Known]] = defaultdict(list)
    for k in known:
        of_field[k.field].append(k)
    whole = precision_of(known)
    total = sum(mix.values())
    if total == 0 or not known:
        return whole
    shares = {field: precision_of(of_field[field]).share if of_field[field] else whole.share for field in mix}
    share = sum(count * shares[field] for field, count in mix.items()) / total
    down, up = whole.share - whole.low, whole.high - whole.share
    right = round(share * whole.judged)
    return Precision(whole.judged, whole.papers, right, max(0.0, share - down), min(1.0, share + up))


def at_most(right: int, judged: int, chance: float) -> float:
    """The probability of at most so many right of so many judged, each right with this chance."""
    if not judged:
        return 1.0
    return sum(math.comb(judged, k) * chance**k * (1 - chance) ** (judged - k) for k in range(right + 1))


def _right_by_key(decisions: Sequence[Decision]) -> Mapping[str, bool]:
    """By judged key, whether the value that was shown stands; of several records' words the last counts."""
    verdicts: dict[str, bool] = {}
    for s in sorted(settlements(decisions), key=lambda s: s.stands.decision.decided_at.isoformat() if s.stands else ""):
        if s.stands is None or s.stands.unsure or s.stands.decision.verdict not in _JUDGED:
            continue
        shown = (VALUE, s.stands.decision.judged_value)
        verdicts[s.thing.judged_key] = same_outcome(s.thing.field, s.stands.outcome, shown)
    return verdicts


_JUDGED = (Verdict.ACCEPT, Verdict.CORRECT, Verdict.REJECT, Verdict.NOT_STATED)


def _fewest(wanted: float) -> int:
    """How many values it takes, all of them right, before the wanted share can be told."""
    return math.ceil(math.log(CHANCE) / math.log(wanted)) if wanted < 1 else 1_000_000_000
