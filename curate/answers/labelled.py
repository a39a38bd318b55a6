"""Labelled papers as a reviewer: what somebody who knows the paper's annotation would answer on the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from curate.answers.decisions import decisions_of
from curate.answers.typed import typed_text
from curate.backends import Answered
from curate.page.render import NOT_A_RESULT
from db.models import Decision, Field, ReviewTask, ShownField, ShownRecord, Verdict, normal_name
from db.reference.benchmarks import load_benchmarks
from db.reference.labelled_papers import LabelledPaper
from db.reference.printed_names import name_key
from db.untyped import Parsed

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
_TRAININGS = ("training", "pretraining", "finetuning", None)


def answer_by(paper: LabelledPaper, payload: ShownRecord, moment: datetime) -> Answered:
    """What somebody who knows the annotation answers to this page."""
    verdicts: dict[int, str] = {}
    texts: dict[int, str] = {}
    pages: dict[int, str] = {}
    names = _names(paper, payload)
    for place, shown in enumerate(payload.fields):
        verdict, right = _judge(shown, list(_right_values(paper, payload, shown, names)))
        if verdict is None:
            continue
        verdicts[place] = verdict.value
        if right is not None:
            texts[place] = typed_text(shown.field, right.value)
            pages[place] = str(right.page or shown.page or 1)
    score_places = [p for p, f in enumerate(payload.fields) if f.field == Field.SCORE and f.page is not None]
    rejected = score_places and all(verdicts.get(p) == Verdict.REJECT for p in score_places)
    return Answered(
        id=f"{payload.key}#labelled", annotator="labelled data", answered_at=moment, verdicts=verdicts,
        texts=texts, pages=pages, whole=NOT_A_RESULT if rejected else None,
    )  # fmt: skip


def labelled_decisions(tasks: Iterable[ReviewTask], papers: Mapping[str, LabelledPaper]) -> list[Decision]:
    """What somebody who knows the annotations would decide about these records."""
    moment = datetime(2000, 1, 1)
    return [
        d
        for t in tasks
        if t.payload.arxiv_id in papers
        for d in decisions_of(answer_by(papers[t.payload.arxiv_id], t.payload, moment), t.payload, "labelled").decisions
    ]


@dataclass(frozen=True)
class _Right:
    """A value that the annotation gives for a field, and whether it is surely of this very model."""

    value: float | str
    page: int | None
    of_model: bool


def _judge(shown: ShownField, right: Sequence[_Right]) -> tuple[Verdict | None, _Right | None]:
    """The verdict on one field, with the right value where that is another."""
    if shown.page is not None and any(_same(shown.field, shown.value, r.value) for r in right):
        return Verdict.ACCEPT, None
    of_model = next((r for r in right if r.of_model), None)
    if of_model is not None:
        return Verdict.CORRECT, of_model
    return (Verdict.REJECT if shown.page is not None else None), None


def _right_values(
    paper: LabelledPaper, payload: ShownRecord, shown: ShownField, names: Sequence[str]
) -> Iterator[_Right]:
    """What the annotation gives for this field, the likeliest to be of this very model first."""
    what = shown.field
    if what == Field.SCORE:
        for row, value in _scores(paper, payload, shown.metric):
            yield _Right(value, row.get("page"), any(_same_model(row["model"], name) for name in names))
    elif what in _COSTS:
        key = _COSTS[Field(what)]
        yield from _of_namesakes(((m["name"], m) for m in paper.models if m.get(key) is not None), key, names)
    elif what in _RUNS:
        key = _RUNS[Field(what)]
        runs = [r for r in paper.runs if r.get(key) is not None and r.get("purpose") in _TRAININGS]
        yield from _of_namesakes(((name, r) for r in runs for name in r.get("models") or ()), key, names)
        for run in runs:
            if "*" in (run.get("models") or ["*"]):
                yield _Right(run[key], run.get("page"), len(paper.runs) == 1)


def _of_namesakes(named: Iterable[tuple[str, Parsed]], key: str, names: Sequence[str]) -> Iterator[_Right]:
    """The values of annotated rows whose name may mean one of these, the most alike first.

    A row of a name that says more than ours ("ResNet-50 + SE" for "ResNet-50") is surely ours only where all such rows
    agree.
    """
    alike = [(max(_likeness(of, name) for name in names), of, row) for of, row in named]
    alike = sorted((a for a in alike if a[0] > 0), key=lambda a: -a[0])
    values = [row[key] for _, _, row in alike]
    agree = all(_same(key, v, values[0]) for v in values)
    for likeness, of, row in alike:
        told = any(_words(of) <= _words(name) or normal_name(of) == normal_name(name) for name in names)
        yield _Right(row[key], row.get("page"), likeness == alike[0][0] and (told or agree))


def _scores(paper: LabelledPaper, payload: ShownRecord, metric: str | None) -> Iterator[tuple[Parsed, float]]:
    """The annotated results on the record's benchmark by this metric, an accuracy as the error that it means."""
    known = load_benchmarks().get(payload.benchmark or "")
    turned = known.counterpart(known.metric(metric)) if known and metric else None
    for row in paper.results:
        if row["benchmark"] == payload.benchmark:
            if row["metric"] == metric:
                yield row, row["value"]
            elif turned and row["metric"] == turned.id:
                yield row, 100 - row["value"]


def _names(paper: LabelledPaper, payload: ShownRecord) -> list[str]:
    """What the record's model is called: as it was read, and as the annotation names the result that it shows.

    Of several results of one value, the one whose name is most alike.
    """
    found: dict[str, tuple[int, float]] = {}
    for shown in payload.fields:
        if shown.field != Field.SCORE or shown.page is None:
            continue
        for row, value in _scores(paper, payload, shown.metric):
            if row.get("page") == shown.page and _same(Field.SCORE, shown.value, value):
                count, _ = found.get(row["model"], (0, 0.0))
                found[row["model"]] = (count + 1, _overlap(row["model"], payload.model))
    best = max(found.values(), default=None)
    same = [name for name, how in found.items() if how == best]
    return [payload.model, *(same if len(same) == 1 else ())]


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
    """Whether two printed names may mean one model."""
    return _likeness(a, b) > 0


def _likeness(a: str, b: str) -> float:
    """How much two names have in common, 1 for the same; 0 unless one's words (two at least) are all the other's."""
    if normal_name(a) == normal_name(b):
        return 1.0
    small, large = sorted((_words(a), _words(b)), key=len)
    return len(small) / len(large) if len(small) >= 2 and small <= large else 0.0


def _overlap(a: str, b: str) -> float:
    """The share of two names' words that both have."""
    return len(_words(a) & _words(b)) / max(len(_words(a) | _words(b)), 1)


def _words(name: str) -> set[str]:
    return set(re.findall(r"[a-z]+|\d+", name.lower()))
