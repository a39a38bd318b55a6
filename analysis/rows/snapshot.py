"""The frozen data of one report: everything that a study may read, in one Parquet file with a checksum.

A report is a function of its snapshot and its options: the same file gives the same bytes again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd

from analysis.rows.observations import (
    AS_FITTED,
    AS_PUBLISHED,
    COLUMNS,
    CORRECTED,
    DATA_SETS,
    REFERENCE,
    load_observations,
    reference_observations,
    text_or_none,
    typed,
)
from analysis.rows.parts import flow_of, part_queries
from db import store
from db.errors import BadInputError

FORMAT = "paperflops analysis snapshot 2"
MEMORY = "512MB"  # that DuckDB may take before it goes on on the disk


@dataclass(frozen=True)
class Snapshot:
    """Observations of every data set (column `data`), and other parts by name."""

    observations: pd.DataFrame
    origin: str
    parts: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    checksum: str = ""  # SHA-256 of its file, once it has one

    @property
    def data_sets(self) -> list[str]:
        """Which data sets it holds, in the report's order."""
        there = set(self.observations["data"])
        return [name for name in DATA_SETS if name in there]


def freeze_reference() -> Snapshot:
    """The reference table three times: as published, as fitted in the paper, and corrected."""
    all_three = [reference_observations(data) for data in (AS_PUBLISHED, AS_FITTED, CORRECTED)]
    return Snapshot(
        pd.concat(all_three, ignore_index=True),
        "the reference table of arXiv 2007.05558 (paperflops' own copy of its figures)",
    )


def freeze_database(db: Path, path: Path) -> None:
    """Writes a snapshot of this database as it is now: its curated table, candidates, papers and flow.

    All in one read-only opening, and what is large without passing through memory. Raises BadInputError where there is
    neither a curated row nor a candidate.
    """
    with store.reading(db) as con:
        observations, queries = load_observations(con), part_queries(con)
        if observations.empty and "candidates" not in queries:
            raise BadInputError(
                f"the curated table of {db} is empty",
                "review some records (`paperflops review`), or run with --reference on the reference table",
            )
        origin = f"{_origin(observations)} {db.name}"
        _write(con, {"observations": observations, **flow_of(con)}, queries, origin, path)


def _origin(observations: pd.DataFrame) -> str:
    """Whose rows these are, in words that the database's name follows."""
    there = set(observations["data"])
    if not there:
        return "what was read, and not reviewed yet, in the papers of"
    if there == {REFERENCE}:
        return "the reference table of arXiv 2007.05558, as loaded into"
    if REFERENCE in there:
        return "the reviewed rows, and the reference table of arXiv 2007.05558, of"
    return "the reviewed rows of"


def write_snapshot(snapshot: Snapshot, path: Path) -> None:
    """Writes the snapshot as one Parquet file: a column `part`, then the columns of all parts."""
    con = duckdb.connect()
    _write(con, {"observations": snapshot.observations, **snapshot.parts}, {}, snapshot.origin, path)
    con.close()


def _write(
    con: store.Connection, frames: Mapping[str, pd.DataFrame], queries: Mapping[str, str], origin: str, path: Path
) -> None:
    """Writes frames and the results of queries as parts, in order by name; the observations come first in the note."""
    con.execute("SET threads = 1")  # one thread writes rows, and so bytes, in one order
    con.execute(f"SET memory_limit = '{MEMORY}'")
    columns_of, selects = {}, {}
    for name in ["observations", *sorted({*frames, *queries} - {"observations"})]:
        source = f"({queries[name]})" if name in queries else f"part_{name}"
        if name in frames:
            con.register(source, _for_duckdb(frames[name]))
        columns_of[name] = [row["column_name"] for row in store.rows_of(con, f"DESCRIBE FROM {source}")]
        # a column of a part carries its name: two parts may each have a "device", of different types
        columns = ", ".join(f'"{c}" AS "{_column(name, c)}"' for c in columns_of[name])
        selects[name] = f"SELECT '{name}' AS part, row_number() OVER () AS place, {columns} FROM {source}"
    union = " UNION ALL BY NAME ".join(selects[name] for name in sorted(selects))
    note = json.dumps({"format": FORMAT, "origin": origin, "columns": columns_of})
    con.execute(
        f"COPY ({union}) TO '{_quoted(path)}' (FORMAT parquet, COMPRESSION zstd, KV_METADATA "
        f"{{paperflops: '{_quoted(note)}'}})"
    )


class _Parts(Mapping[str, pd.DataFrame]):
    """The parts of a snapshot, each read from its file when a study asks for it."""

    def __init__(self, path: Path, columns_of: Mapping[str, Sequence[str]]) -> None:
        self._path, self._columns_of = path, columns_of
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            self._read[name] = _tidy(_part(self._path, name, self._columns_of[name]))
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._columns_of

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns_of)

    def __len__(self) -> int:
        return len(self._columns_of)


def read_snapshot(path: Path) -> Snapshot:
    """The snapshot in this file; its parts are read when they are asked for. BadInputError where it is none."""
    if not path.is_file():
        raise BadInputError(f"there is no snapshot at {path}", "every report has one beside it: snapshot.parquet")
    con = duckdb.connect()
    try:
        found = con.execute(
            "SELECT value FROM parquet_kv_metadata(?) WHERE key = 'paperflops'::BLOB", [str(path)]
        ).fetchone()
        note = json.loads(bytes(found[0]).decode()) if found else {}
        if note.get("format") != FORMAT:
            raise BadInputError(f"{path} is not a snapshot of this version", "give the snapshot.parquet of a report")
        columns_of = dict(note["columns"])
        observations = _tidy(_part(path, "observations", columns_of.pop("observations")))
    except duckdb.Error as error:
        raise BadInputError(
            f"{path} can't be read as a snapshot ({str(error).splitlines()[0]})",
            "give the snapshot.parquet of a report",
        ) from error
    finally:
        con.close()
    with path.open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    return Snapshot(typed(observations)[list(COLUMNS)], note["origin"], _Parts(path, columns_of), checksum)


def _part(path: Path, name: str, columns: Sequence[str]) -> pd.DataFrame:
    """The rows of one part, in order: nothing else of the file is read."""
    wanted = ", ".join(f'"{_column(name, c)}" AS "{c}"' for c in columns)
    with duckdb.connect(config={"memory_limit": MEMORY}) as con:
        rows = con.execute(
            f"SELECT {wanted} FROM read_parquet(?) WHERE part = ? ORDER BY place", [str(path), name]
        ).df()
    return rows.set_axis(list(columns), axis=1)


def _tidy(frame: pd.DataFrame) -> pd.DataFrame:
    out = frame.copy()
    for name in out.columns:
        if not pd.api.types.is_numeric_dtype(out[name]) and not pd.api.types.is_bool_dtype(out[name]):
            out[name] = text_or_none(out[name])
    return out


def _column(part: str, name: str) -> str:
    return name if part == "observations" else f"{part}.{name}"


def _for_duckdb(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with a type for each object column (DuckDB reads an all-null one as INTEGER)."""
    out = frame.copy()
    for name in out.columns:
        if out[name].dtype == object:
            kinds = {type(v) for v in out[name] if v is not None and v == v}
            out[name] = out[name].astype("boolean" if kinds == {bool} else "string")
    return out


def _quoted(text: Path | str) -> str:
    return str(text).replace("'", "''")
