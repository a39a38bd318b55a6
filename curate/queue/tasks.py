"""Records -> review tasks: what a person is asked about each record, in the order in which it is shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from db.models import (
    FIELD_NAMES,
    UNITS,
    Candidate,
    Decision,
    Field,
    GivenAnswer,
    GivenValue,
    Record,
    ReviewTask,
    ShownField,
    ShownRecord,
    Verdict,
    digest,
    judged_key,
    normal_name,
)  # fmt: skip
from db.quantities import human
from db.reference.benchmarks import load_benchmarks
from db.reference.hardware import same_device
from db.tables.reviews import MODEL, RECORD, standing
from db.vocabulary import Link

MOST_FIELDS = 10  # on one page: each has a column of the keyboard


@dataclass(frozen=True)
class PaperToShow:
    """What the page says of the paper."""

    arxiv_id: str
    version: int
    title: str | None
    published: date | None
    pdf_sha256: str | None
    assigned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notes:
    """What others say of a record and its values."""

    disputes: Mapping[str, str] = field(default_factory=dict)  # by judged key; RECORD and MODEL are keys too
    witnesses: Mapping[tuple[str, str | None], str] = field(default_factory=dict)  # by field and metric


def build_tasks(
    records: Iterable[Record],
    candidates: Mapping[str, Candidate],
    papers: Mapping[tuple[str, int], PaperToShow],
    decisions: Sequence[Decision] = (),
    notes: Mapping[str, Notes] | None = None,
) -> list[ReviewTask]:
    """A task for each record that has something to judge, in the records' order.

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
        if not any(s.read for s in shown):
            continue
        paper = papers.get((record.arxiv_id, record.version))
        paper = paper or PaperToShow(record.arxiv_id, record.version, None, None, None)
        versions = {
            candidates[v.candidate_key].extractor_version for v in record.values if v.candidate_key in candidates
        }
        payload = ShownRecord(
            key=record.key, arxiv_id=record.arxiv_id, version=record.version, title=paper.title,
            published=paper.published.isoformat() if paper.published else None, pdf_sha256=paper.pdf_sha256,
            model=record.model, benchmark=record.benchmark, role=record.role,
            extractor_version=max(versions, default=""), fields=tuple(shown),
            record_dispute=told.disputes.get(RECORD), model_dispute=told.disputes.get(MODEL), assigned=paper.assigned,
        )  # fmt: skip
        tasks.append(ReviewTask(key=record.key, record_key=record.key, payload=with_revision(payload)))
    return tasks


def pages_of(task: ReviewTask) -> list[ReviewTask]:
    """The record's task as pages of at most ten fields: itself where it has no more.

    What was not read stands together on the last page, which also shows at least one value that was.
    """
    shown = task.payload.fields
    count = math.ceil(len(shown) / MOST_FIELDS)
    if count <= 1:
        return [task]
    read, missing = [f for f in shown if f.read], [f for f in shown if not f.read]
    with_missing = max(1, math.ceil(len(shown) / count) - len(missing))
    earlier = read[: len(read) - with_missing]
    size = math.ceil(len(earlier) / (count - 1))
    groups = [earlier[start : start + size] for start in range(0, len(earlier), size)]
    groups.append([*read[len(read) - with_missing :], *missing])
    return [
        replace(
            task,
            key=task.key if part == 1 else f"{task.key}.{part}",
            payload=with_revision(replace(task.payload, fields=tuple(group), part=part, parts=len(groups))),
        )
        for part, group in enumerate(groups, start=1)
    ]


def shown_fields(
    record: Record, candidates: Mapping[str, Candidate], decisions: Sequence[Decision] = (), notes: Notes | None = None
) -> list[ShownField]:
    """The record's fields as they are shown: what was read, the benchmark's primary metric first; then what was not.

    `decisions` are those that stand on the same paper.
    """
    notes = notes or Notes()
    own = [
        d for d in decisions if normal_name(d.model) == normal_name(record.model) and d.benchmark == record.benchmark
    ]
    chosen = record.shown(candidates)
    turned_down = [candidates[v.candidate_key] for v in record.values if not v.chosen and v.candidate_key in candidates]
    benchmark = load_benchmarks().get(record.benchmark or "")
    primary = benchmark.primary_metric.id if benchmark else None
    order = list(FIELD_NAMES)
    place = {name: number for number, name in enumerate(order)}
    chosen.sort(key=lambda c: (place.get(c.field, len(order)), c.metric != primary, c.metric or "", c.evidence.page))
    links = {v.candidate_key: v.link for v in record.values}
    shown = [_shown(c, links.get(c.key), turned_down, own, decisions, notes) for c in _one_of_each(chosen)]

    read = {c.field for c in chosen}
    for name in order:
        if name in read or (name == Field.SCORE and record.benchmark is None):
            continue
        shown.append(_missing(record, name, primary if name == Field.SCORE else None, own, notes))
    return shown


def with_revision(payload: ShownRecord) -> ShownRecord:
    """The page with the name of what it shows, which changes when a value, its evidence, the model or what people
    said of them does, not when the confidence does."""
    fields = [
        [
            f.field, f.metric, f.value, f.page, " ".join((f.quote or "").split()), f.before, f.dispute,
            [f.given.verdict, f.given.value, f.given.page, f.given.typed] if f.given else None,
            *([str(f.stated)] if f.stated else []),
        ]
        for f in payload.fields
    ]  # fmt: skip
    revision = digest(
        payload.model, payload.benchmark, str(fields), payload.record_dispute, payload.model_dispute, payload.part,
        *payload.assigned,
    )  # fmt: skip
    return replace(payload, revision=revision)


def _one_of_each(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that a person could not tell from an earlier one."""
    return list({c.judged_key: c for c in reversed(candidates)}.values())[::-1]


def _shown(
    c: Candidate, link: Link | None, turned_down: Sequence[Candidate], own: Sequence[Decision],
    of_paper: Sequence[Decision], notes: Notes,
) -> ShownField:  # fmt: skip
    e = c.evidence
    others = [
        f"{human(o.field, o.value)}, page {o.evidence.page}"
        for o in turned_down
        if (o.field, o.metric) == (c.field, c.metric) and not _same(o, c)
    ]
    said = [d for d in own if d.judged_key == c.judged_key]
    elsewhere = [d for d in of_paper if d.judged_key == c.judged_key and d not in own]
    dispute = notes.disputes.get(c.judged_key)
    return ShownField(
        field=str(c.field), metric=c.metric, value=c.value, unit=c.unit or UNITS.get(c.field), page=e.page,
        quote=e.quote, boxes=e.boxes, low=c.low, high=c.high, confidence=c.confidence,
        table=e.table, row=e.row, column=e.column, pattern=c.pattern,
        joined=None if link is None or link.is_sure else link.value, others=tuple(dict.fromkeys(others))[:3],
        before=_before(own, c.field, c.metric, c.judged_key),
        already=_words(said[-1]) if said else None, dispute=dispute,
        witness=notes.witnesses.get((c.field, c.metric)),
        elsewhere=f"{_words(elsewhere[-1])} on {elsewhere[-1].model}" if elsewhere else None,
        given=None if dispute else _given(said), stated=_stated(own, c.field, c.metric, c.judged_key),
    )  # fmt: skip


def _same(other: Candidate, c: Candidate) -> bool:
    """Whether a value that was turned down says nothing else: it is none, the same, or another name of one device."""
    if c.field == Field.DEVICE and isinstance(other.value, str) and isinstance(c.value, str):
        return same_device(other.value, c.value)
    return other.value is None or other.value == c.value


def _missing(
    record: Record, name: str, metric: str | None, own: Sequence[Decision], notes: Notes
) -> ShownField:  # fmt: skip
    """A field for which nothing was read."""
    key = judged_key(record.arxiv_id, record.version, None, None, name, metric, None)
    said = [d for d in own if d.judged_key == key]
    dispute = notes.disputes.get(key)
    return ShownField(
        name, metric, None, UNITS.get(name), None, None, before=_before(own, name, metric, key),
        already=_words(said[-1]) if said else None, dispute=dispute, given=None if dispute else _given(said),
        stated=_stated(own, name, metric, key),
    )  # fmt: skip


def _given(said: Sequence[Decision]) -> GivenAnswer | None:
    """The last answer on this evidence, to be filled in when the page comes back."""
    if not said:
        return None
    d = said[-1]
    if d.verdict == Verdict.UNSURE and d.typed:  # a correction that could not be read
        return GivenAnswer(Verdict.CORRECT.value, None, d.answer_page, d.typed)
    if d.verdict == Verdict.CORRECT:
        return GivenAnswer(Verdict.CORRECT.value, d.value, _page_of(d), d.typed)
    return GivenAnswer(str(d.verdict))


def _stated(own: Sequence[Decision], name: str, metric: str | None, judged_key: str) -> tuple[GivenValue, ...]:
    """The values that people gave for this field, on this evidence if anybody judged it, with where each was found."""
    of_field = [d for d in own if (d.field, d.metric) == (name, metric)]
    here = [d for d in of_field if d.judged_key == judged_key]
    said = here or of_field[-1:]
    return tuple(
        GivenValue(d.value, d.annotator, d.typed, d.place, current=bool(here))
        for d in said
        if d.verdict == Verdict.CORRECT and d.value is not None
    )


def _page_of(d: Decision) -> int | None:
    """The page of what a decision lets stand: where its value was found, else where the person said."""
    return d.place.page if d.place is not None else d.answer_page or d.page


def _before(own: Sequence[Decision], name: str, metric: str | None, judged_key: str) -> str | None:
    """What was last said of this field of this record on other evidence than is shown now."""
    said = [
        d
        for d in own
        if (d.field, d.metric) == (name, metric) and d.judged_key != judged_key and d.field not in (RECORD, MODEL)
    ]
    if not said or any(d.judged_key == judged_key for d in own):
        return None
    return _words(said[-1])


def _words(d: Decision) -> str:
    where = f" (page {page})" if (page := _page_of(d)) else ""
    return {
        Verdict.ACCEPT: f"accepted: {human(d.field, d.judged_value)}{where}",
        Verdict.CORRECT: f"corrected to {human(d.field, d.value)}{where}",
        Verdict.REJECT: f"rejected: {human(d.field, d.judged_value)}{where}",
        Verdict.NOT_STATED: "not stated",
        Verdict.UNSURE: f"unsure about {human(d.field, d.judged_value)}{where}",
    }[Verdict(d.verdict)]
