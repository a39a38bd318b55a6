"""Readings as Parquet parts: a reader anywhere writes one, and the database takes many in by one INSERT a table.

A part has a row a paper: its id, version, PDF and reader, when it was read, and for each table of a reading the paper's
rows as a list. They are the rows that `save_readings` saves, since a part is copied out of a small database in memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from db.store import Connection, has_primary_key, migrate, now, rows_of, steps
from db.tables.readings import OF_THESE_PAPERS, Reading, forget_readings, save_readings


@dataclass(frozen=True)
class PartPaper:
    """One paper of a part."""

    part: str  # the part's file name
    arxiv_id: str
    version: int
    known: bool  # whether the database has that paper with that PDF


def part_format() -> int:
    """The number of the schema's last step: parts of another one have other columns."""
    return max(number for number, _, _ in steps())


def part_of(readings: Iterable[Reading]) -> bytes:
    """The readings as a Parquet file."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as con:
        file = Path(folder) / "readings.parquet"
        migrate(con)
        save_readings(con, readings)
        lists = "".join(
            f" LEFT JOIN (SELECT arxiv_id, version, list(row) AS {table} FROM ({_with_paper(table)}) GROUP BY ALL)"
            " USING (arxiv_id, version)"
            for table in OF_THESE_PAPERS
        )
        columns = "".join(f", {table}" for table in OF_THESE_PAPERS)
        con.execute(
            f"""
            COPY (
                SELECT arxiv_id, version, p.pdf_sha256, p.reader_version, p.read_at{columns}
                FROM readings p{lists} ORDER BY arxiv_id, version
            ) TO '{file}' (FORMAT parquet, COMPRESSION zstd)
            """
        )
        return file.read_bytes()


def papers_of(con: Connection, parts: Sequence[Path]) -> list[PartPaper]:
    """The papers that the parts hold, in order of part and id."""
    rows = rows_of(
        con,
        """
        SELECT parse_filename(filename) AS part, arxiv_id, version, p.arxiv_id IS NOT NULL AS known
        FROM read_parquet($parts, filename = true) LEFT JOIN papers p USING (arxiv_id, version, pdf_sha256)
        ORDER BY ALL
        """,
        {"parts": [str(p) for p in parts]},
    )
    return [PartPaper(**row) for row in rows]


def take_in_parts(con: Connection, parts: Sequence[Path], *, newer_only: bool = False) -> int:
    """How many papers were saved from the parts: those of the database with that very PDF, each once, the last reading.

    With `newer_only` what the same reader has read since a part was written stays.
    """
    moment = now()
    files = {"parts": [str(p) for p in parts]}
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE from_parts AS
        SELECT p.filename, p.arxiv_id, p.version
        FROM read_parquet($parts, filename = true) p
        JOIN papers USING (arxiv_id, version, pdf_sha256)
        LEFT JOIN readings r USING (arxiv_id, version)
        WHERE NOT $newer_only OR r.read_at IS NULL OR r.reader_version <> p.reader_version OR r.read_at < p.read_at
        QUALIFY row_number() OVER (PARTITION BY p.arxiv_id, p.version ORDER BY p.read_at DESC, p.filename) = 1
        """,
        {**files, "newer_only": newer_only},
    )
    papers = con.execute("SELECT arxiv_id, version FROM from_parts").fetchall()
    known = forget_readings(con, papers) if papers else 0
    for table in OF_THESE_PAPERS if papers else ():
        # without OR REPLACE it takes two thirds of the time and half of the memory
        verb = "INSERT OR REPLACE" if known and has_primary_key(con, table) else "INSERT"
        columns = f"* REPLACE (TIMESTAMP '{moment}' AS read_at)" if table == "readings" else "*"
        con.execute(
            f"""
            {verb} INTO {table} BY NAME
            SELECT {columns} FROM (
                SELECT unnest({table}, max_depth := 2)
                FROM read_parquet($parts, filename = true) SEMI JOIN from_parts USING (filename, arxiv_id, version)
            )
            """,
            files,
        )
    con.execute("DROP TABLE from_parts")
    return len(papers)


def _with_paper(table: str) -> str:
    """Each row of a table with its paper."""
    if table == "record_values":
        return "SELECT r.arxiv_id, r.version, t AS row FROM record_values t JOIN records r ON r.key = t.record_key"
    return f"SELECT arxiv_id, version, t AS row FROM {table} t"
