"""Saving what the extractor read, and finding what it has yet to read.

Owns the tables readings, reading_notes, candidates, records and record_values.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.models import Candidate, Evidence, Outcome, Record, RecordValue
from db.store import Connection, insert_rows, now, rows_of
from db.untyped import Row
from db.vocabulary import Link, NoteKind


@dataclass(frozen=True)
class ReadingNote:
    """One thing that could not be read of a paper, on a page (None: the whole paper): "Table 3" is a picture."""

    kind: str  # a NoteKind
    page: int | None = None
    detail: str = ""

    @property
    def words(self) -> str:
        """The note for people: "Table 3 is a picture: nothing in it was read (page 5)"."""
        said = NoteKind(self.kind).words.format(self.detail)
        return said if self.page is None else f"{said} (page {self.page})"


@dataclass(frozen=True)
class Reading:
    """What came of reading one PDF with one version of the reader."""

    arxiv_id: str
    version: int
    pdf_sha256: str
    reader_version: str
    outcome: Outcome
    message: str | None = None
    pages: int | None = None
    tables: int | None = None
    seconds: float | None = None
    peak_mb: float | None = None
    candidates: tuple[Candidate, ...] = ()
    records: tuple[Record, ...] = ()
    notes: tuple[ReadingNote, ...] = ()


@dataclass(frozen=True)
class UnreadPaper:
    arxiv_id: str
    version: int
    pdf_sha256: str


def unread(con: Connection, reader_version: str, ids: Sequence[str] = (), *, again: bool = False) -> list[UnreadPaper]:
    """Papers with a PDF that this reader version has not read (with `again`, all), in order of id.

    `ids` restricts to these arXiv ids (with or without a version).
    """
    rows = rows_of(
        con,
        """
        SELECT p.arxiv_id, p.version, p.pdf_sha256
        FROM papers p LEFT JOIN readings r ON r.arxiv_id = p.arxiv_id AND r.version = p.version
        WHERE p.pdf_sha256 IS NOT NULL
          AND (len($ids) = 0 OR list_contains($ids, p.arxiv_id)
               OR list_contains($ids, p.arxiv_id || 'v' || p.version))
          AND ($again OR r.arxiv_id IS NULL OR r.reader_version <> $reader OR r.pdf_sha256 <> p.pdf_sha256)
        ORDER BY p.arxiv_id, p.version
        """,
        {"ids": list(ids), "again": again, "reader": reader_version},
    )
    return [UnreadPaper(**row) for row in rows]


def read_since(
    con: Connection, reader_version: str, moment: datetime, papers: Sequence[tuple[str, int]]
) -> set[tuple[str, int]]:
    """Those of these papers (id, version) that this reader version has read since the moment."""
    rows = rows_of(
        con,
        """
        SELECT arxiv_id, version FROM readings
        WHERE reader_version = $reader AND read_at >= $moment AND arxiv_id IN (SELECT unnest($ids))
        """,
        {"reader": reader_version, "moment": moment, "ids": [arxiv_id for arxiv_id, _ in papers]},
    )
    return {(row["arxiv_id"], row["version"]) for row in rows} & set(papers)


# The tables of a reading, and which of their rows are of the papers in `these_papers`; in the order in which rows go.
OF_THESE_PAPERS = {
    "record_values": "record_key IN (SELECT key FROM records SEMI JOIN these_papers USING (arxiv_id, version))",
    **dict.fromkeys(
        ("records", "candidates", "reading_notes", "readings"), "(arxiv_id, version) IN (FROM these_papers)"
    ),
}


def forget_readings(con: Connection, papers: Sequence[tuple[str, int]]) -> int:
    """How many of these papers (id, version) had been read. What was is deleted, but for rows of `readings`."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE these_papers AS
        SELECT arxiv_id, version FROM readings
        WHERE (arxiv_id, version) IN (SELECT unnest($ids), unnest($versions))
        """,
        {"ids": [arxiv_id for arxiv_id, _ in papers], "versions": [version for _, version in papers]},
    )
    ((known,),) = con.execute("SELECT count(*) FROM these_papers").fetchall()
    for table, of_these in OF_THESE_PAPERS.items():
        if known and table != "readings":
            con.execute(f"DELETE FROM {table} WHERE {of_these}")
    con.execute("DROP TABLE these_papers")
    return int(known)


def save_readings(con: Connection, readings: Iterable[Reading]) -> None:
    """Saves each reading in place of an earlier one of the same paper and version. Decisions stay."""
    batch = list({(r.arxiv_id, r.version): r for r in readings}.values())
    forget_readings(con, [(r.arxiv_id, r.version) for r in batch])
    moment = now()
    insert_rows(
        con,
        "readings",
        [
            {
                "arxiv_id": r.arxiv_id, "version": r.version, "pdf_sha256": r.pdf_sha256,
                "reader_version": r.reader_version, "outcome": r.outcome.value, "message": r.message,
                "pages": r.pages, "tables": r.tables, "seconds": r.seconds, "peak_mb": r.peak_mb,
                "read_at": moment,
            }
            for r in batch
        ],
        on_conflict="replace",
    )  # fmt: skip
    insert_rows(
        con,
        "reading_notes",
        [
            {"arxiv_id": r.arxiv_id, "version": r.version, "kind": str(n.kind), "page": n.page, "detail": n.detail}
            for r in batch for n in r.notes
        ],
    )  # fmt: skip
    # these two have no index that would refuse the same key twice
    candidates = {c.key: c for r in batch for c in r.candidates}
    insert_rows(con, "candidates", [_candidate_row(c) for c in candidates.values()])
    insert_rows(
        con,
        "records",
        [
            {
                "key": x.key, "arxiv_id": x.arxiv_id, "version": x.version, "model": x.model,
                "benchmark": x.benchmark, "role": x.role,
            }
            for r in batch for x in r.records
        ],
        on_conflict="replace",
    )  # fmt: skip
    values = {(x.key, v.field, v.candidate_key): (x, v) for r in batch for x in r.records for v in x.values}
    insert_rows(
        con,
        "record_values",
        [
            {
                "record_key": x.key, "field": v.field, "metric": v.metric, "candidate_key": v.candidate_key,
                "chosen": v.chosen, "reason": v.reason, "confidence": v.confidence,
                "link": v.link.name if v.link else None,
            }
            for x, v in values.values()
        ],
    )  # fmt: skip


def load_notes(con: Connection, arxiv_id: str, version: int) -> list[ReadingNote]:
    """What could not be read of the paper, in order of page."""
    rows = rows_of(
        con,
        """
        SELECT kind, page, detail FROM reading_notes WHERE arxiv_id = ? AND version = ?
        ORDER BY page NULLS FIRST, detail
        """,
        [arxiv_id, version],
    )
    return [ReadingNote(**row) for row in rows]


def load_candidates(
    con: Connection, arxiv_id: str | None = None, *, papers: Collection[str] | None = None, chosen_only: bool = False
) -> list[Candidate]:
    """Candidates in order of paper and place (of one paper, of these, or all)."""
    rows = rows_of(
        con,
        f"""
        SELECT * FROM candidates
        WHERE {_OF_PAPERS} AND (chosen OR NOT $chosen_only)
        ORDER BY arxiv_id, version, page, start_offset, key
        """,
        {**_papers(arxiv_id, papers), "chosen_only": chosen_only},
    )
    return [_candidate(row) for row in rows]


def load_shown(con: Connection) -> list[Candidate]:
    """What each record shows, a value once a record, each with the confidence that it is right and that model's."""
    candidates = {c.key: c for c in load_candidates(con, chosen_only=True)}
    return [c for record in load_records(con) for c in record.shown(candidates)]


def load_records(
    con: Connection, arxiv_id: str | None = None, *, papers: Collection[str] | None = None
) -> list[Record]:
    """Records with their values, in order of paper, benchmark and model (of one paper, of these, or all)."""
    values: dict[str, list[RecordValue]] = {}
    for row in rows_of(
        con,
        f"""
        SELECT v.* FROM record_values v JOIN records r ON r.key = v.record_key
        WHERE {_OF_PAPERS}
        ORDER BY v.record_key, v.field, v.metric, v.chosen DESC, v.candidate_key
        """,
        _papers(arxiv_id, papers),
    ):
        record, link = row.pop("record_key"), row.pop("link")
        values.setdefault(record, []).append(RecordValue(link=Link[link] if link else None, **row))
    rows = rows_of(
        con,
        f"SELECT * FROM records WHERE {_OF_PAPERS} ORDER BY arxiv_id, version, benchmark, model, key",
        _papers(arxiv_id, papers),
    )
    return [Record(values=tuple(values.get(row.pop("key"), ())), **row) for row in rows]


_OF_PAPERS = "($papers IS NULL OR arxiv_id IN (SELECT unnest($papers)))"


def _papers(arxiv_id: str | None, papers: Collection[str] | None) -> Row:
    """What `_OF_PAPERS` asks for: one paper, these, or (None) all."""
    if arxiv_id is not None:
        return {"papers": [arxiv_id]}
    return {"papers": None if papers is None else list(papers)}


def _candidate_row(c: Candidate) -> Row:
    e = c.evidence
    number = None if c.value is None or isinstance(c.value, str) else float(c.value)
    return {
        "key": c.key,
        "arxiv_id": e.arxiv_id,
        "version": e.version,
        "field": str(c.field),
        "value": number,
        "value_text": c.value if isinstance(c.value, str) else None,
        "unit": c.unit,
        "low": c.low,
        "high": c.high,
        "subject": c.subject,
        "run": c.run,
        "benchmark": c.benchmark,
        "metric": c.metric,
        "split": c.split,
        "purpose": c.purpose,
        "role": c.role,
        "qualifiers": json.dumps(dict(c.qualifiers), ensure_ascii=False),
        "page": e.page,
        "quote": e.quote,
        "start_offset": e.start,
        "end_offset": e.end,
        "boxes": json.dumps([[round(v, 2) for v in box] for box in e.boxes]),
        "table_label": e.table,
        "row_header": e.row,
        "column_header": e.column,
        "pattern": c.pattern,
        "extractor_version": c.extractor_version,
        "confidence": c.confidence,
        "chosen": c.chosen,
        "reason": c.reason,
        "judged_key": c.judged_key,
    }


def _candidate(row: Row) -> Candidate:
    evidence = Evidence(
        arxiv_id=row["arxiv_id"],
        version=row["version"],
        page=row["page"],
        quote=row["quote"],
        start=row["start_offset"],
        end=row["end_offset"],
        boxes=tuple(tuple(box) for box in json.loads(row["boxes"])),
        table=row["table_label"],
        row=row["row_header"],
        column=row["column_header"],
    )
    return Candidate(
        field=row["field"],
        value=row["value_text"] if row["value"] is None else row["value"],
        evidence=evidence,
        pattern=row["pattern"],
        extractor_version=row["extractor_version"],
        unit=row["unit"],
        low=row["low"],
        high=row["high"],
        subject=row["subject"],
        run=row["run"],
        benchmark=row["benchmark"],
        metric=row["metric"],
        split=row["split"],
        purpose=row["purpose"],
        role=row["role"],
        qualifiers=json.loads(row["qualifiers"]),
        confidence=row["confidence"],
        chosen=row["chosen"],
        reason=row["reason"],
    )
