"""Precision, recall and F1 of every field over labelled papers, and whose results and models were told right."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from db.models import Candidate, Field
from db.untyped import Parsed
from db.vocabulary import Purpose, Role
from extract.confidence.truth import RUN_KEYS, SCALARS, Truth, Value, distinct, same_value, score_key

RUN = "run"  # device, count and time together: the three factors of the hardware burden
SCORED = (*map(str, SCALARS), RUN, str(Field.SCORE))
FEWEST_FOR_A_MEAN = 5  # labelled values that a field needs to count in the mean
_RUN_FIELDS = (Field.DEVICE, Field.DEVICE_COUNT, Field.TRAINING_TIME)
_OTHER_NAME = {Field.FLOPS: Field.MULTIPLY_ADDS, Field.MULTIPLY_ADDS: Field.FLOPS}


@dataclass(frozen=True)
class FieldScore:
    """Precision and recall of one field over labelled papers, with what was wrong and what was missed."""

    field: str
    predicted: int
    right: int
    labelled: int
    found: int
    wrong: tuple[tuple[str, object], ...] = ()  # (arXiv id, value)
    missed: tuple[tuple[str, object], ...] = ()

    @property
    def precision(self) -> float | None:
        """The share of the predicted values that are right; None without a prediction."""
        return self.right / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        """The share of the labelled values that were found; None without a label."""
        return self.found / self.labelled if self.labelled else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; None where there is nothing to find and nothing was said."""
        if not self.predicted and not self.labelled:
            return None
        p, r = self.precision or 0.0, self.recall or 0.0
        return 2 * p * r / (p + r) if p + r else 0.0


@dataclass(frozen=True)
class Whose:
    """Of the right scores, the shares whose role (own or prior) and whose model were told right; None without any."""

    role: float | None
    model: float | None


def score_fields(truths: Mapping[str, Truth], candidates: Iterable[Candidate]) -> list[FieldScore]:
    """Each scalar field's figures, then `run` and `score`, over all the papers."""
    by_paper = judged_candidates(truths, candidates)
    papers = [(truth, by_paper[arxiv_id]) for arxiv_id, truth in truths.items()]
    return [
        *(_added(str(f), [_scalar(f, truth, said) for truth, said in papers]) for f in SCALARS),
        _added(RUN, [_runs(truth, said) for truth, said in papers]),
        _added(str(Field.SCORE), [_scores(truth, said) for truth, said in papers]),
    ]


def mean_f1(scores: Sequence[FieldScore]) -> float | None:
    """The mean F1 of the fields that have `FEWEST_FOR_A_MEAN` labelled values or more."""
    values = [s.f1 or 0.0 for s in scores if s.labelled >= FEWEST_FOR_A_MEAN]
    return sum(values) / len(values) if values else None


def mean_over_papers(truths: Mapping[str, Truth], candidates: Iterable[Candidate], field: str) -> float | None:
    """The mean over the papers that have the field of their own F1: one large table does not decide."""
    by_paper = judged_candidates(truths, candidates)
    values = []
    for arxiv_id, truth in truths.items():
        score = next(s for s in score_fields({arxiv_id: truth}, by_paper[arxiv_id]) if s.field == field)
        if score.labelled:
            values.append(score.f1 or 0.0)
    return sum(values) / len(values) if values else None


def whose_right(truths: Mapping[str, Truth], candidates: Iterable[Candidate]) -> Whose:
    """How often a right score's role and model are right too."""
    judged = roles = models = 0
    for arxiv_id, said in judged_candidates(truths, candidates).items():
        by_key: dict[tuple[str, str, float], list[Candidate]] = defaultdict(list)
        for c in said:
            if c.field == Field.SCORE and isinstance(c.value, float):
                by_key[score_key(c.benchmark, c.metric, c.value)].append(c)
        for key, found in by_key.items():
            rows = truths[arxiv_id].scores.get(key)
            if rows:
                judged += 1
                roles += bool({r["role"] == Role.PRIOR for r in rows} & {c.role == Role.PRIOR for c in found})
                models += any(_names_meet(c.subject, r["model"]) for c in found for r in rows)
    return Whose(roles / judged, models / judged) if judged else Whose(None, None)


def judged_candidates(truths: Mapping[str, Truth], candidates: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    """arXiv id -> the values that the extractor stands behind, those of inference left out."""
    by_paper: dict[str, list[Candidate]] = {arxiv_id: [] for arxiv_id in truths}
    for c in candidates:
        if c.chosen and c.value is not None and c.purpose != Purpose.INFERENCE and c.evidence.arxiv_id in by_paper:
            by_paper[c.evidence.arxiv_id].append(c)
    return by_paper


def _added(field: str, papers: Sequence[FieldScore]) -> FieldScore:
    """The papers' figures as one."""
    return FieldScore(
        field,
        sum(s.predicted for s in papers),
        sum(s.right for s in papers),
        sum(s.labelled for s in papers),
        sum(s.found for s in papers),
        tuple(w for s in papers for w in s.wrong),
        tuple(m for s in papers for m in s.missed),
    )


def _compared(
    field: str, paper: str, said: Mapping[object, bool], wanted: Mapping[object, bool]
) -> FieldScore:  # fmt: skip
    """One paper's figures from what was said (and whether it is right) and what is to be found (and whether it was)."""
    return FieldScore(
        field, len(said), sum(said.values()), len(wanted), sum(wanted.values()),
        tuple((paper, v) for v, right in said.items() if not right),
        tuple((paper, v) for v, found in wanted.items() if not found),
    )  # fmt: skip


def _scalar(field: Field, truth: Truth, candidates: Sequence[Candidate]) -> FieldScore:
    said = distinct(field, [c.value for c in candidates if c.field == field and c.value is not None])
    known = (*truth.must[field], *truth.may[field])
    under_either = [*said, *_under_other_name(field, truth, candidates)]
    return _compared(
        str(field),
        truth.arxiv_id,
        {v: any(same_value(field, v, w) for w in known) for v in said},
        {_hashable(w): any(same_value(field, w, v) for v in under_either) for w in truth.must[field]},
    )


def _under_other_name(field: Field, truth: Truth, candidates: Sequence[Candidate]) -> list[Value]:
    """Operations that were read under the other name, where the annotation gives the number under both."""
    other = _OTHER_NAME.get(field)
    if other is None:
        return []
    both = (*truth.must[other], *truth.may[other])
    return [
        c.value
        for c in candidates
        if c.field == other and c.value is not None and any(same_value(other, c.value, w) for w in both)
    ]


def _runs(truth: Truth, candidates: Sequence[Candidate]) -> FieldScore:
    runs: dict[str, dict[str, Value]] = {}
    for c in candidates:
        if c.run and c.field in _RUN_FIELDS and c.value is not None:
            runs.setdefault(c.run, {})[c.field] = c.value
    said = [run for run in runs.values() if len(run) == len(_RUN_FIELDS)]
    wanted = [run for run in truth.runs if run["must"]]
    return FieldScore(
        RUN,
        len(said),
        sum(any(_same_run(p, q) for q in truth.runs) for p in said),
        len(wanted),
        sum(any(_same_run(p, q) for p in said) for q in wanted),
        tuple((truth.arxiv_id, tuple(p.values())) for p in said if not any(_same_run(p, q) for q in truth.runs)),
        tuple(
            (truth.arxiv_id, tuple(q[RUN_KEYS[f]] for f in _RUN_FIELDS))
            for q in wanted
            if not any(_same_run(p, q) for p in said)
        ),
    )


def _same_run(read: Mapping[str, Value], labelled: Parsed) -> bool:
    return all(same_value(f, read[f], labelled[RUN_KEYS[f]]) for f in _RUN_FIELDS)


def _scores(truth: Truth, candidates: Sequence[Candidate]) -> FieldScore:
    said = sorted(
        {
            score_key(c.benchmark, c.metric, c.value)
            for c in candidates
            if c.field == Field.SCORE and isinstance(c.value, float)
        }
    )
    own = [key for key, rows in truth.scores.items() if any(_must_be_found(row) for row in rows)]
    return _compared(
        str(Field.SCORE),
        truth.arxiv_id,
        {key: key in truth.scores for key in said},
        {key: key in said for key in own},
    )


def _must_be_found(row: Parsed) -> bool:
    return row.get("role") == Role.OWN and not row.get("implied")


def _hashable(value: Value) -> object:
    return tuple(value) if isinstance(value, list) else value


def _names_meet(a: str | None, b: str | None) -> bool:
    """Whether one name holds the other, or most of the shorter one's words stand in the longer."""
    x, y = (re.sub(r"[^a-z0-9]+", "", (name or "").lower()) for name in (a, b))
    if not x or not y:
        return False
    p, q = (set(re.findall(r"[a-z]+|\d+", (name or "").lower())) for name in (a, b))
    return x in y or y in x or len(p & q) >= 0.6 * min(len(p), len(q))
