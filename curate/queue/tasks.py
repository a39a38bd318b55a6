"""Records -> review tasks: what a person is asked about each record, in the order in which it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from db.benchmarks import load_benchmarks
from db.models import UNITS, Box, Candidate, Decision, Field, Record, ReviewTask, Verdict, digest, normal_name
from db.quantities import human
from db.reviews import MODEL, RECORD, standing

# what a reader of a paper meets first stands first: the result, the network, then its training
FIELD_NAMES: Mapping[str, str] = {
    Field.SCORE: "Score",
    Field.PARAMETERS: "Parameters",
    Field.FLOPS: "FLOPs",
    Field.MULTIPLY_ADDS: "Multiply-adds",
    Field.DEVICE: "Device",
    Field.DEVICE_COUNT: "Devices",
    Field.TRAINING_TIME: "Training time",
    Field.EPOCHS: "Epochs",
    Field.TRAINING_FLOPS: "Training FLOPs",
}


@dataclass(frozen=True)
class PaperToShow:
    """What the page says of the paper."""

    arxiv_id: str
    version: int
    title: str | None
    published: date | None
    pdf_sha256: str | None


@dataclass(frozen=True)
class Notes:
    """What others say of a record's values."""

    disputes: Mapping[str, str] = field(default_factory=dict)  # by judged key
    witnesses: Mapping[tuple[str, str | None], str] = field(default_factory=dict)  # by field and metric


@dataclass(frozen=True)
class Shown:
    """One field as it is shown: what was read and where, or that nothing was (`page` is None)."""

    field: str
    metric: str | None
    value: float | str | None
    unit: str | None
    page: int | None
    quote: str | None
    boxes: tuple[Box, ...] = ()
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    place: str | None = None  # "Table 1, row ResNet-50, column params (M)"
    joined: str | None = None  # how it is known to be this model's, where its words do not name the model
    others: tuple[str, ...] = ()  # other values that were read for this field and turned down: "44.5 M, page 3"
    before: str | None = None  # what a person said while the evidence was another: shown when a question reopens
    already: str | None = None  # what was said of this very evidence: shown when another field is asked anew
    dispute: str | None = None  # what two people said of it who differ
    witness: str | None = None  # what a leaderboard says instead
    elsewhere: str | None = None  # a verdict on the same evidence in another record of the paper


def build_tasks(
    records: Iterable[Record],
    candidates: Mapping[str, Candidate],
    papers: Mapping[tuple[str, int], PaperToShow],
    decisions: Sequence[Decision] = (),
    notes: Mapping[str, Notes] | None = None,
) -> list[ReviewTask]:
    """A task for each record of a benchmark that has something to judge, in the records' order.

    A record without a benchmark states only a cost; it is asked about too, since its cost is joined to results by
    the model's name. `notes` are by record key.
    """
    said: dict[tuple[str, int], list[Decision]] = {}
    for d in standing(decisions):
        said.setdefault((d.arxiv_id, d.version), []).append(d)
    tasks = []
    for record in records:
        told = (notes or {}).get(record.key, Notes())
        shown = shown_fields(record, candidates, said.get((record.arxiv_id, record.version), []), told)
        if all(s.page is None for s in shown):
            continue
        paper = papers.get((record.arxiv_id, record.version))
        paper = paper or PaperToShow(record.arxiv_id, record.version, None, None, None)
        versions = {
            candidates[v.candidate_key].extractor_version for v in record.values if v.candidate_key in candidates
        }
        payload: dict[str, Any] = {
            "key": record.key,
            "arxiv_id": record.arxiv_id,
            "version": record.version,
            "title": paper.title,
            "published": paper.published.isoformat() if paper.published else None,
            "pdf_sha256": paper.pdf_sha256,
            "model": record.model,
            "benchmark": record.benchmark,
            "role": record.role,
            "extractor_version": max(versions, default=""),
            "fields": [asdict(s) for s in shown],
        }
        payload["revision"] = revision_of(payload)
        tasks.append(ReviewTask(key=record.key, record_key=record.key, payload=payload))
    return tasks


def shown_fields(
    record: Record, candidates: Mapping[str, Candidate], decisions: Sequence[Decision] = (), notes: Notes | None = None
) -> list[Shown]:
    """The record's fields as they are shown: what was read, the benchmark's primary metric first; then what was not.

    `decisions` are those that stand on the same paper.
    """
    own = [
        d for d in decisions if normal_name(d.model) == normal_name(record.model) and d.benchmark == record.benchmark
    ]
    chosen = record.shown(candidates)
    turned_down = [candidates[v.candidate_key] for v in record.values if not v.chosen and v.candidate_key in candidates]
    benchmark = load_benchmarks().get(record.benchmark or "")
    primary = benchmark.primary_metric.id if benchmark else None
    order = list(FIELD_NAMES)
    chosen.sort(key=lambda c: (order.index(c.field), c.metric != primary, c.metric or "", c.evidence.page))
    links = {v.candidate_key: v.link for v in record.values}
    shown = [_shown(c, links.get(c.key), turned_down, own, decisions, notes or Notes()) for c in _one_of_each(chosen)]

    read = {c.field for c in chosen}
    for name in order:
        if name in read:
            continue
        metric = primary if name == Field.SCORE else None
        if name == Field.SCORE and record.benchmark is None:
            continue
        unit = UNITS[Field(name)]
        shown.append(Shown(name, metric, None, unit, None, None, before=_before(own, name, metric, None)))
    return shown


def revision_of(payload: Mapping[str, Any]) -> str:
    """Names what is shown: changes when a value, its evidence or the model does, not when the confidence does."""
    fields = [
        [
            f["field"],
            f["metric"],
            f["value"],
            f["page"],
            " ".join((f["quote"] or "").split()),
            f["before"],
            f["dispute"],
        ]
        for f in payload["fields"]
    ]
    return digest(payload["model"], payload["benchmark"], str(fields))


# ways of joining a value to a model that leave a reader no doubt
_SURE_LINKS = (None, "its model named", "its model's very name", "the model's name says so", "the paper's only model")


def _one_of_each(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that a person could not tell from an earlier one."""
    return list({c.judged_key: c for c in reversed(candidates)}.values())[::-1]


def _shown(
    c: Candidate, link: str | None, turned_down: Sequence[Candidate], own: Sequence[Decision],
    of_paper: Sequence[Decision], notes: Notes,
) -> Shown:  # fmt: skip
    e = c.evidence
    place = [e.table, f"row {e.row}" if e.row else None, f"column {e.column}" if e.column else None]
    others = [
        f"{human(o.field, o.value)}, page {o.evidence.page}"
        for o in turned_down
        if (o.field, o.metric) == (c.field, c.metric) and o.value is not None and o.value != c.value
    ]
    elsewhere = [d for d in of_paper if d.judged_key == c.judged_key and d not in own]
    return Shown(
        field=str(c.field), metric=c.metric, value=c.value, unit=c.unit or UNITS.get(c.field), page=e.page,
        quote=e.quote, boxes=e.boxes, low=c.low, high=c.high, confidence=c.confidence,
        place=", ".join(p for p in place if p) or None, others=tuple(dict.fromkeys(others))[:3],
        joined=link if link not in _SURE_LINKS else None,
        before=_before(own, c.field, c.metric, c.judged_key),
        already=next((_words(d) for d in reversed(own) if d.judged_key == c.judged_key), None),
        dispute=notes.disputes.get(c.judged_key), witness=notes.witnesses.get((c.field, c.metric)),
        elsewhere=f"{_words(elsewhere[-1])} on {elsewhere[-1].model}" if elsewhere else None,
    )  # fmt: skip


def _before(own: Sequence[Decision], name: str, metric: str | None, judged_key: str | None) -> str | None:
    """What was last said of this field of this record on other evidence than is shown now."""
    said = [
        d
        for d in own
        if (d.field, d.metric) == (name, metric) and d.judged_key != judged_key and d.field not in (RECORD, MODEL)
    ]
    same = [d for d in own if d.judged_key == judged_key]
    if same or not said:
        return None
    if judged_key is None and said[-1].judged_value is None:
        return None  # nothing was read then, nothing is read now: the question is the same
    return _words(said[-1])


def _words(d: Decision) -> str:
    where = f" (page {d.answer_page or d.page})" if d.answer_page or d.page else ""
    return {
        Verdict.ACCEPT: f"accepted: {human(d.field, d.judged_value)}{where}",
        Verdict.CORRECT: f"corrected to {human(d.field, d.value)}{where}",
        Verdict.REJECT: f"rejected: {human(d.field, d.judged_value)}{where}",
        Verdict.NOT_STATED: "not stated",
        Verdict.UNSURE: f"unsure about {human(d.field, d.judged_value)}{where}",
    }[Verdict(d.verdict)]
