"""Opening the database: one writer at a time, for a short while; any number of read-only readers.

Only modules of `db` hold SQL that writes (a test keeps it so): `db/papers.py`, `db/readings.py`, `db/reviews.py`,
`db/curated.py` each own their tables; this one opens the file, brings its schema up to date and inserts rows.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from db.errors import BadInputError, LockedError, PaperflopsError

Connection = duckdb.DuckDBPyConnection

LOCK_WAIT_SECONDS = 10.0  # a batch is saved in well under a second; a holder that takes longer is named


def now() -> datetime:
    """The time in UTC, without a zone (as DuckDB's TIMESTAMP keeps it)."""
    return datetime.now(UTC).replace(tzinfo=None)


@contextmanager
def writing(path: Path, *, wait: float = LOCK_WAIT_SECONDS) -> Iterator[Connection]:
    """A connection that writes, in one transaction: all that is done under it is saved, or nothing.

    Makes the file and its folder where they are missing and brings the schema up to date. Keep it short: while it is
    open nobody else can read or write.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    con = _connect(path, read_only=False, wait=wait)
    try:
        migrate(con)
        con.begin()
        try:
            yield con
        except BaseException:
            con.rollback()
            raise
        con.commit()
        con.execute("CHECKPOINT")
    finally:
        con.close()


@contextmanager
def reading(path: Path, *, wait: float = LOCK_WAIT_SECONDS) -> Iterator[Connection]:
    """A read-only connection to an existing database of the current schema."""
    if not path.exists():
        raise BadInputError(
            f"there is no database at {path}",
            "make one with `paperflops add PATH` or `paperflops harvest`, or name another with --db",
        )
    con = _connect(path, read_only=True, wait=wait)
    try:
        if pending(con):
            con.close()
            with writing(path, wait=wait):
                pass
            con = _connect(path, read_only=True, wait=wait)
        yield con
    finally:
        con.close()


def rows_of(
    con: Connection, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
) -> list[dict[str, Any]]:
    """The query's rows, each a dict by column name, in order."""
    cursor = con.execute(sql, parameters)
    names = [d[0] for d in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def insert_rows(
    con: Connection, table: str, rows: Iterable[Mapping[str, Any]], *, on_conflict: str = "ignore"
) -> int:
    """How many rows were inserted (or, with `on_conflict="replace"`, inserted or replaced).

    Rows are dicts of the same columns. A key that stands twice in `rows` counts once, the last of them (DuckDB
    refuses the same key twice in one upsert). `on_conflict`: "ignore" keeps what is there, "replace" takes the new.
    """
    keys = _primary_key(con, table)
    unique: dict[object, Mapping[str, Any]] = {}
    for number, row in enumerate(rows):
        unique[tuple(row[k] for k in keys) if keys else number] = row
    if not unique:
        return 0
    columns = list(next(iter(unique.values())))
    types = {r["column_name"]: r["column_type"] for r in rows_of(con, f"DESCRIBE {table}")}
    values = [[row[c] for row in unique.values()] for c in columns]
    # one list a column, unnested side by side: a hundred times faster than executemany
    select = ", ".join(f"unnest(CAST(? AS {types[c]}[]))" for c in columns)
    if any(
        types[c].endswith("[]") for c in columns
    ):  # unnest works on one level: wrap list columns one by one
        return _insert_one_by_one(con, table, columns, list(unique.values()), on_conflict)
    verb = {"ignore": "INSERT OR IGNORE", "replace": "INSERT OR REPLACE"}[on_conflict] if keys else "INSERT"
    result = con.execute(f"{verb} INTO {table} ({', '.join(columns)}) SELECT {select}", values).fetchone()
    return int(result[0]) if result else 0


def _insert_one_by_one(
    con: Connection, table: str, columns: list[str], rows: list[Mapping[str, Any]], on_conflict: str
) -> int:
    verb = {"ignore": "INSERT OR IGNORE", "replace": "INSERT OR REPLACE"}[on_conflict]
    marks = ", ".join("?" for _ in columns)
    count = 0
    for row in rows:
        done = con.execute(
            f"{verb} INTO {table} ({', '.join(columns)}) VALUES ({marks})", [row[c] for c in columns]
        ).fetchone()
        count += int(done[0]) if done else 0
    return count


# --- schema -----------------------------------------------------------------------------------------------------


def steps() -> list[tuple[int, str, str]]:
    """The schema's steps in order: number, name, SQL."""
    found = []
    for entry in resources.files("db").joinpath("schema").iterdir():
        match = re.fullmatch(r"(\d{3})_(\w+)\.sql", entry.name)
        if match:
            found.append((int(match[1]), match[2], entry.read_text(encoding="utf-8")))
    return sorted(found)


def views() -> list[tuple[str, str]]:
    """The views in order of file name: name, SQL. They are made anew whenever a step was taken or one changed."""
    folder = resources.files("db").joinpath("views")
    return sorted(
        (e.name, e.read_text(encoding="utf-8")) for e in folder.iterdir() if e.name.endswith(".sql")
    )


def pending(con: Connection) -> bool:
    """Whether the database lacks a step or a view of this version."""
    taken = _taken(con)
    views_now = "\n".join(sql for _, sql in views())
    return any(number not in taken for number, _, _ in steps()) or taken.get(0) != views_now


def migrate(con: Connection, *, last_step: int | None = None) -> list[int]:
    """The numbers of the steps taken now. A database of a later version is refused.

    Each step is a transaction of its own together with its mark, so a kill leaves the schema at a whole step.
    """
    taken = _taken(con)
    known = steps()
    unknown = [n for n in taken if n and n not in {number for number, _, _ in known}]
    if unknown:
        raise PaperflopsError(
            f"the database has schema step {max(unknown)}, which this version does not know",
            "install the newer paperflops that made it",
        )
    done = []
    for number, name, sql in known:
        if number in taken or (last_step is not None and number > last_step):
            continue
        con.begin()
        try:
            con.execute(
                "CREATE TABLE IF NOT EXISTS schema_steps (step INTEGER PRIMARY KEY, name VARCHAR, taken_at TIMESTAMP)"
            )
            con.execute(sql)
            con.execute("INSERT INTO schema_steps VALUES (?, ?, ?)", [number, name, now()])
        except BaseException:
            con.rollback()
            raise
        con.commit()
        done.append(number)
    if last_step is None:
        text = "\n".join(sql for _, sql in views())
        if done or taken.get(0) != text:
            con.begin()
            for _, sql in views():
                con.execute(sql)
            con.execute("INSERT OR REPLACE INTO schema_steps VALUES (0, ?, ?)", [text, now()])
            con.commit()
    return done


def _taken(con: Connection) -> dict[int, str]:
    there = con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_steps'").fetchone()
    if not there or not there[0]:
        return {}
    return {int(step): name for step, name in con.execute("SELECT step, name FROM schema_steps").fetchall()}


def _primary_key(con: Connection, table: str) -> list[str]:
    found = con.execute(
        "SELECT constraint_column_names FROM duckdb_constraints()"
        " WHERE table_name = ? AND constraint_type = 'PRIMARY KEY'",
        [table],
    ).fetchone()
    return list(found[0]) if found else []


# --- opening ----------------------------------------------------------------------------------------------------


def _connect(path: Path, *, read_only: bool, wait: float) -> Connection:
    deadline = time.monotonic() + wait
    pause = 0.02
    while True:
        try:
            return duckdb.connect(str(path), read_only=read_only)
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                raise BadInputError(
                    f"{path} can't be opened as a database ({_first_line(error)})",
                    "restore it from a copy or name another with --db",
                ) from error
            if time.monotonic() >= deadline:
                raise LockedError(
                    f"{path} is in use by {_holder(str(error))}",
                    "wait for it to end, or stop it, and try again",
                ) from error
            time.sleep(pause)
            pause = min(pause * 2, 0.5)
        except duckdb.Error as error:
            raise BadInputError(
                f"{path} can't be opened as a database ({_first_line(error)})",
                "restore it from a copy or name another with --db",
            ) from error


def _holder(message: str) -> str:
    """Who holds the lock, from DuckDB's words: "Conflicting lock is held in /usr/bin/python3.11 (PID 1234)"."""
    match = re.search(r"held in (?P<program>.+?) \(PID (?P<pid>\d+)\)", message)
    if not match:
        return "another process"
    return f"{Path(match['program']).name} (process {match['pid']})"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
