"""The table that analysts use, made from decisions; and the reference table's rows beside it.

`curated_rows` and `curated_values` hold nothing of their own: the rows of a paper are made anew from its records and
decisions whenever one of these changes, so that a mistake in making them never costs an answer.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
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
)  # fmt: skip
from db.quantities import human
from db.reference.benchmarks import load_benchmarks
from db.store import Connection, insert_rows, rows_of
from db.tables.auto_accept import Taken, auto_accept_rule
from db.tables.readings import load_candidates, load_records
from db.tables.reviews import MODEL, RECORD, load_decisions
from db.tables.settlement import MOVED, NOT_A_RESULT, Settlement, Stance, Thing, same_outcome, settle, stances
from db.tables.shown import taken_of_all
from db.untyped import Row

REVIEW = "review"
DISPUTED = "disputed"  # people differ, and nobody has decided between them

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
    "disputed": 1,
    "unreviewed": 1,
    "not_stated": 2,
    "rejected": 2,
}


@dataclass(frozen=True)
class PaperFacts:
    title: str | None
    published: date | None


def rebuild_curated(con: Connection) -> int:
    """How many curated rows there are after making them anew, where anything changed, from records and decisions.

    Idempotent; the reference table's rows are not touched.
    """
    rule = auto_accept_rule(con)
    taken = taken_of_all(con, rule)
    made_of = _made_of(con, taken)
    known = {
        (a, v): text for a, v, text in con.execute("SELECT arxiv_id, version, made_of FROM curated_papers").fetchall()
    }
    changed = {paper for paper in {*made_of, *known} if made_of.get(paper) != known.get(paper)}
    if changed:
        _remove_rows(con, changed)
        _insert_rows(con, rows_of_papers(con, changed & made_of.keys(), taken))
        insert_rows(
            con,
            "curated_papers",
            [{"arxiv_id": a, "version": v, "made_of": made_of[a, v]} for a, v in changed if (a, v) in made_of],
        )
    found = con.execute("SELECT count(*) FROM curated_rows WHERE source = ?", [REVIEW]).fetchone()
    return int(found[0]) if found else 0


def rows_of_papers(con: Connection, papers: Collection[tuple[str, int]], taken: Taken | None) -> list[CuratedRow]:
    """The curated rows of these papers as they are to be now."""
    ids = sorted({arxiv_id for arxiv_id, _ in papers})
    facts = rows_of(
        con,
        "SELECT arxiv_id, version, title, published FROM papers WHERE arxiv_id IN (SELECT unnest($ids))",
        {"ids": ids},
    )
    return list(
        curated_rows(
            [r for r in load_records(con, papers=ids) if (r.arxiv_id, r.version) in papers],
            {c.key: c for c in load_candidates(con, papers=ids)},
            [d for d in load_decisions(con, papers=ids) if (d.arxiv_id, d.version) in papers],
            {(f["arxiv_id"], f["version"]): PaperFacts(f["title"], f["published"]) for f in facts},
            taken,
        )
    )


def changed_papers(con: Connection, taken: Taken | None) -> set[tuple[str, int]]:
    """The papers whose curated rows are not made of what is there now."""
    made_of = _made_of(con, taken)
    known = con.execute("SELECT arxiv_id, version, made_of FROM curated_papers").fetchall()
    return made_of.keys() - {(a, v) for a, v, text in known if made_of.get((a, v)) == text}


def saved_values(
    con: Connection, papers: Collection[tuple[str, int]]
) -> list[tuple[str, str | None, str, str | None, float | str | None]]:
    """The values of these papers' rows as they were saved, in order: row key, benchmark, field, metric, value."""
    rows = con.execute(
        """
        SELECT r.row_key, r.benchmark, v.field, v.metric, v.value, v.value_text
        FROM curated_rows r LEFT JOIN curated_values v ON v.row_key = r.row_key
        WHERE r.source = $source AND (r.arxiv_id, r.version) IN (SELECT (unnest($ids), unnest($versions)))
        ORDER BY r.row_key, v.rowid
        """,
        {"source": REVIEW, "ids": [a for a, _ in papers], "versions": [v for _, v in papers]},
    ).fetchall()
    return [(*rest, text if number is None else number) for *rest, number, text in rows]


def _made_of(con: Connection, taken: Taken | None) -> dict[tuple[str, int], str]:
    """Of each paper that has decisions (with a rule: of each with records), what its curated rows are made of."""
    rule = taken.rule.set_at.isoformat() if taken else ""
    audited = sorted(taken.audited) if taken else []
    rows = con.execute(_MADE_OF, {"makers": _makers(), "rule": rule, "audited": audited}).fetchall()
    return {(arxiv_id, version): text for arxiv_id, version, text in rows}


_MADE_OF = """
WITH decided AS (
    SELECT arxiv_id, version, count(*) || ' to ' || max(position) AS decisions FROM decisions GROUP BY ALL
),
looked_at AS (
    SELECT arxiv_id, version, md5(string_agg(DISTINCT judged_key ORDER BY judged_key)) AS audited
    FROM candidates WHERE judged_key IN (SELECT unnest(CAST($audited AS VARCHAR[]))) GROUP BY ALL
),
concerned AS (
    SELECT arxiv_id, version FROM decided
    UNION SELECT arxiv_id, version FROM records WHERE $rule <> ''
)
SELECT c.arxiv_id, c.version,
       concat_ws('|', $makers, $rule, l.audited, d.decisions, r.read_at, r.reader_version, p.published, p.title)
FROM concerned c
LEFT JOIN decided d ON d.arxiv_id = c.arxiv_id AND d.version = c.version
LEFT JOIN looked_at l ON l.arxiv_id = c.arxiv_id AND l.version = c.version
LEFT JOIN readings r ON r.arxiv_id = c.arxiv_id AND r.version = c.version
LEFT JOIN papers p ON p.arxiv_id = c.arxiv_id AND p.version = c.version
"""


_MAKERS = (
    "models.py", "tables/auto_accept.py", "tables/curated.py", "tables/settlement.py", "reference/benchmarks.toml",
)  # fmt: skip


@cache
def _makers() -> str:
    """A digest of what makes curated rows of decisions: another version makes all of them anew."""
    found = hashlib.sha256()
    for name in (
        "models.py",
        "tables/curated.py",
        "tables/settlement.py",
        "tables/auto_accept.py",
        "reference/benchmarks.toml",
    ):
        found.update(resources.files("db").joinpath(name).read_bytes())
    return found.hexdigest()[:8]


def _remove_rows(con: Connection, papers: Collection[tuple[str, int]]) -> None:
    """Removes the rows that decisions made of these papers, and the marks of what they were made of."""
    given = {"ids": [a for a, _ in papers], "versions": [v for _, v in papers]}
    these = "(arxiv_id, version) IN (SELECT (unnest($ids), unnest($versions)))"
    mine = f"SELECT row_key FROM curated_rows WHERE source = '{REVIEW}' AND {these}"
    con.execute(f"DELETE FROM curated_values WHERE row_key IN ({mine})", given)
    con.execute(f"DELETE FROM curated_rows WHERE row_key IN ({mine})", given)
    con.execute(f"DELETE FROM curated_papers WHERE {these}", given)


def curated_rows(
    records: Iterable[Record],
    candidates: Mapping[str, Candidate],
    decisions: Iterable[Decision],
    papers: Mapping[tuple[str, int], PaperFacts],
    taken: Taken | None = None,
) -> Iterator[CuratedRow]:
    """A row for each record that a person has decided something about, unless people agree that it is no result.

    With a rule in force, also for each record of which the rule takes a value.

    A decision belongs to the record it was made on. Where the extractor no longer makes that record (a model's name
    is read otherwise), it belongs to the record of the same paper and benchmark that nobody judged and that shows
    most of the same evidence; where there is none, the decisions make the row by themselves.
    """
    of_paper: dict[tuple[str, int], list[Record]] = defaultdict(list)
    for record in records:
        of_paper[(record.arxiv_id, record.version)].append(record)
    of_record: dict[str, list[Stance]] = defaultdict(list)
    for s in _that_count(stances(decisions)):
        of_record[s.thing.record_key].append(s)

    homes: dict[str, tuple[Record, list[Stance]]] = {}
    for key, said in of_record.items():
        d = said[-1].decision
        among = of_paper[(d.arxiv_id, d.version)]
        home = next((r for r in among if r.key == key), None)
        if home is None:
            free = [r for r in among if r.benchmark == d.benchmark and r.key not in of_record]
            home = _most_alike([s.decision for s in said], free, candidates)
        home = home or Record(d.arxiv_id, d.version, d.model, d.benchmark, "own")
        homes.setdefault(home.key, (home, []))[1].extend(said)

    if taken is not None:
        for record in (r for of in of_paper.values() for r in of):
            if any(taken.takes(c) for c in record.shown(candidates)):
                homes.setdefault(record.key, (record, []))

    for record, said in homes.values():
        row = _row(record, candidates, said, papers, taken)
        if row is not None:
            yield row


def _that_count(said: Sequence[Stance]) -> list[Stance]:
    """The stances without those that give a value to another model where it stands that the value is not its.

    While people differ on that, the value is contested there too.
    """
    of: dict[Thing, list[Stance]] = defaultdict(list)
    for s in said:
        of[s.thing].append(s)
    counting = []
    for s in said:
        asked = Thing(s.decision.task_key, s.thing.field, s.thing.metric, s.thing.judged_key)
        if asked == s.thing or asked not in of:
            counting.append(s)
            continue
        stands = settle(of[asked]).stands
        if stands is None:
            counting.append(replace(s, contested=True))
        elif same_outcome(s.thing.field, stands.outcome, (MOVED, s.decision.model)):
            counting.append(s)
    return counting


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
    _insert_rows(con, rows)


def _insert_rows(con: Connection, rows: Sequence[CuratedRow]) -> None:
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
    said: Sequence[Stance],
    papers: Mapping[tuple[str, int], PaperFacts],
    taken: Taken | None,
) -> CuratedRow | None:
    """The row of one record; None where it stands that it is not a result."""
    of: dict[str, list[Stance]] = defaultdict(list)
    for s in said:
        of[s.thing.judged_key].append(s)
    settled = {key: settle(stances_on_it) for key, stances_on_it in of.items()}
    whole, whose = settled.pop(RECORD, None), settled.pop(MODEL, None)
    if whole is not None and whole.stands is not None and whole.stands.outcome[0] == NOT_A_RESULT:
        return None
    facts = papers.get((record.arxiv_id, record.version), PaperFacts(None, None))
    values = list(_values(record.shown(candidates), settled, taken))
    if whole is not None and whole.disputed:
        values = [replace(v, state=DISPUTED) for v in values]
    primary = _primary_metric(record.benchmark)
    values.sort(
        key=lambda v: (
            _FIELD_ORDER.get(v.field, len(_FIELD_ORDER)), v.value is None, v.metric != primary, v.metric or "",
            _STATE_ORDER[v.state],
        )
    )  # fmt: skip
    return CuratedRow(
        row_key=record.key, source=REVIEW, arxiv_id=record.arxiv_id, version=record.version, title=facts.title,
        published=facts.published, model=_model_of(record, whose), benchmark=record.benchmark, role=record.role,
        values=tuple(values),
    )  # fmt: skip


def _model_of(record: Record, whose: Settlement | None) -> str:
    """The model as people named it in so many words, else as it was read."""
    decision = whose.stands.decision if whose is not None and whose.stands is not None else None
    if decision is not None and decision.field == MODEL and isinstance(decision.value, str):
        return decision.value
    return record.model


def _values(
    shown: Sequence[Candidate], settled: Mapping[str, Settlement], taken: Taken | None
) -> Iterator[CuratedValue]:
    """The record's values: what stands where people judged, else what was read. `settled` is by judged key.

    An answer on evidence that the extractor no longer shows goes on standing until the new evidence is judged,
    unless it only turned the old value down.
    """
    now_shown = {c.judged_key for c in shown}
    of_old = {key: s for key, s in settled.items() if key not in now_shown}
    answered = {(c.field, c.metric) for c in shown if c.judged_key in settled}
    upheld = {
        _field_of(s): s
        for s in of_old.values()
        if _field_of(s) not in answered
        and s.stands is not None
        and s.stands.decision.verdict in (Verdict.ACCEPT, Verdict.CORRECT, Verdict.NOT_STATED)
    }
    for c in shown:
        if c.judged_key in settled:
            yield _decided(settled[c.judged_key], c.unit, c.confidence)
        elif (c.field, c.metric) not in upheld:
            yield CuratedValue(
                field=c.field, metric=c.metric, value=c.value, unit=c.unit, page=c.evidence.page,
                quote=c.evidence.quote, confidence=c.confidence,
                state="auto_accepted" if taken is not None and taken.takes(c) else "unreviewed",
            )  # fmt: skip
    there = {(c.field, c.metric) for c in shown}
    for s in of_old.values():
        if upheld.get(_field_of(s)) is s or _field_of(s) not in there:
            yield _decided(s, UNITS.get(s.thing.field), None)


def _field_of(s: Settlement) -> tuple[str, str | None]:
    return (s.thing.field, s.thing.metric)


def _decided(s: Settlement, unit: str | None, confidence: float | None) -> CuratedValue:
    """The value as it stands, with the words that say so; while people differ, as it was read."""
    d = (s.stands or s.first[-1]).decision
    state = DISPUTED if s.disputed else STATES[Verdict(d.verdict)]
    value, page, quote, stated_by = d.judged_value, d.page, d.quote, None
    if state in ("rejected", "not_stated"):
        value = None
    elif state == "corrected":
        value = d.value
        page, quote, stated_by = _words_of(d)
    return CuratedValue(
        field=d.field, metric=d.metric, value=value, unit=unit, page=page, quote=quote, state=state,
        decision_key=d.key, confidence=confidence, stated_by=stated_by,
    )  # fmt: skip


def _words_of(d: Decision) -> tuple[int | None, str, str | None]:
    """Page and words of a value that a person gave; where the paper's text has it nowhere, the person's own words."""
    if d.place is not None:
        return d.place.page, d.place.quote, None
    return d.answer_page or d.page, d.typed or human(d.field, d.value), d.annotator


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


def _value_row(row_key: str, v: CuratedValue) -> Row:
    number = isinstance(v.value, int | float)
    return {
        "row_key": row_key, "field": str(v.field), "metric": v.metric, "value": v.value if number else None,
        "value_text": v.value if isinstance(v.value, str) else None, "unit": v.unit, "page": v.page,
        "quote": v.quote, "state": v.state, "decision_key": v.decision_key, "confidence": v.confidence,
        "stated_by": v.stated_by,
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


def _reference_row(key: str, row: Row) -> CuratedRow:
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
