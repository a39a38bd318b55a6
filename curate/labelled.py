"""Labelled papers as a reviewer: what somebody who knows the paper's annotation would answer on the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from curate.backends import Answered
from curate.page import NOT_A_RESULT
from curate.typed import typed_text
from db.errors import BadInputError
from db.models import Field, Verdict, normal_name
from db.printed_names import name_key

_COSTS = {
    Field.PARAMETERS: "params",
    Field.FLOPS: "flops",
    Field.MULTIPLY_ADDS: "multiply_adds",
    Field.TRAINING_FLOPS: "training_flops",
}
_RUNS = {
    Field.DEVICE: "device",
    Field.DEVICE_COUNT: "count",
    Field.TRAINING_TIME: "time_seconds",
    Field.EPOCHS: "epochs",
}
_TOLERANCE = 0.01
_SCORE_TOLERANCE = 0.005  # half of the last printed digit


@dataclass(frozen=True)
class Truth:
    """The annotation of one paper."""

    results: Sequence[Mapping[str, Any]] = ()
    models: Sequence[Mapping[str, Any]] = ()
    runs: Sequence[Mapping[str, Any]] = ()
    known: Mapping[str, Any] = field(default_factory=dict)


def load_truths(folder: Path) -> dict[str, Truth]:
    """The annotations in a folder of `<arxiv id>.json`, by arXiv id."""
    files = sorted(p for p in (folder, folder / "papers") if p.is_dir() for p in p.glob("*.json"))
    truths = {}
    for path in files:
        try:
            read = json.loads(path.read_text(encoding="utf-8"))
            truths[read["arxiv_id"]] = Truth(
                read.get("results") or (), read.get("models") or (), read.get("training_runs") or (), read
            )
        except (ValueError, KeyError, TypeError) as error:
            raise BadInputError(f"{path} is not an annotated paper ({error})", "see its folder's README") from error
    if not truths:
        raise BadInputError(f"{folder} has no annotated papers", "name a folder of <arxiv id>.json files")
    return truths


def answer_by(truth: Truth, payload: Mapping[str, Any], moment: datetime) -> Answered:
    """What somebody who knows the annotation answers to this page."""
    verdicts: dict[int, str] = {}
    texts: dict[int, str] = {}
    pages: dict[int, str] = {}
    for place, shown in enumerate(payload["fields"]):
        verdict, value, page = _judge(truth, payload, shown)
        if verdict is None:
            continue
        verdicts[place] = verdict.value
        if verdict == Verdict.CORRECT:
            texts[place] = typed_text(shown["field"], value)
            pages[place] = str(page or shown["page"] or 1)
    score_places = [p for p, f in enumerate(payload["fields"]) if f["field"] == Field.SCORE and f["page"] is not None]
    rejected = score_places and all(verdicts.get(p) == Verdict.REJECT for p in score_places)
    return Answered(
        id=f"{payload['key']}#labelled", annotator="labelled data", answered_at=moment, verdicts=verdicts,
        texts=texts, pages=pages, whole=NOT_A_RESULT if rejected else None,
    )  # fmt: skip


def _judge(
    truth: Truth, payload: Mapping[str, Any], shown: Mapping[str, Any]
) -> tuple[Verdict | None, float | str | None, int | None]:
    """The verdict on one field, with the right value and its page where that is another."""
    what, value, read = shown["field"], shown["value"], shown["page"] is not None
    right = list(_right_values(truth, payload, shown))
    if not read:
        same = [(v, page) for v, page, of_model in right if of_model]
        return (Verdict.CORRECT, *same[0]) if same else (None, None, None)
    if any(_same(what, value, v) for v, _, _ in right):
        return Verdict.ACCEPT, None, None
    of_model = [(v, page) for v, page, of in right if of]
    if of_model:
        return (Verdict.CORRECT, *of_model[0])
    return Verdict.REJECT, None, None


def _right_values(
    truth: Truth, payload: Mapping[str, Any], shown: Mapping[str, Any]
) -> Iterator[tuple[float | str, int | None, bool]]:
    """What the annotation gives for this field: value, page, and whether it is of this very model."""
    model, what = payload["model"], shown["field"]
    if what == Field.SCORE:
        for r in truth.results:
            if r["benchmark"] == payload["benchmark"] and r["metric"] == shown["metric"]:
                yield r["value"], r.get("page"), _same_model(r["model"], model)
            elif r["benchmark"] == payload["benchmark"] and _complement(r["metric"]) == shown["metric"]:
                yield 100 - r["value"], r.get("page"), _same_model(r["model"], model)
    elif what in _COSTS:
        for m in truth.models:
            if m.get(_COSTS[Field(what)]) is not None and _same_model(m["name"], model):
                yield m[_COSTS[Field(what)]], m.get("page"), True
    elif what in _RUNS:
        for run in truth.runs:
            value = run.get(_RUNS[Field(what)])
            names = run.get("models") or ["*"]
            if value is not None and run.get("purpose") in ("training", "pretraining", "finetuning", None):
                own = "*" in names or any(_same_model(n, model) for n in names)
                if own:
                    yield value, run.get("page"), len(truth.runs) == 1 or "*" not in names


def _same(what: str, shown: Any, right: Any) -> bool:
    if what == Field.DEVICE:
        a, b = name_key(str(shown)), name_key(str(right))
        return bool(a) and bool(b) and (a in b or b in a)
    if not isinstance(shown, int | float) or not isinstance(right, int | float):
        return False
    if what == Field.SCORE:
        return abs(shown - right) <= _SCORE_TOLERANCE
    return abs(shown - right) <= _TOLERANCE * abs(right)


def _same_model(a: str, b: str) -> bool:
    """Whether two printed names may mean one model: one's words are all among the other's."""
    if normal_name(a) == normal_name(b):
        return True
    words = [set(re.findall(r"[a-z]+|\d+", name.lower())) for name in (a, b)]
    small, large = sorted(words, key=len)
    return len(small) >= 2 and small <= large


def _complement(metric: str) -> str:
    if "error" in metric:
        return metric.replace("error", "accuracy")
    return metric.replace("accuracy", "error")
