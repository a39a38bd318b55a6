"""Whether every table of a database can be read to its last row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from db.errors import DamagedError, PaperflopsError
from db.store import reading


@dataclass(frozen=True)
class Checked:
    """What a check found: rows of each table that was read whole, and the fault of each that was not."""

    rows: dict[str, int]
    damaged: dict[str, str]


def check(db: Path) -> Checked:
    """Reads every column of every table. A file that can't be opened at all counts as one damaged table, "file"."""
    try:
        with reading(db) as con:
            tables = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
    except DamagedError as error:
        return Checked({}, {"file": error.what})
    rows: dict[str, int] = {}
    damaged: dict[str, str] = {}
    for table in tables:  # after a fault DuckDB may refuse all else on that connection: one for each table
        try:
            with reading(db) as con:
                found = con.execute(f'SELECT count(*), bit_xor(hash(t)) FROM "{table}" t').fetchone()
                rows[table] = int(found[0]) if found else 0
        except (PaperflopsError, duckdb.Error) as error:
            damaged[table] = getattr(error, "what", str(error))
    return Checked(rows, damaged)
