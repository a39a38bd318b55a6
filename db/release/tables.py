"""The tables of a release: the exports with short quotes, and the papers that they come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from db.look.export import columns_of, sql_of, write_rows
from db.look.kinds import Format, What
from db.release.columns import Column, column
from db.release.quotes import with_short_quotes
from db.store import Connection

CURATED, RECORDS, PREDICTIONS, PAPERS = "curated", "records", "predictions", "papers"
FORMATS = (Format.CSV, Format.PARQUET)
_FORMATS_TOO = {PREDICTIONS: (Format.JSONL,)}  # what the scorer in labels/ reads
_PAPERS_SQL = """
SELECT p.arxiv_id, p.version, p.title, p.published,
       (SELECT string_agg(DISTINCT benchmark, ' ' ORDER BY benchmark) FROM found_by f WHERE f.arxiv_id = p.arxiv_id)
           AS benchmarks,
       r.outcome, r.reader_version, CAST(r.read_at AS DATE) AS read_on,
       (SELECT count(*) FROM records c WHERE c.arxiv_id = p.arxiv_id AND c.version = p.version) AS records,
       (SELECT count(*) FROM decisions d WHERE d.arxiv_id = p.arxiv_id AND d.version = p.version) AS decisions
FROM papers p LEFT JOIN readings r ON r.arxiv_id = p.arxiv_id AND r.version = p.version
ORDER BY p.arxiv_id, p.version
"""


@dataclass(frozen=True)
class Released:
    """A table of the release: the query that gives it and its columns."""

    name: str
    title: str
    description: str
    key: tuple[str, ...]  # columns that name a row; none where a row has no name of its own
    sql: str
    columns: tuple[Column, ...]
    rows: int = 0


_TOLD = {
    CURATED: (
        "Curated table",
        "One row a model on a benchmark that people have confirmed, or that the study's own table holds. Beside every "
        "value stand its page, its words and how it came to stand.",
        ("row_key",),
    ),
    RECORDS: (
        "Machine-read records",
        "One row a model on a benchmark as the extractor read it, before anybody confirmed it. Beside every value "
        "stand its page, its words and the measured chance that it is right.",
        ("record",),
    ),
    PREDICTIONS: (
        "Machine-read values",
        "One row for each value that the extractor stands behind, with its confidence: the form that the scorer in "
        "labels/ reads.",
        (),
    ),
    PAPERS: ("Papers", "Every paper that was looked for, and how reading it ended.", ("arxiv_id", "version")),
}


def released_tables(con: Connection) -> Iterator[Released]:
    """Each table of the release, not written yet."""
    queries = {w.value: sql_of(con, w) for w in (What.CURATED, What.RECORDS, What.PREDICTIONS)} | {PAPERS: _PAPERS_SQL}
    for name, sql in queries.items():
        columns = columns_of(con, sql)
        title, description, key = _TOLD[name]
        short = with_short_quotes(con, sql, columns)
        yield Released(name, title, description, key, short, tuple(column(c, kind) for c, kind in columns.items()))


def write_table(con: Connection, table: Released, folder: Path) -> int:
    """The number of rows of the table, which now stands in the folder in each of its forms."""
    forms = (*FORMATS, *_FORMATS_TOO.get(table.name, ()))
    counts = {write_rows(con, table.sql, folder / f"{table.name}.{form.value}", form) for form in forms}
    (count,) = counts
    return count
