"""How well values that were read out of papers agree with the labelled papers beside this file.

    python score.py PREDICTIONS.jsonl [--set blind] [--json OUT]
    python score.py second                 # a folder of annotations is scored like any reader's work

PREDICTIONS.jsonl has a JSON object a line, one for each value that the reader stands behind: `arxiv_id`, `field` and
`value`; `run` on the device, device_count and training_time of one training run; `benchmark`, `metric`, `role` and
`model` on scores; `purpose`. README.md beside this file says more. A labelled paper without a prediction counts as
missed in full; predictions on other papers are left out.

The rules: a value counts once a paper; scalars match within a tolerance (counts and epochs exactly, times 2 %, the rest
1 %); scores match by benchmark, metric and value, where accuracy and error are one figure; runs match by device, count
and time together. What is said of inference is not judged. What the annotation calls implied may be found and need not
be. A number that it gives both as FLOPs and as multiply-adds is found under either name.

It needs nothing but Python's standard library, so that anybody can score a reader of their own. Paperflops measures
itself by the same functions (`extract/confidence`).
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SCALARS = (
    "device", "device_count", "training_time", "epochs", "parameters", "flops", "multiply_adds", "training_flops",
)  # fmt: skip
SETS = ("tuned", "held_out", "calibration", "blind")  # of papers.csv
RUN = "run"  # device, count and time together: the three factors of the hardware burden
SCORE = "score"
SCORED = (*SCALARS, RUN, SCORE)
FEWEST_FOR_A_MEAN = 5  # labelled values that a field needs to count in the mean
TOLERANCE = {"device_count": 0.0, "epochs": 0.0, "training_time": 0.02}  # relative
_USUAL_TOLERANCE = 0.01
RUN_KEYS = {"device": "device", "device_count": "count", "training_time": "time_seconds", "epochs": "epochs"}
_RUN_FIELDS = ("device", "device_count", "training_time")
_MODEL_KEYS = {"parameters": "params"}
_OTHER_NAME = {"flops": "multiply_adds", "multiply_adds": "flops"}
_ERRORS = {"top1_accuracy": "top1_error", "top5_accuracy": "top5_error", "accuracy": "error"}
_PRIOR, _OWN, _INFERENCE = "prior", "own", "inference"
_ALIKE = 0.6  # share of the shorter name's words that must stand in the longer for the two to be one model

Value = float | str | list[float]
Row = Mapping[str, Any]
ScoreKey = tuple[str, str, float]


@dataclass(frozen=True)
class Said:
    """One value that a reader stands behind."""

    arxiv_id: str
    field: str
    value: Value
    run: str | None = None
    model: str | None = None
    benchmark: str | None = None
    metric: str | None = None
    role: str | None = None


@dataclass(frozen=True)
class Truth:
    """One labelled paper: for each field the values that must be found, and those that are right but may be missed."""

    arxiv_id: str
    must: Mapping[str, tuple[Value, ...]]
    may: Mapping[str, tuple[Value, ...]]
    runs: tuple[Row, ...]  # device, count, time; `must` says whether one must be found
    scores: Mapping[ScoreKey, tuple[Row, ...]]


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


# --- what papers say -------------------------------------------------------------------------------------------------


def truth_of(arxiv_id: str, results: Iterable[Row], models: Iterable[Row], training_runs: Iterable[Row]) -> Truth:
    """What one annotation says, in the form in which readers are judged by it."""
    must: dict[str, list[Value]] = {f: [] for f in SCALARS}
    may: dict[str, list[Value]] = {f: [] for f in SCALARS}
    runs = []
    for run in training_runs:
        count = run.get("count")
        if run.get("count_alt") is not None:
            count = [c for c in (count, run["count_alt"]) if c is not None]
        optional = run.get("purpose") == _INFERENCE or bool(run.get("implied"))
        for field, key in RUN_KEYS.items():
            value = count if key == "count" else run.get(key)
            if value is None:
                continue
            unnamed = field == "device" and names_no_device(str(value))
            (may if optional or unnamed else must)[field].append(value)
        if run.get("device") and count and run.get("time_seconds") and run.get("purpose") != _INFERENCE:
            runs.append({**run, "count": count, "must": not optional and not names_no_device(run["device"])})
    for model in models:
        for field in SCALARS[4:]:
            value = model.get(_MODEL_KEYS.get(field, field))
            if value is not None:
                (must if model.get("own") and not model.get("implied") else may)[field].append(value)
    scores: dict[ScoreKey, list[Row]] = {}
    for row in results:
        scores.setdefault(score_key(row["benchmark"], row["metric"], row["value"]), []).append(row)
    return Truth(
        arxiv_id,
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
    if field == "device":
        return same_device(str(a), str(b))
    try:
        x_number, y_number = float(a), float(b)
    except (TypeError, ValueError):
        return False
    tolerance = TOLERANCE.get(field, _USUAL_TOLERANCE)
    return abs(x_number - y_number) <= tolerance * max(abs(x_number), abs(y_number)) + 1e-9


def score_key(benchmark: str | None, metric: str | None, value: float) -> ScoreKey:
    """What tells one score from another: accuracies as errors, top-1 error on CIFAR as error, sacreBLEU as BLEU."""
    metric = metric or ""
    if metric in _ERRORS:
        metric, value = _ERRORS[metric], 100 - value
    if benchmark in ("cifar10", "cifar100") and metric == "top1_error":
        metric = "error"
    return benchmark or "", {"sacrebleu": "bleu"}.get(metric, metric), round(float(value), 4)


def distinct(field: str, values: Iterable[Value]) -> list[Value]:
    """The values, each figure once."""
    out: list[Value] = []
    for v in values:
        if not any(same_value(field, v, w) for w in out):
            out.append(v)
    return out


# tried in order on the lower-case name without brackets, hyphens and slashes; the groups that matched are the model
_MODELS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(titan\s*(?:rtx|xp|x|v|z|black))",
        r"(?:gtx|rtx)\s*(\d{3,4})\s*(ti|super)?",
        r"\b(\d{3,4})\s*(ti)\b",
        r"\b(dgx)\s*-?\s*(\d)",
        r"\b([kpvamthbl]\d{1,4}[a-z]?)\b",
        r"\bm?i(\d{3})x?\b",
        r"\b(gh200|b200|h200|h800|a800|a6000|a5000|a4000)\b",
    )
)
_TPU = re.compile(r"tpu\s*v?\s*(\d)(?:\s*(e|p|lite)\b)?")
_ANY_TPU = re.compile(r"\btpus?|tensor processing")
_KINDS = ("xeon", "titan", "gpu", "cpu")


@cache
def device_model(printed: str) -> str:
    """What tells the device from others: "NVIDIA Tesla V100-SXM2 16GB" -> "v100", "8 GPUs" -> "gpu".

    Annotators write a device as the paper prints it ("NVIDIA Tesla V100-SXM2 16GB", "TPUv3"); a name that says only
    "GPU" or "CPU" says how many, and not what.
    """
    name = " " + re.sub(r"[-_/]", " ", re.sub(r"\(.*?\)", " ", printed.lower())) + " "
    if tpu := _TPU.search(name):
        return f"tpuv{tpu[1]}{tpu[2] or ''}"
    if _ANY_TPU.search(name):
        return "tpu"
    for pattern in _MODELS:
        if match := pattern.search(name):
            return "".join(group for group in match.groups() if group).replace(" ", "")
    return next((kind for kind in _KINDS if kind in name), re.sub(r"[^a-z0-9]+", "", printed.lower()))


def same_device(read: str, labelled: str) -> bool:
    """Whether the name that was read is the labelled device; "TPU" stands for a TPU of any version."""
    a, b = device_model(read), device_model(labelled)
    return a == b or (a.startswith("tpuv") and b == "tpu")


def names_no_device(printed: str) -> bool:
    """Whether it says only "GPU" or "CPU": how many, not what."""
    return device_model(printed) in ("gpu", "cpu", "")


def names_meet(a: str | None, b: str | None) -> bool:
    """Whether one model's name holds the other, or most of the shorter one's words stand in the longer."""
    x, y = (re.sub(r"[^a-z0-9]+", "", (name or "").lower()) for name in (a, b))
    if not x or not y:
        return False
    p, q = (set(re.findall(r"[a-z]+|\d+", (name or "").lower())) for name in (a, b))
    return x in y or y in x or len(p & q) >= _ALIKE * min(len(p), len(q))


# --- scoring ---------------------------------------------------------------------------------------------------------


def score_fields(truths: Mapping[str, Truth], said: Iterable[Said]) -> list[FieldScore]:
    """Each scalar field's figures, then `run` and `score`, over all the papers."""
    by_paper = of_papers(truths, said)
    papers = [(truth, by_paper[arxiv_id]) for arxiv_id, truth in truths.items()]
    return [
        *(_added(f, [_scalar(f, truth, mine) for truth, mine in papers]) for f in SCALARS),
        _added(RUN, [_runs(truth, mine) for truth, mine in papers]),
        _added(SCORE, [_scores(truth, mine) for truth, mine in papers]),
    ]


def mean_f1(scores: Sequence[FieldScore]) -> float | None:
    """The mean F1 of the fields that have `FEWEST_FOR_A_MEAN` labelled values or more."""
    values = [s.f1 or 0.0 for s in scores if s.labelled >= FEWEST_FOR_A_MEAN]
    return sum(values) / len(values) if values else None


def mean_over_papers(truths: Mapping[str, Truth], said: Iterable[Said], field: str) -> float | None:
    """The mean over the papers that have the field of their own F1: one large table does not decide."""
    by_paper = of_papers(truths, said)
    values = []
    for arxiv_id, truth in truths.items():
        score = next(s for s in score_fields({arxiv_id: truth}, by_paper[arxiv_id]) if s.field == field)
        if score.labelled:
            values.append(score.f1 or 0.0)
    return sum(values) / len(values) if values else None


def whose_right(truths: Mapping[str, Truth], said: Iterable[Said]) -> Whose:
    """How often a right score's role and model are right too."""
    judged = roles = models = 0
    for arxiv_id, mine in of_papers(truths, said).items():
        by_key: dict[ScoreKey, list[Said]] = defaultdict(list)
        for s in mine:
            if s.field == SCORE and isinstance(s.value, int | float):
                by_key[score_key(s.benchmark, s.metric, s.value)].append(s)
        for key, found in by_key.items():
            rows = truths[arxiv_id].scores.get(key)
            if rows:
                judged += 1
                roles += bool({r["role"] == _PRIOR for r in rows} & {s.role == _PRIOR for s in found})
                models += any(names_meet(s.model, r["model"]) for s in found for r in rows)
    return Whose(roles / judged, models / judged) if judged else Whose(None, None)


def of_papers(truths: Mapping[str, Truth], said: Iterable[Said]) -> dict[str, list[Said]]:
    """arXiv id -> what was said of each labelled paper."""
    by_paper: dict[str, list[Said]] = {arxiv_id: [] for arxiv_id in truths}
    for s in said:
        if s.arxiv_id in by_paper:
            by_paper[s.arxiv_id].append(s)
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


def _scalar(field: str, truth: Truth, mine: Sequence[Said]) -> FieldScore:
    said = distinct(field, [s.value for s in mine if s.field == field])
    known = (*truth.must[field], *truth.may[field])
    under_either = [*said, *_under_other_name(field, truth, mine)]
    return _compared(
        field,
        truth.arxiv_id,
        {_hashable(v): any(same_value(field, v, w) for w in known) for v in said},
        {_hashable(w): any(same_value(field, w, v) for v in under_either) for w in truth.must[field]},
    )


def _under_other_name(field: str, truth: Truth, mine: Sequence[Said]) -> list[Value]:
    """Operations that were read under the other name, where the annotation gives the number under both."""
    other = _OTHER_NAME.get(field)
    if other is None:
        return []
    both = (*truth.must[other], *truth.may[other])
    return [s.value for s in mine if s.field == other and any(same_value(other, s.value, w) for w in both)]


def _runs(truth: Truth, mine: Sequence[Said]) -> FieldScore:
    runs: dict[str, dict[str, Value]] = {}
    for s in mine:
        if s.run and s.field in _RUN_FIELDS:
            runs.setdefault(s.run, {})[s.field] = s.value
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


def _same_run(read: Mapping[str, Value], labelled: Row) -> bool:
    return all(same_value(f, read[f], labelled[RUN_KEYS[f]]) for f in _RUN_FIELDS)


def _scores(truth: Truth, mine: Sequence[Said]) -> FieldScore:
    said = sorted(
        {
            score_key(s.benchmark, s.metric, s.value)
            for s in mine
            if s.field == SCORE and isinstance(s.value, int | float)
        }
    )
    own = [key for key, rows in truth.scores.items() if any(_must_be_found(row) for row in rows)]
    return _compared(
        SCORE, truth.arxiv_id, {key: key in truth.scores for key in said}, {key: key in said for key in own}
    )


def _must_be_found(row: Row) -> bool:
    return row.get("role") == _OWN and not row.get("implied")


def _hashable(value: Value) -> object:
    return tuple(value) if isinstance(value, list) else value


# --- files, and the command ------------------------------------------------------------------------------------------


class InputError(Exception):
    """A file that can't be scored, and what to do."""


def load_sets() -> dict[str, str]:
    """arXiv id -> the set that the labelled paper belongs to."""
    with (HERE / "papers.csv").open(encoding="utf-8", newline="") as rows:
        return {row["arxiv_id"].removeprefix("arXiv:"): row["set"] for row in csv.DictReader(rows)}


def load_annotations(*folders: Path) -> dict[str, Row]:
    """arXiv id -> the annotation as stored, of every file in these folders."""
    files = [file for folder in folders for file in sorted(folder.glob("*.json"))]
    annotations = (json.loads(file.read_text(encoding="utf-8")) for file in files)
    return {a["arxiv_id"]: a for a in annotations}


def truth_of_annotation(a: Row) -> Truth:
    """What one stored annotation says."""
    return truth_of(a["arxiv_id"], a["results"], a["models"], a["training_runs"])


def load_predictions(path: Path) -> list[Said]:
    """What a reader stands behind: the lines of a file of predictions, or the annotations in a folder."""
    if path.is_dir():
        found = load_annotations(path)
        if not found:
            raise InputError(f"{path} holds no annotations (*.json)")
        return [s for a in found.values() for s in said_in(a)]
    said = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} can't be read ({error})") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                told = _prediction(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                needed = 'a line is {"arxiv_id": ..., "field": ..., "value": ...}; README.md lists the keys'
                raise InputError(f"{path}, line {number} is no prediction ({error}); {needed}") from error
            if told is not None:
                said.append(told)
    return said


def _prediction(p: Mapping[str, Any]) -> Said | None:
    """The prediction of one line; None for what is said of inference, which is not judged."""
    field, value = str(p["field"]), p["value"]
    if field not in (*SCALARS, SCORE):
        return Said(str(p["arxiv_id"]), field, value)
    kind = str if field == "device" else int | float
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"{value!r} is no {'name' if field == 'device' else 'number'}")
    if p.get("purpose") == _INFERENCE:
        return None
    run = p.get("run")
    return Said(
        str(p["arxiv_id"]), field, value, None if run is None else str(run), p.get("model"), p.get("benchmark"),
        p.get("metric"), p.get("role"),
    )  # fmt: skip


def said_in(a: Row) -> Iterator[Said]:
    """What an annotator stands behind, as a reader would say it."""
    arxiv_id = a["arxiv_id"]
    for number, run in enumerate(a["training_runs"]):
        if run.get("purpose") != _INFERENCE:
            for field, key in RUN_KEYS.items():
                if run.get(key) is not None:
                    yield Said(arxiv_id, field, run[key], run=str(number))
    for model in a["models"]:
        for field in SCALARS[4:]:
            value = model.get(_MODEL_KEYS.get(field, field))
            if value is not None:
                yield Said(arxiv_id, field, value, model=model["name"])
    for row in a["results"]:
        yield Said(
            arxiv_id, SCORE, float(row["value"]), model=row["model"], benchmark=row["benchmark"], metric=row["metric"],
            role=row["role"],
        )  # fmt: skip


def figures(truths: Mapping[str, Truth], said: Sequence[Said]) -> dict[str, Any]:
    """All that is measured on these papers, as plain values for JSON."""
    scores, whose = score_fields(truths, said), whose_right(truths, said)
    return {
        "papers": len(truths),
        "fields": {
            s.field: {
                "precision": s.precision, "recall": s.recall, "f1": s.f1, "predicted": s.predicted,
                "labelled": s.labelled,
            }
            for s in scores
        },
        "mean_f1": mean_f1(scores),
        "mean_over_papers": {f: mean_over_papers(truths, said, f) for f in (RUN, SCORE)},
        "role_right": whose.role,
        "model_right": whose.model,
    }  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Scores a file of predictions, or a folder of annotations, and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("predictions", type=Path, help="a file of predictions, or a folder of annotations")
    parser.add_argument("--set", choices=SETS, help="only the papers of this set")
    parser.add_argument("--json", type=Path, metavar="OUT", help="also write the figures to this file")
    options = parser.parse_args(arguments)
    try:
        said = load_predictions(options.predictions)
    except InputError as error:
        sys.exit(f"score.py: {error}")
    annotations = load_annotations(HERE / "papers", HERE / "calibration")
    wanted = {a for a, s in load_sets().items() if options.set in (None, s)}
    if options.predictions.is_dir():  # a second reader's work is judged on the papers that he read
        wanted &= {s.arxiv_id for s in said}
    truths = {a: truth_of_annotation(row) for a, row in annotations.items() if a in wanted}
    if not truths:
        sys.exit("score.py: none of the labelled papers is among them")
    found = figures(truths, said)
    unscored = sorted({s.field for s in said} - {*SCALARS, SCORE})
    if unscored:
        print(f"not labelled, so not scored: {', '.join(unscored)}", file=sys.stderr)
    _print_figures(found, len(said))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _print_figures(found: Mapping[str, Any], count: int) -> None:
    def text(value: float | None) -> str:
        return "      -" if value is None else f"{value:7.3f}"

    print(f"{found['papers']} labelled papers, {count} values")
    print(f"{'field':16}{'P':>7}{'R':>7}{'F1':>7}{'values':>8}{'labels':>8}")
    for field, f in found["fields"].items():
        numbers = "".join(text(f[key]) for key in ("precision", "recall", "f1"))
        print(f"{field:16}{numbers}{f['predicted']:8}{f['labelled']:8}")
    print(f"mean F1 of the fields with {FEWEST_FOR_A_MEAN} labels or more:{text(found['mean_f1'])}")
    print("mean F1 over papers:" + "".join(f" {f}{text(v)}" for f, v in found["mean_over_papers"].items()))
    print(f"of right scores, role right:{text(found['role_right'])}, model right:{text(found['model_right'])}")


if __name__ == "__main__":
    main()
