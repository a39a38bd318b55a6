"""What other programs take from the database: predictions, records and curated rows, as JSON lines, CSV or Parquet."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

import duckdb

from db.errors import BadInputError
from db.models import Candidate, Field, Record
from db.quantities import plain_number
from db.reference.benchmarks import load_benchmarks
from db.store import Connection, reading, rows_of
from db.tables.curated import COLUMNS
from db.tables.readings import load_candidates, load_records
from db.terminal.console import say, warn

Row = Mapping[str, Any]
Columns = Mapping[str, str]
"""Column names in order, each with its DuckDB type, or `EITHER`."""

EITHER = "number or name"
"""The type of a column that holds numbers and devices' names. Parquet has two columns for it: `value`, `value_text`."""

STDOUT = Path("-")


class What(StrEnum):
    PREDICTIONS = "predictions"
    RECORDS = "records"
    CURATED = "curated"


_READING = "papers are taken by `paperflops add` or `harvest` and read by `paperflops extract`"
_HOW_TO_FILL = {
    What.PREDICTIONS: _READING,
    What.RECORDS: _READING,
    What.CURATED: "people confirm records by `paperflops review`; `paperflops reference load` adds the study's rows",
}


class Format(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def export(db: Path, what: What, out: Path, form: Format | None = None) -> None:
    """Writes one kind of rows to the file (or "-", standard output) and says how many."""
    form = form or _format_of(out)
    if out != STDOUT and not out.parent.is_dir():
        raise BadInputError(f"there is no folder {out.parent}", "make it, or name another file with --out")
    if out.is_dir():
        raise BadInputError(f"{out} is a folder", "name a file in it with --out")
    with reading(db) as con:
        columns, rows, note = {What.PREDICTIONS: predictions, What.RECORDS: records, What.CURATED: curated}[what](con)
    with _whole_file(out) as file:
        {Format.JSONL: _write_jsonl, Format.CSV: _write_csv, Format.PARQUET: _write_parquet}[form](file, columns, rows)
    (warn if out == STDOUT else say)(
        f"{len(rows)} {what.value}{' rows' if what is What.CURATED else ''} written to"
        f" {'standard output' if out == STDOUT else out}{note}{f'; {_HOW_TO_FILL[what]}' if not (rows or note) else ''}"
    )


# --- rows ---------------------------------------------------------------------------------------------------------

_PREDICTION: Columns = {
    "arxiv_id": "VARCHAR",
    "version": "INTEGER",
    "field": "VARCHAR",
    "value": EITHER,
    "run": "VARCHAR",
    "purpose": "VARCHAR",
    "model": "VARCHAR",
    "benchmark": "VARCHAR",
    "metric": "VARCHAR",
    "role": "VARCHAR",
    "page": "INTEGER",
    "quote": "VARCHAR",
    "confidence": "DOUBLE",
}


def predictions(con: Connection) -> tuple[Columns, list[Row], str]:
    """One row for each value that the extractor stands behind, in order of paper and place.

    A hard form ("300k steps") is stood behind but has no value: it is left out, and the note says how many were.
    """
    chosen = load_candidates(con, chosen_only=True)
    rows: list[Row] = [
        {
            "arxiv_id": c.evidence.arxiv_id,
            "version": c.evidence.version,
            "field": c.field,
            "value": c.value,
            "run": c.run,
            "purpose": c.purpose,
            "model": c.subject,
            "benchmark": c.benchmark,
            "metric": c.metric,
            "role": c.role,
            "page": c.evidence.page,
            "quote": c.evidence.quote,
            "confidence": c.confidence,
        }
        for c in chosen
        if c.value is not None
    ]
    left = len(chosen) - len(rows)
    return _PREDICTION, rows, f"; left out because the printed form gives no value: {left}" if left else ""


_RECORD: Columns = (
    {
        "record": "VARCHAR",
        "arxiv_id": "VARCHAR",
        "version": "INTEGER",
        "title": "VARCHAR",
        "published": "DATE",
        "model": "VARCHAR",
        "benchmark": "VARCHAR",
        "role": "VARCHAR",
        "metric": "VARCHAR",
        "score": "DOUBLE",
        "score_page": "INTEGER",
        "score_quote": "VARCHAR",
        "score_confidence": "DOUBLE",
        "scores": "JSON",
    }
    | {
        f"{column}{suffix}": kind
        for field, column in COLUMNS.items()
        for suffix, kind in {
            "": "VARCHAR" if field is Field.DEVICE else "DOUBLE",
            "_page": "INTEGER",
            "_quote": "VARCHAR",
            "_confidence": "DOUBLE",
        }.items()
    }
    | {"others": "JSON"}
)


def records(con: Connection) -> tuple[Columns, list[Row], str]:
    """One row a record with its chosen values, each beside its page, quote and confidence.

    `score` is the benchmark's primary metric where it was read, `scores` all of them. Where a field has several chosen
    values (two training runs), the surest stands in its column and the others in `others`.
    """
    papers = {
        (row["arxiv_id"], row["version"]): row
        for row in rows_of(con, "SELECT arxiv_id, version, title, published FROM papers")
    }
    candidates = {c.key: c for c in load_candidates(con, chosen_only=True)}
    primary = {b.id: b.primary_metric.id for b in load_benchmarks().values()}
    rows = []
    for record in load_records(con):
        chosen = record.shown(candidates)
        paper = papers.get((record.arxiv_id, record.version), {})
        rows.append(_record_row(record, chosen, paper, primary.get(record.benchmark or "")))
    return _RECORD, rows, ""


def _record_row(record: Record, chosen: Sequence[Candidate], paper: Row, primary: str | None) -> Row:
    chosen = sorted(
        (c for c in chosen if c.value is not None),
        key=lambda c: (
            c.metric != primary,
            c.purpose != "training",
            -(c.confidence or 0),
            c.run or "",
            c.evidence.page,
        ),
    )
    row: dict[str, Any] = dict.fromkeys(_RECORD) | {
        "record": record.key,
        "arxiv_id": record.arxiv_id,
        "version": record.version,
        "title": paper.get("title"),
        "published": paper.get("published"),
        "model": record.model,
        "benchmark": record.benchmark,
        "role": record.role,
        "scores": [_said(c) for c in chosen if c.field == Field.SCORE],
        "others": [],
    }
    for c in chosen:
        column = "score" if c.field == Field.SCORE else COLUMNS[Field(c.field)]
        if row[column] is not None:
            if c.field != Field.SCORE:
                row["others"].append({"field": c.field, "run": c.run, "purpose": c.purpose, **_said(c)})
            continue
        row[column] = c.value
        row[f"{column}_page"], row[f"{column}_quote"] = c.evidence.page, c.evidence.quote
        row[f"{column}_confidence"] = c.confidence
        if c.field == Field.SCORE:
            row["metric"] = c.metric
    return row


def _said(c: Candidate) -> Row:
    value = c.value if isinstance(c.value, str) or c.value is None else plain_number(c.value)
    said = {"value": value, "page": c.evidence.page, "quote": c.evidence.quote, "confidence": c.confidence}
    return {"metric": c.metric, "split": c.split, **said} if c.field == Field.SCORE else said


def curated(con: Connection) -> tuple[Columns, list[Row], str]:
    """The rows of the view `curated`, all its columns."""
    columns = {r["column_name"]: r["column_type"] for r in rows_of(con, "DESCRIBE curated")}
    nested = [name for name, kind in columns.items() if kind == "JSON"]
    rows: list[Row] = [
        row | {name: json.loads(row[name]) for name in nested if row[name] is not None}
        for row in rows_of(con, "FROM curated")
    ]
    return columns, rows, ""


# --- files --------------------------------------------------------------------------------------------------------


def _format_of(out: Path) -> Format:
    if out == STDOUT:
        return Format.JSONL
    suffixes = {".jsonl": Format.JSONL, ".ndjson": Format.JSONL, ".csv": Format.CSV, ".parquet": Format.PARQUET}
    if out.suffix.lower() not in suffixes:
        raise BadInputError(
            f"the name {out.name!r} does not say the format", "end it in .jsonl, .csv or .parquet, or give --format"
        )
    return suffixes[out.suffix.lower()]


@contextmanager
def _whole_file(out: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes its name only when it is complete; a device or a pipe is written straight."""
    if out == STDOUT:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    out = out.resolve()  # a link stays a link: the file that it leads to is replaced
    if out.exists() and not out.is_file():
        with out.open("wb") as file:
            yield file
        return
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".part")
    except OSError as error:
        raise BadInputError(
            f"nothing can be written in {out.parent} ({error.strerror})", "name another file with --out"
        ) from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o666 & ~mask)  # as an ordinary new file; mkstemp's is for its owner alone
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _write_jsonl(file: IO[bytes], columns: Columns, rows: Iterable[Row]) -> None:
    for row in rows:
        line = json.dumps({name: _plain(row[name]) for name in columns}, ensure_ascii=False)
        file.write(line.encode() + b"\n")


def _write_csv(file: IO[bytes], columns: Columns, rows: Iterable[Row]) -> None:
    """RFC 4180 with a header line. What the paper does not say is an empty field, empty text is ""."""
    file.write((",".join(columns) + "\n").encode())
    for row in rows:
        file.write((",".join(_csv_field(_plain(row[name])) for name in columns) + "\n").encode())


def _csv_field(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return '"' + text.replace('"', '""') + '"' if text == "" or any(c in text for c in ',"\r\n') else text


def _write_parquet(file: IO[bytes], columns: Columns, rows: Sequence[Row]) -> None:
    typed: dict[str, tuple[str, list[Any]]] = {}
    for name, kind in columns.items():
        cells = [row[name] for row in rows]
        if kind == EITHER:
            typed[name] = "DOUBLE", [None if isinstance(cell, str) else cell for cell in cells]
            typed[f"{name}_text"] = "VARCHAR", [cell if isinstance(cell, str) else None for cell in cells]
        elif kind == "JSON":
            typed[name] = kind, [None if c is None else json.dumps(c, ensure_ascii=False) for c in cells]
        else:
            typed[name] = kind, cells
    select = ", ".join(f'unnest(CAST(? AS {kind}[])) AS "{name}"' for name, (kind, _) in typed.items())
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        made = Path(folder) / "rows.parquet"
        con.execute(f"CREATE TABLE made AS SELECT {select}", [cells for _, cells in typed.values()])
        con.table("made").write_parquet(str(made))
        with made.open("rb") as source:
            shutil.copyfileobj(source, file)


def _plain(value: Any) -> Any:
    """The value as JSON carries it: whole numbers without ".0", dates in ISO form."""
    if isinstance(value, float):
        return plain_number(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
