"""The frozen data of one report: everything that a study may read, in one Parquet file with a checksum.

A report is a function of its snapshot and its options: the same file gives the same bytes again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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
from analysis.rows.parts import load_parts
from db import store
from db.errors import BadInputError

FORMAT = "paperflops analysis snapshot 2"


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


def freeze_database(db: Path) -> Snapshot:
    """The curated table of this database as it is now, with candidates, papers and flow, in one read-only opening.

    Raises BadInputError where there is neither a curated row nor a candidate.
    """
    with store.reading(db) as con:
        observations, parts = load_observations(con), load_parts(con)
    if observations.empty and "candidates" not in parts:
        raise BadInputError(
            f"the curated table of {db} is empty",
            "review some records (`paperflops review`), or run with --reference on the reference table",
        )
    only_reference = len(observations) > 0 and set(observations["data"]) == {REFERENCE}
    origin = "the reference table of arXiv 2007.05558, as loaded into" if only_reference else "the curated table of"
    return Snapshot(observations, f"{origin} {db.name}", parts)


def write_snapshot(snapshot: Snapshot, path: Path) -> None:
    """Writes the snapshot as one Parquet file: a column `part`, then the columns of all parts."""
    con = duckdb.connect(config={"threads": 1})  # one thread writes rows, and so bytes, in one order
    frames = {"observations": snapshot.observations, **dict(sorted(snapshot.parts.items()))}
    selects = []
    for name, frame in frames.items():
        con.register(f"part_{name}", _for_duckdb(frame))
        # a column of a part carries its name: two parts may each have a "device", of different types
        columns = ", ".join(f'"{c}" AS "{_column(name, c)}"' for c in frame.columns)
        selects.append(f"SELECT '{name}' AS part, row_number() OVER () AS place, {columns} FROM part_{name}")
    union = " UNION ALL BY NAME ".join(selects)
    columns_of = {name: list(frame.columns) for name, frame in frames.items()}
    note = json.dumps({"format": FORMAT, "origin": snapshot.origin, "columns": columns_of})
    con.execute(
        f"COPY (SELECT * FROM ({union}) ORDER BY part, place) TO '{_quoted(path)}' (FORMAT parquet, COMPRESSION "
        f"zstd, KV_METADATA {{paperflops: '{_quoted(note)}'}})"
    )
    con.close()


def read_snapshot(path: Path) -> Snapshot:
    """The snapshot in this file. Raises BadInputError where it is none."""
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
        rows = con.execute("SELECT * FROM read_parquet(?) ORDER BY part, place", [str(path)]).df()
    except duckdb.Error as error:
        raise BadInputError(
            f"{path} can't be read as a snapshot ({str(error).splitlines()[0]})",
            "give the snapshot.parquet of a report",
        ) from error
    finally:
        con.close()
    parts = {}
    for name, columns in note["columns"].items():
        mine = rows.loc[rows["part"] == name, [_column(name, c) for c in columns]]
        parts[name] = _tidy(mine.set_axis(columns, axis=1).reset_index(drop=True))
    observations = parts.pop("observations")
    return Snapshot(
        typed(observations)[list(COLUMNS)], note["origin"], parts, hashlib.sha256(path.read_bytes()).hexdigest()
    )


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
