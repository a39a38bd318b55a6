"""What labelled papers really say, and whether a candidate is right by them.

The rules: a value counts once a paper; scalars match within a tolerance (counts and epochs exactly, times 2 %, the rest
1 %); scores match by benchmark, metric and value, where accuracy and error are one figure; runs match by device, count
and time together. What is said of inference is not judged. What the annotation calls implied may be found and need not
be. A number that it gives both as FLOPs and as multiply-adds is found under either name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from db.models import Candidate, Field
from db.reference.labelled_papers import LabelledPaper, load_labelled
from db.untyped import Parsed
from extract.confidence.device_names import names_no_device, same_device

SCALARS = (
    Field.DEVICE, Field.DEVICE_COUNT, Field.TRAINING_TIME, Field.EPOCHS, Field.PARAMETERS, Field.FLOPS,
    Field.MULTIPLY_ADDS, Field.TRAINING_FLOPS,
)  # fmt: skip
# relative; the others 1 %
TOLERANCE: Mapping[str, float] = {Field.DEVICE_COUNT: 0.0, Field.EPOCHS: 0.0, Field.TRAINING_TIME: 0.02}
RUN_KEYS = {
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
    runs: tuple[Parsed, ...]  # device, count, time; `must` says whether one must be found
    scores: Mapping[tuple[str, str, float], tuple[Parsed, ...]]


def load_truths(folder: Path) -> dict[str, Truth]:
    """arXiv id -> what the paper says, from every annotation in the folder (or in its folder `papers`)."""
    return {a: truth_of(paper) for a, paper in load_labelled(folder).items()}


def truth_of(paper: LabelledPaper) -> Truth:
    """What one annotation says, in the form in which candidates are judged by it."""
    must: dict[str, list[Value]] = {f: [] for f in SCALARS}
    may: dict[str, list[Value]] = {f: [] for f in SCALARS}
    runs = []
    for run in paper.runs:
        count = run.get("count")
        if run.get("count_alt") is not None:
            count = [c for c in (count, run["count_alt"]) if c is not None]
        optional = run.get("purpose") == "inference" or bool(run.get("implied"))
        for field, key in RUN_KEYS.items():
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
                (must if model.get("own") and not model.get("implied") else may)[field].append(value)
    scores: dict[tuple[str, str, float], list[Parsed]] = {}
    for row in paper.results:
        scores.setdefault(score_key(row["benchmark"], row["metric"], row["value"]), []).append(row)
    return Truth(
        paper.arxiv_id,
        {f: tuple(distinct(f, v)) for f, v in must.items()},
        {f: tuple(distinct(f, v)) for f, v in may.items()},
        tuple(runs),
        {k: tuple(v) for k, v in scores.items()},
    )


# --- when two values are the same ------------------------------------------------------------------------------------


def same_value(field: str, a: Value, b: Value) -> bool:
    """Whether two values of a field are one figure by the field's tolerance; a list holds readings all right."""
    if isinstance(a, list) or isinstance(b, list):
        ones = [v if isinstance(v, list) else [v] for v in (a, b)]
        return any(same_value(field, x, y) for x in ones[0] for y in ones[1])
    if field == Field.DEVICE:
        return same_device(str(a), str(b))
    try:
        x_number, y_number = float(a), float(b)
    except (TypeError, ValueError):
        return False
    return abs(x_number - y_number) <= TOLERANCE.get(field, 0.01) * max(abs(x_number), abs(y_number)) + 1e-9


def score_key(benchmark: str | None, metric: str | None, value: float) -> tuple[str, str, float]:
    """What tells one score from another: accuracies as errors, top-1 error on CIFAR as error, sacreBLEU as BLEU."""
    metric = metric or ""
    if metric in _ERRORS:
        metric, value = _ERRORS[metric], 100 - value
    if benchmark in ("cifar10", "cifar100") and metric == "top1_error":
        metric = "error"
    return benchmark or "", {"sacrebleu": "bleu"}.get(metric, metric), round(float(value), 4)


def distinct(field: str, values: Iterable[Value]) -> list[Value]:
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
