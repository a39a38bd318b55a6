"""What other programs take from the database: predictions, records and curated rows, as JSON lines, CSV or Parquet.

DuckDB writes the files itself, a slice of the papers at a time: an export takes no more memory for a hundred thousand
papers than for a thousand. In CSV an arXiv id is printed as "arXiv:1706.03760": most programs take 1706.03760 for a
number and drop its last digit.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from db.errors import BadInputError
from db.look.exported import RECORDS_SQL, name_primary_metrics
from db.look.kinds import Format, What
from db.reference.benchmarks import listed_benchmarks
from db.store import Connection, reading, rows_of
from db.tables.slices import WITHIN_SLICE, each_slice
from db.terminal.console import say, warn

STDOUT = Path("-")
EXACT = 2**53  # the largest whole number that every float keeps: it is printed without ".0"
COPY_MEMORY = "160MB"  # that DuckDB may take before it goes on on the disk
# Rows of a table that are exported at once: what is sorted and joined has to stay in memory.
SLICES = {What.PREDICTIONS: ("candidates", 200_000), What.RECORDS: ("records", 20_000)}


_READING = "papers are taken by `paperflops add` or `harvest` and read by `paperflops extract`"
_HOW_TO_FILL = {
    What.PREDICTIONS: _READING,
    What.RECORDS: _READING,
    What.CURATED: "people confirm records by `paperflops review`; `paperflops reference load` adds the study's rows",
}
# a hard form ("300k steps") is stood behind and has no value: it is left out
_PREDICTIONS_SQL = f"""
    SELECT arxiv_id, version, field, value, value_text, unit, run, purpose, subject AS model, benchmark, metric, split,
           qualifiers ->> 'setting' AS setting, role, page, quote, confidence
    FROM candidates
    WHERE {WITHIN_SLICE} AND chosen AND (value IS NOT NULL OR field = 'device')
    ORDER BY arxiv_id, version, page, start_offset, key
"""
_SQL = {What.PREDICTIONS: _PREDICTIONS_SQL, What.RECORDS: RECORDS_SQL, What.CURATED: "FROM curated"}


@dataclass(frozen=True)
class _Table:
    """What is exported: its SQL, the type of each column in order, and by which table's rows it is cut in slices."""

    sql: str
    columns: dict[str, str]
    slices: tuple[str, int] | None


def export(db: Path, what: What, out: Path, form: Format | None = None) -> None:
    """Writes one kind of rows to the file (or "-", standard output) and says how many."""
    form = form or _format_of(out)
    if out != STDOUT and not out.parent.is_dir():
        raise BadInputError(f"there is no folder {out.parent}", "make it, or name another file with --out")
    if out.is_dir():
        raise BadInputError(f"{out} is a folder", "name a file in it with --out")
    with reading(db) as con, _whole_file(out) as part:
        count = write_rows(con, sql_of(con, what), part, form)
        note = _left_out(con) if what is What.PREDICTIONS else ""
    rows = f"{count} {what.value}{' rows' if what is What.CURATED else ''}"
    place = "standard output" if out == STDOUT else out
    hint = "" if count or note else f"; {_HOW_TO_FILL[what]}"
    (warn if out == STDOUT else say)(f"{rows} written to {place}{note}{hint}")


def sql_of(con: Connection, what: What) -> str:
    """The query whose rows are exported, on a connection that has been told what it needs."""
    if what is What.RECORDS:
        name_primary_metrics(con, {b.id: b.primary_metric for b in listed_benchmarks().values()})
    return _SQL[what]


def columns_of(con: Connection, sql: str) -> dict[str, str]:
    """The columns that a query gives, in order, each with its type in DuckDB."""
    return {row["column_name"]: row["column_type"] for row in rows_of(con, f"DESCRIBE {sql}")}


def write_rows(con: Connection, sql: str, part: Path, form: Format) -> int:
    """The number of rows of the query that were written to the file."""
    con.execute(f"SET memory_limit = '{COPY_MEMORY}'")
    con.execute("SET threads = 1")  # each would have buffers of its own
    by = next((SLICES[what] for what in SLICES if _SQL[what] in sql), None)
    return _copy(con, _Table(sql, columns_of(con, sql), by), part, form)


def _left_out(con: Connection) -> str:
    found = con.execute(
        "SELECT count(*) FROM candidates WHERE chosen AND value IS NULL AND field <> 'device'"
    ).fetchone()
    left = found[0] if found else 0
    return f"; left out because the printed form gives no value: {left}" if left else ""


def _copy(con: Connection, table: _Table, part: Path, form: Format) -> int:
    """Has DuckDB write the table to a file, slice by slice; the number of rows."""
    part.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=part.parent, prefix=".slices-") as folder:
        pieces: list[Path] = []
        count = 0
        for number in each_slice(con, *table.slices) if table.slices else [0]:
            pieces.append(Path(folder) / str(number))
            count += _copy_slice(con, table, pieces[-1], form, first=number == 0)
            if form is not Format.PARQUET:
                _append(pieces.pop(), part)
        if len(pieces) == 1:
            pieces[0].rename(part)
        elif pieces:
            of_all = f"FROM read_parquet({[str(p) for p in pieces]})"
            con.execute(f"COPY ({of_all}) TO '{_quoted(part)}' ({_AS[form](table)[1]})")
    return count


def _copy_slice(con: Connection, table: _Table, part: Path, form: Format, *, first: bool) -> int:
    select, options = _AS[form](table)
    if form is Format.CSV and not first:
        options = options.replace("HEADER", "HEADER false")
    found = con.execute(f"COPY (SELECT {select} FROM ({table.sql})) TO '{_quoted(part)}' ({options})").fetchone()
    return int(found[0]) if found else 0


def _append(piece: Path, whole: Path) -> None:
    """Puts a piece at the end of a file and removes it."""
    if not whole.exists():
        piece.rename(whole)
        return
    with piece.open("rb") as source, whole.open("ab") as out:
        shutil.copyfileobj(source, out, 1 << 20)
    piece.unlink()


def _as_jsonl(table: _Table) -> tuple[str, str]:
    """Whole numbers without ".0"; `value` holds a number or a device's name."""
    either = "value_text" in table.columns and "value" in table.columns
    columns = []
    for name, kind in table.columns.items():
        if either and name == "value_text":
            continue
        text = _number_as_json(name) if kind == "DOUBLE" else f'"{name}"'
        if either and name == "value":
            text = f"CASE WHEN value_text IS NULL THEN {text} ELSE to_json(value_text) END"
        columns.append(f'{text} AS "{name}"')
    return ", ".join(columns), "FORMAT json"


def _number_as_json(name: str) -> str:
    whole = f'"{name}" = trunc("{name}") AND abs("{name}") <= {EXACT}'
    return f'CASE WHEN {whole} THEN to_json(CAST("{name}" AS BIGINT)) ELSE to_json("{name}") END'


def _as_csv(table: _Table) -> tuple[str, str]:
    """RFC 4180 with a header; what the paper does not say is an empty field, empty text is "".

    A number has a decimal point where its column may have one: polars takes a column that begins 90, 100 for whole
    numbers and fails at 12.5.
    """
    columns = [f"'arXiv:' || {name} AS {name}" if name == "arxiv_id" else f'"{name}"' for name in table.columns]
    return ", ".join(columns), "FORMAT csv, HEADER"


def _as_parquet(table: _Table) -> tuple[str, str]:
    """Each column in its type. JSON is text: polars takes Parquet's JSON for bytes."""
    columns = [f'CAST("{n}" AS VARCHAR) AS "{n}"' if kind == "JSON" else f'"{n}"' for n, kind in table.columns.items()]
    return ", ".join(columns), "FORMAT parquet"


_AS = {Format.JSONL: _as_jsonl, Format.CSV: _as_csv, Format.PARQUET: _as_parquet}


# --- files --------------------------------------------------------------------------------------------------------


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")


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
def _whole_file(out: Path) -> Iterator[Path]:
    """A file to write that takes the name only when it is complete; to a pipe or a device it is copied then."""
    if out != STDOUT:
        out = out.resolve()  # a link stays a link: the file that it leads to is replaced
    special = out == STDOUT or (out.exists() and not out.is_file())
    try:
        folder = tempfile.mkdtemp(dir=None if special else out.parent, prefix=f".{out.name}.")
    except OSError as error:
        raise BadInputError(
            f"nothing can be written in {out.parent} ({error.strerror})", "name another file with --out"
        ) from error
    part = Path(folder) / "part"
    try:
        yield part
        if special:
            _pour(part, out)
        else:
            _flush_to_disk(part)
            part.replace(out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pour(part: Path, out: Path) -> None:
    with part.open("rb") as source:
        if out == STDOUT:
            sys.stdout.flush()
            shutil.copyfileobj(source, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            with out.open("wb") as file:
                shutil.copyfileobj(source, file)


def _flush_to_disk(part: Path) -> None:
    with part.open("rb") as file:
        os.fsync(file.fileno())
    mask = os.umask(0)
    os.umask(mask)
    part.chmod(0o666 & ~mask)  # as an ordinary new file
