"""Labelled papers -> what each way of joining a value to a model is worth.

Judged are the values that a record shows and that the annotation knows: whether it gives them to that model. Where it
calls the value's model by a name that no record has, nothing is judged: the two may be one. A paper with a hundred
records counts for a few, since all of them were joined by one sentence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from db.models import Candidate, Field, Record, normal_name
from db.reference.labelled_papers import LabelledPaper
from db.untyped import Parsed
from db.vocabulary import Link
from extract.confidence.chance import share_right
from extract.labels.score import same_value
from extract.language.same_model import one_within_the_other, same_model

MOST_OF_A_PAPER = 5.0  # records' worth that one paper counts for, of one field and way of joining

_RUN_KEYS: Mapping[str, Sequence[str]] = {
    Field.DEVICE: ("device",),
    Field.DEVICE_COUNT: ("count", "count_alt"),
    Field.TRAINING_TIME: ("time_seconds",),
    Field.EPOCHS: ("epochs",),
}
_MODEL_KEYS: Mapping[str, Sequence[str]] = {
    Field.PARAMETERS: ("params",),
    Field.FLOPS: ("flops",),
    Field.MULTIPLY_ADDS: ("multiply_adds",),
    Field.TRAINING_FLOPS: ("training_flops",),
}


@dataclass(frozen=True)
class JudgedLink:
    """A right value that stands on a record: whether the annotation gives it to that model."""

    paper: str
    field: str
    link: Link
    right: bool


def judged_links(
    records: Sequence[Record], candidates: Mapping[str, Candidate], papers: Mapping[str, LabelledPaper]
) -> list[JudgedLink]:
    """What can be judged of the values that were joined to the records of labelled papers."""
    names: dict[str, list[str]] = defaultdict(list)
    for record in records:
        names[record.arxiv_id].append(record.model)
    out = []
    for record in records:
        paper = papers.get(record.arxiv_id)
        for v in record.values if paper else ():
            c = candidates.get(v.candidate_key)
            if c is None or c.value is None or not v.chosen or v.link is None:
                continue
            holders = list(_holders(paper, v.field, c.value))  # type: ignore[arg-type]
            if any(_is_of(holder, name) for holder in holders for name in names[record.arxiv_id]):
                right = any(_is_of(holder, record.model) for holder in holders)
                out.append(JudgedLink(record.arxiv_id, v.field, v.link, right))
    return out


def out_of_paper(judged: Sequence[JudgedLink]) -> list[tuple[float, float]]:
    """(chance, share right) of every paper, field and way of joining, the chance measured on the other papers."""
    by_paper: dict[str, list[JudgedLink]] = defaultdict(list)
    for j in judged:
        by_paper[j.paper].append(j)
    points = []
    for paper, mine in by_paper.items():
        others = link_record(j for j in judged if j.paper != paper)
        groups: dict[tuple[str, Link], list[bool]] = defaultdict(list)
        for j in mine:
            groups[j.field, j.link].append(j.right)
        for (field, link), right in groups.items():
            chance = share_right(others, field, link)
            if chance is not None:
                points.append((chance, sum(right) / len(right)))
    return points


def link_record(judged: Iterable[JudgedLink]) -> dict[str, dict[Link, tuple[float, float]]]:
    """field -> way of joining -> (right, judged), each paper counted for `MOST_OF_A_PAPER` records at most."""
    counts: dict[tuple[str, Link, str], list[int]] = defaultdict(lambda: [0, 0])
    for j in judged:
        cell = counts[j.field, j.link, j.paper]
        cell[0] += j.right
        cell[1] += 1
    out: dict[str, dict[Link, tuple[float, float]]] = defaultdict(dict)
    for (field, link, _), (right, n) in sorted(counts.items(), key=lambda c: (c[0][0], c[0][1].name, c[0][2])):
        worth = min(float(n), MOST_OF_A_PAPER)
        before = out[field].get(link, (0.0, 0.0))
        out[field][link] = (round(before[0] + worth * right / n, 2), round(before[1] + worth, 2))
    return dict(out)


def _holders(paper: LabelledPaper, field: str, value: float | str) -> Iterable[Sequence[str]]:
    """The names, for each annotated run or model that has this value, of the models that it is of; "*" is all."""
    if (keys := _RUN_KEYS.get(field)) is not None:
        for run in paper.runs:
            if run.get("purpose") != "inference" and _has(run, keys, field, value):
                yield run.get("models") or ("*",)
    elif (keys := _MODEL_KEYS.get(field)) is not None:
        for model in paper.models:
            if _has(model, keys, field, value):
                yield (model["name"],)


def _has(row: Parsed, keys: Sequence[str], field: str, value: float | str) -> bool:
    return any(row.get(key) is not None and same_value(field, value, row[key]) for key in keys)


def _is_of(names: Sequence[str], model: str) -> bool:
    return any(name == "*" or _alike(name, model) for name in names)


def _alike(a: str, b: str) -> bool:
    """Whether the names may mean one model: as `same_model`, a name that says more ("ResNet-50 (ours)") included."""
    return same_model(a, b) or normal_name(a) == normal_name(b) or one_within_the_other(a, b, least=2)
