"""The table that analysts use, made from decisions; and the reference table's rows beside it.

`curated_rows` and `curated_values` hold nothing of their own: they are made anew from records and decisions whenever
a decision comes in, so that a mistake in making them never costs an answer.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from db.models import (
    UNITS,
    Candidate,
    CuratedRow,
    CuratedValue,
    Decision,
    Field,
    Record,
    Verdict,
    normal_name,
)  # fmt: skip
from db.reference.benchmarks import load_benchmarks
from db.store import Connection, insert_rows, rows_of
from db.tables.readings import load_candidates, load_records
from db.tables.reviews import MODEL, RECORD, AutoAcceptRule, auto_accept_rule, load_decisions, standing

REVIEW = "review"

STATES = {
    Verdict.ACCEPT: "accepted",
    Verdict.CORRECT: "corrected",
    Verdict.REJECT: "rejected",
    Verdict.NOT_STATED: "not_stated",
    Verdict.UNSURE: "unsure",
}
# Of each field in the view `curated`, in the reference table and in exported records. Scores have several.
COLUMNS = {
    Field.DEVICE: "device",
    Field.DEVICE_COUNT: "device_count",
    Field.TRAINING_TIME: "training_seconds",
    Field.EPOCHS: "epochs",
    Field.PARAMETERS: "parameters",
    Field.FLOPS: "flops",
    Field.MULTIPLY_ADDS: "multiply_adds",
    Field.TRAINING_FLOPS: "training_flops",
}
_FIELD_ORDER: dict[str, int] = {f: place for place, f in enumerate(sorted(Field, key=lambda f: f != Field.SCORE))}
_STATE_ORDER = {
    "accepted": 0,
    "corrected": 0,
    "auto_accepted": 0,
    "unsure": 1,
    "unreviewed": 1,
    "not_stated": 2,
    "rejected": 2,
}


@dataclass(frozen=True)
class PaperFacts:
    title: str | None
    published: date | None


def rebuild_curated(con: Connection) -> int:
    """How many curated rows there are after making them anew from records and decisions.

    Idempotent; the reference table's rows are not touched.
    """
    papers = {
        (row["arxiv_id"], row["version"]): PaperFacts(row["title"], row["published"])
        for row in rows_of(con, "SELECT arxiv_id, version, title, published FROM papers")
    }
    decisions = load_decisions(con)
    rule = auto_accept_rule(con)
    concerned = {d.arxiv_id for d in decisions}
    candidates = {c.key: c for c in load_candidates(con) if rule or c.evidence.arxiv_id in concerned}
    records = [r for r in load_records(con) if rule or r.arxiv_id in concerned]
    rows = list(curated_rows(records, candidates, decisions, papers, rule))
    replace_rows(con, REVIEW, rows)
    return len(rows)


def curated_rows(
    records: Iterable[Record],
    candidates: Mapping[str, Candidate],
    decisions: Iterable[Decision],
    papers: Mapping[tuple[str, int], PaperFacts],
    rule: AutoAcceptRule | None = None,
) -> Iterator[CuratedRow]:
    """A row for each record that a person has decided something about, unless it was declared not a result.

    With a rule, also for each record of which the rule takes a value.

    A decision belongs to the record it was made on. Where the extractor no longer makes that record (a model's name
    is read otherwise), it belongs to the record of the same paper and benchmark that nobody judged and that shows
    most of the same evidence; where there is none, the decisions make the row by themselves.
    """
    of_paper: dict[tuple[str, int], list[Record]] = defaultdict(list)
    for record in records:
        of_paper[(record.arxiv_id, record.version)].append(record)
    of_record: dict[tuple[str, int, str, str | None], list[Decision]] = defaultdict(list)
    for d in standing(decisions):
        of_record[(d.arxiv_id, d.version, normal_name(d.model), d.benchmark)].append(d)

    homes: dict[str, tuple[Record, list[Decision]]] = {}
    for (arxiv_id, version, name, benchmark), said in of_record.items():
        among = of_paper[(arxiv_id, version)]
        home = next((r for r in among if normal_name(r.model) == name and r.benchmark == benchmark), None)
        if home is None:
            free = [
                r
                for r in among
                if r.benchmark == benchmark and (arxiv_id, version, normal_name(r.model), benchmark) not in of_record
            ]
            home = _most_alike(said, free, candidates)
        home = home or Record(arxiv_id, version, said[-1].model, benchmark, "own")
        homes.setdefault(home.key, (home, []))[1].extend(said)

    if rule is not None:
        for record in (r for of in of_paper.values() for r in of):
            chosen = record.shown(candidates)
            if any(_taken(c, rule) for c in chosen):
                homes.setdefault(record.key, (record, []))

    for record, said in homes.values():
        row = _row(record, candidates, sorted(said, key=lambda d: d.decided_at), papers, rule)
        if row is not None:
            yield row


def replace_rows(con: Connection, source: str, rows: Sequence[CuratedRow]) -> None:
    """Puts these rows in place of all rows of this source."""
    keys = [r.row_key for r in rows]
    con.execute(
        "DELETE FROM curated_values WHERE row_key IN (SELECT row_key FROM curated_rows WHERE source = $source)",
        {"source": source},
    )
    con.execute(
        "DELETE FROM curated_rows WHERE source = $source AND NOT list_contains($keys, row_key)",
        {"source": source, "keys": keys},
    )
    insert_rows(
        con,
        "curated_rows",
        [
            {
                "row_key": r.row_key, "source": r.source, "arxiv_id": r.arxiv_id, "version": r.version,
                "title": r.title, "published": r.published, "model": r.model, "benchmark": r.benchmark,
                "role": r.role,
            }
            for r in rows
        ],
        on_conflict="replace",
    )  # fmt: skip
    insert_rows(con, "curated_values", [_value_row(r.row_key, v) for r in rows for v in r.values])


def _row(
    record: Record,
    candidates: Mapping[str, Candidate],
    decisions: Sequence[Decision],
    papers: Mapping[tuple[str, int], PaperFacts],
    rule: AutoAcceptRule | None,
) -> CuratedRow | None:
    """The row of one record; None where a person declared it not a result."""
    model = record.model
    whole: Decision | None = None
    for d in decisions:
        if d.field == RECORD:
            whole = d
        elif d.field == MODEL and d.verdict == Verdict.CORRECT and isinstance(d.value, str):
            model = d.value
    if whole is not None and whole.verdict == Verdict.REJECT:
        return None
    facts = papers.get((record.arxiv_id, record.version), PaperFacts(None, None))
    shown = record.shown(candidates)
    values = list(_values(shown, [d for d in decisions if d.field not in (RECORD, MODEL)], rule))
    primary = _primary_metric(record.benchmark)
    values.sort(
        key=lambda v: (
            _FIELD_ORDER.get(v.field, len(_FIELD_ORDER)), v.value is None, v.metric != primary, v.metric or "",
            _STATE_ORDER[v.state],
        )
    )  # fmt: skip
    return CuratedRow(
        row_key=record.key, source=REVIEW, arxiv_id=record.arxiv_id, version=record.version, title=facts.title,
        published=facts.published, model=model, benchmark=record.benchmark, role=record.role, values=tuple(values),
    )  # fmt: skip


def _values(
    shown: Sequence[Candidate], decisions: Sequence[Decision], rule: AutoAcceptRule | None
) -> Iterator[CuratedValue]:
    """The record's values: what was decided where something was, else what was read.

    An answer on evidence that the extractor no longer shows goes on standing until the new evidence is judged,
    unless it only turned the old value down.
    """
    latest = {d.judged_key: d for d in decisions}  # in order of time: the last stays
    now_shown = {c.judged_key for c in shown}
    of_old = [d for d in latest.values() if d.judged_key not in now_shown]
    answered = {(c.field, c.metric) for c in shown if c.judged_key in latest}
    upheld = {
        (d.field, d.metric): d
        for d in of_old
        if (d.field, d.metric) not in answered and d.verdict in (Verdict.ACCEPT, Verdict.CORRECT, Verdict.NOT_STATED)
    }
    for c in shown:
        if c.judged_key in latest:
            yield _decided(latest[c.judged_key], c.unit, c.confidence)
        elif (c.field, c.metric) not in upheld:
            yield CuratedValue(
                field=c.field, metric=c.metric, value=c.value, unit=c.unit, page=c.evidence.page,
                quote=c.evidence.quote, state="auto_accepted" if _taken(c, rule) else "unreviewed",
                confidence=c.confidence,
            )  # fmt: skip
    there = {(c.field, c.metric) for c in shown}
    for d in of_old:
        if upheld.get((d.field, d.metric)) is d or (d.field, d.metric) not in there:
            yield _decided(d, UNITS.get(d.field), None)


def _taken(c: Candidate, rule: AutoAcceptRule | None) -> bool:
    """Whether the rule takes this value; what is audited waits for people like any other."""
    return rule is not None and c.value is not None and rule.takes(c.confidence) and not rule.audits(c.judged_key)


def _decided(d: Decision, unit: str | None, confidence: float | None) -> CuratedValue:
    value = {
        Verdict.ACCEPT: d.judged_value,
        Verdict.CORRECT: d.value,
        Verdict.UNSURE: d.judged_value,
    }.get(Verdict(d.verdict))
    moved = d.answer_page is not None and d.answer_page != d.page
    return CuratedValue(
        field=d.field, metric=d.metric, value=value, unit=unit, page=d.answer_page if moved else d.page,
        quote=None if moved else d.quote, state=STATES[Verdict(d.verdict)], decision_key=d.key, confidence=confidence,
    )  # fmt: skip


def _most_alike(
    said: Sequence[Decision], among: Sequence[Record], candidates: Mapping[str, Candidate]
) -> Record | None:
    """The record that shows most of the evidence these decisions judged, None where none shows any."""
    judged = {d.judged_key for d in said if d.quote is not None}
    best, most = None, 0
    for record in among:
        keys = {
            candidates[v.candidate_key].judged_key for v in record.values if v.chosen and v.candidate_key in candidates
        }
        if len(judged & keys) > most:
            best, most = record, len(judged & keys)
    return best


def _primary_metric(benchmark: str | None) -> str | None:
    known = load_benchmarks()
    return known[benchmark].primary_metric.id if benchmark and benchmark in known else None


def _value_row(row_key: str, v: CuratedValue) -> dict[str, Any]:
    number = isinstance(v.value, int | float)
    return {
        "row_key": row_key, "field": str(v.field), "metric": v.metric, "value": v.value if number else None,
        "value_text": v.value if isinstance(v.value, str) else None, "unit": v.unit, "page": v.page,
        "quote": v.quote, "state": v.state, "decision_key": v.decision_key, "confidence": v.confidence,
    }  # fmt: skip


# The reference table.

REFERENCE = "thompson2020"


def load_reference(con: Connection, *, corrected: bool = True) -> int:
    """How many rows the reference table has; they now stand in the curated table in place of earlier ones of it.

    `corrected`: with the known faults mended, or as published.
    """
    from db.reference.thompson2020 import load_rows

    rows = [
        _reference_row(str(key), {str(c): row[c] for c in row.index})
        for key, row in load_rows(corrected=corrected).iterrows()
    ]
    replace_rows(con, REFERENCE, rows)
    return len(rows)


def _reference_row(key: str, row: Mapping[str, Any]) -> CuratedRow:
    from db.reference.thompson2020 import SCORES

    benchmark = str(row["benchmark"])
    metrics = sorted(SCORES, key=lambda m: m != _primary_metric(benchmark))
    values = [_reference_value(Field.SCORE, row[m], m) for m in metrics]
    values.append(_reference_value(Field.DEVICE, row["device"] or None))
    columns = {field: column for field, column in COLUMNS.items() if field != Field.DEVICE and column in row}
    values += [_reference_value(field, row[column]) for field, column in columns.items()]
    printed = str(row["training_time_text"]) or None
    return CuratedRow(
        row_key=f"{REFERENCE}/{key}", source=REFERENCE, arxiv_id=str(row["arxiv_id"]) or None,
        version=None if _missing(row["version"]) else int(row["version"]), title=str(row["title"]) or None,
        published=_first_seen(str(row["arxiv_id"]), row["year"]), model=str(row["model"]), benchmark=benchmark,
        role="prior" if row["reimplementation"] else "own",
        values=tuple(
            replace(v, quote=printed) if v.field == Field.TRAINING_TIME else v for v in values if v is not None
        ),
    )  # fmt: skip


def _reference_value(field: Field, value: Any, metric: str | None = None) -> CuratedValue | None:
    if _missing(value):
        return None
    return CuratedValue(
        field=field.value, metric=metric, value=value if isinstance(value, str) else float(value), unit=UNITS[field],
        page=None, quote=None, state="reference",
    )  # fmt: skip


def _first_seen(arxiv_id: str, year: Any) -> date | None:
    """The first of the month that a new-style arXiv id names, else of the year."""
    if re.fullmatch(r"\d{4}\.\d{4,5}", arxiv_id):
        return date(2000 + int(arxiv_id[:2]), int(arxiv_id[2:4]), 1)
    return None if _missing(year) else date(int(year), 1, 1)


def _missing(value: Any) -> bool:
    import pandas as pd

    return bool(pd.isna(value))
