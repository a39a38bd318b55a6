"""Labelled papers: what each really says, in the annotation format of the gold set, and judging candidates by it.

Rules of judging (those of the gold set's own scorer): a value counts once a paper; scalars match within a tolerance
(counts and epochs exactly, times 2 %, the rest 1 %); scores match by benchmark, metric and value, accuracy and error
being the same figure; runs match by device, count and time together. What is said of inference is not judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from db.models import Candidate, Field, normal_name
from db.reference.hardware import find_device
from db.reference.labelled_papers import LabelledPaper, load_labelled

SCALARS = (
    Field.DEVICE, Field.DEVICE_COUNT, Field.TRAINING_TIME, Field.EPOCHS, Field.PARAMETERS, Field.FLOPS,
    Field.MULTIPLY_ADDS, Field.TRAINING_FLOPS,
)  # fmt: skip
TOLERANCE = {Field.DEVICE_COUNT: 0.0, Field.EPOCHS: 0.0, Field.TRAINING_TIME: 0.02}  # relative; the others 1 %
_RUN_KEYS = {
    Field.DEVICE: "device",
    Field.DEVICE_COUNT: "count",
    Field.TRAINING_TIME: "time_seconds",
    Field.EPOCHS: "epochs",
}
_MODEL_KEYS = {Field.PARAMETERS: "params"}
_ERRORS = {"top1_accuracy": "top1_error", "top5_accuracy": "top5_error", "accuracy": "error"}

Value = float | str | list[float]


@dataclass(frozen=True)
class Truth:
    """One labelled paper: for each field the values that must be found, and those that are right but may be missed."""

    arxiv_id: str
    must: Mapping[str, tuple[Value, ...]]
    may: Mapping[str, tuple[Value, ...]]
    runs: tuple[Mapping[str, Any], ...]  # device, count, time; `must` says whether one must be found
    scores: Mapping[tuple[str, str, float], tuple[Mapping[str, Any], ...]]


def load_truths(folder: Path) -> dict[str, Truth]:
    """arXiv id -> what the paper says, from every annotation in the folder (or in its folder `papers`)."""
    return {a: _truth(paper) for a, paper in load_labelled(folder).items()}


def _truth(paper: LabelledPaper) -> Truth:
    must: dict[str, list[Value]] = {f: [] for f in SCALARS}
    may: dict[str, list[Value]] = {f: [] for f in SCALARS}
    runs = []
    for run in paper.runs:
        count = run.get("count")
        if run.get("count_alt") is not None:
            count = [c for c in (count, run["count_alt"]) if c is not None]
        optional = run.get("purpose") == "inference" or bool(run.get("implied"))
        for field, key in _RUN_KEYS.items():
            value = count if key == "count" else run.get(key)
            if value is None:
                continue
            unnamed = field == Field.DEVICE and names_no_device(str(value))
            (may if optional or unnamed else must)[field].append(value)
        if run.get("device") and count and run.get("time_seconds") and run.get("purpose") != "inference":
            runs.append({**run, "count": count, "must": not optional and not names_no_device(run["device"])})
    for model in paper.models:
        for field in SCALARS[4:]:
            value = model.get(_MODEL_KEYS.get(field, str(field)))
            if value is not None:
                (must if model.get("own") else may)[field].append(value)
    scores: dict[tuple[str, str, float], list[Mapping[str, Any]]] = {}
    for row in paper.results:
        scores.setdefault(score_key(row["benchmark"], row["metric"], row["value"]), []).append(row)
    return Truth(
        paper.arxiv_id,
        {f: tuple(_distinct(f, v)) for f, v in must.items()},
        {f: tuple(_distinct(f, v)) for f, v in may.items()},
        tuple(runs),
        {k: tuple(v) for k, v in scores.items()},
    )


# --- when two values are the same ------------------------------------------------------------------------------------


@cache
def _processor(printed: str) -> str:
    found = find_device(printed)
    return found.contains or found.name if found else normal_name(printed)


def names_no_device(printed: str) -> bool:
    """Whether it says only "GPU" or "CPU": how many, not what."""
    return find_device(printed) is None and normal_name(printed).rstrip("s") in ("gpu", "cpu", "gpucard", "")


def same_value(field: str, a: Value, b: Value) -> bool:
    """Whether two values of a field are one figure by the field's tolerance; a list holds readings all right."""
    if isinstance(a, list) or isinstance(b, list):
        ones = [v if isinstance(v, list) else [v] for v in (a, b)]
        return any(same_value(field, x, y) for x in ones[0] for y in ones[1])
    if field == Field.DEVICE:
        x, y = _processor(str(a)), _processor(str(b))
        return x == y or normal_name(str(a)) in normal_name(str(b)) or normal_name(str(b)) in normal_name(str(a))
    try:
        x_number, y_number = float(a), float(b)
    except (TypeError, ValueError):
        return False
    return abs(x_number - y_number) <= TOLERANCE.get(Field(field), 0.01) * max(abs(x_number), abs(y_number)) + 1e-9


def score_key(benchmark: str | None, metric: str | None, value: float) -> tuple[str, str, float]:
    """What tells one score from another: accuracies as errors, top-1 error on CIFAR as error, sacreBLEU as BLEU."""
    metric = metric or ""
    if metric in _ERRORS:
        metric, value = _ERRORS[metric], 100 - value
    if benchmark in ("cifar10", "cifar100") and metric == "top1_error":
        metric = "error"
    return benchmark or "", {"sacrebleu": "bleu"}.get(metric, metric), round(float(value), 4)


def _distinct(field: str, values: Iterable[Value]) -> list[Value]:
    out: list[Value] = []
    for v in values:
        if not any(same_value(field, v, w) for w in out):
            out.append(v)
    return out


# --- judging ---------------------------------------------------------------------------------------------------------


def is_right(c: Candidate, truth: Truth) -> bool:
    """Whether the paper really says this value (for a score: on this benchmark and metric)."""
    if c.value is None:
        return False
    if c.field == Field.SCORE:
        return isinstance(c.value, float) and score_key(c.benchmark, c.metric, c.value) in truth.scores
    known = (*truth.must.get(c.field, ()), *truth.may.get(c.field, ()))
    return any(same_value(c.field, c.value, v) for v in known)


@dataclass(frozen=True)
class FieldScore:
    """Precision and recall of one field over the labelled papers, with what was wrong and what was missed."""

    field: str
    predicted: int
    right: int
    labelled: int
    found: int
    wrong: tuple[tuple[str, object], ...]  # (arXiv id, value)
    missed: tuple[tuple[str, object], ...]

    @property
    def precision(self) -> float | None:
        return self.right / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        return self.found / self.labelled if self.labelled else None

    @property
    def f1(self) -> float | None:
        if not self.predicted and not self.labelled:
            return None
        p, r = self.precision or 0.0, self.recall or 0.0
        return 2 * p * r / (p + r) if p + r else 0.0


def score_fields(truths: Mapping[str, Truth], candidates: Sequence[Candidate]) -> list[FieldScore]:
    """Each field's figures, then `run` (device, count and time together) and `score`, over papers with a label."""
    by_paper: dict[str, list[Candidate]] = {a: [] for a in truths}
    for c in candidates:
        if c.chosen and c.value is not None and c.purpose != "inference" and c.evidence.arxiv_id in by_paper:
            by_paper[c.evidence.arxiv_id].append(c)
    out = [_score_scalar(f, truths, by_paper) for f in SCALARS]
    return [*out, _score_runs(truths, by_paper), _score_scores(truths, by_paper)]


def _score_scalar(field: str, truths: Mapping[str, Truth], by_paper: Mapping[str, list[Candidate]]) -> FieldScore:
    predicted = right = labelled = found = 0
    wrong: list[tuple[str, object]] = []
    missed: list[tuple[str, object]] = []
    for a, truth in truths.items():
        said = _distinct(field, [c.value for c in by_paper[a] if c.field == field and c.value is not None])
        for v in said:
            ok = any(same_value(field, v, w) for w in (*truth.must[field], *truth.may[field]))
            predicted, right = predicted + 1, right + ok
            if not ok:
                wrong.append((a, v))
        for w in truth.must[field]:
            ok = any(same_value(field, w, v) for v in said)
            labelled, found = labelled + 1, found + ok
            if not ok:
                missed.append((a, w))
    return FieldScore(str(field), predicted, right, labelled, found, tuple(wrong), tuple(missed))


def _score_runs(truths: Mapping[str, Truth], by_paper: Mapping[str, list[Candidate]]) -> FieldScore:
    predicted = right = labelled = found = 0
    wrong: list[tuple[str, object]] = []
    missed: list[tuple[str, object]] = []
    fields = (Field.DEVICE, Field.DEVICE_COUNT, Field.TRAINING_TIME)
    for a, truth in truths.items():
        runs: dict[str, dict[str, Value]] = {}
        for c in by_paper[a]:
            if c.run and c.field in fields and c.value is not None:
                runs.setdefault(c.run, {})[c.field] = c.value
        said = [r for r in runs.values() if len(r) == 3]

        def same(p: Mapping[str, Value], q: Mapping[str, Any]) -> bool:
            return all(same_value(f, p[f], q[_RUN_KEYS[f]]) for f in fields)

        for p in said:
            ok = any(same(p, q) for q in truth.runs)
            predicted, right = predicted + 1, right + ok
            if not ok:
                wrong.append((a, tuple(p[f] for f in fields)))
        for q in truth.runs:
            if q["must"]:
                ok = any(same(p, q) for p in said)
                labelled, found = labelled + 1, found + ok
                if not ok:
                    missed.append((a, tuple(q[_RUN_KEYS[f]] for f in fields)))
    return FieldScore("run", predicted, right, labelled, found, tuple(wrong), tuple(missed))


def _score_scores(truths: Mapping[str, Truth], by_paper: Mapping[str, list[Candidate]]) -> FieldScore:
    predicted = right = labelled = found = 0
    wrong: list[tuple[str, object]] = []
    missed: list[tuple[str, object]] = []
    for a, truth in truths.items():
        said = {
            score_key(c.benchmark, c.metric, c.value)
            for c in by_paper[a]
            if c.field == Field.SCORE and isinstance(c.value, float)
        }
        for key in sorted(said):
            predicted, right = predicted + 1, right + (key in truth.scores)
            if key not in truth.scores:
                wrong.append((a, key))
        for key, rows in truth.scores.items():
            if any(row.get("role") == "own" for row in rows):
                labelled, found = labelled + 1, found + (key in said)
                if key not in said:
                    missed.append((a, key))
    return FieldScore("score", predicted, right, labelled, found, tuple(wrong), tuple(missed))
