"""Opening the database: one writer at a time, for a short while; any number of read-only readers.

Only modules of `db` hold SQL that writes (a test keeps it so): each module of `db/tables` owns its tables; this one
opens the file, brings its schema up to date and inserts rows. A fault of the file or the disk ends in a DamagedError.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, BinaryIO

import duckdb

from db.errors import BadInputError, DamagedError, LockedError, PaperflopsError
from db.untyped import Row

Connection = duckdb.DuckDBPyConnection

LOCK_WAIT_SECONDS = 10.0  # a batch is saved in well under a second; a holder that takes longer is named
LOCK_SILENCE_SECONDS = 1.0  # of waiting; then whoever waits is told for whom


def now() -> datetime:
    """The time in UTC, without a zone (as DuckDB's TIMESTAMP keeps it)."""
    return datetime.now(UTC).replace(tzinfo=None)


@contextmanager
def writing(path: Path, *, wait: float = LOCK_WAIT_SECONDS) -> Iterator[Connection]:
    """A connection that writes, in one transaction: all that is done under it is saved, or nothing.

    Makes the file and its folder where they are missing and brings the schema up to date. Keep it short:
    while it is open nobody else can read or write.
    """
    if not path.exists():
        _create(path)
    with ExitStack() as afterwards, _connection(path, read_only=False, wait=wait) as con:
        _copy_before_steps(con, path, afterwards)
        migrate(con)
        con.begin()
        try:
            yield con
        except BaseException:
            con.rollback()
            raise
        con.commit()
        con.execute("CHECKPOINT")


@contextmanager
def reading(path: Path, *, wait: float = LOCK_WAIT_SECONDS) -> Iterator[Connection]:
    """A read-only connection to an existing database of the current schema."""
    if not path.exists():
        raise BadInputError(
            f"there is no database at {path}",
            "make one with `paperflops add PATH` or `paperflops harvest`, or name another with --db",
        )
    with _connection(path, read_only=True, wait=wait) as con:
        if not pending(con):
            yield con
            return
    with writing(path, wait=wait):  # brings the schema up to date
        pass
    with _connection(path, read_only=True, wait=wait) as con:
        yield con


def file_of(con: Connection) -> Path | None:
    """The file that the connection is to; None for a database in memory."""
    found = con.execute("SELECT path FROM duckdb_databases() WHERE database_name = current_database()").fetchone()
    return Path(found[0]) if found and found[0] else None


def rows_of(con: Connection, sql: str, parameters: Sequence[Any] | Mapping[str, object] = ()) -> list[Row]:
    """The query's rows, each a dict by column name, in order."""
    cursor = con.execute(sql, parameters)
    names = [d[0] for d in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def insert_rows(
    con: Connection, table: str, rows: Iterable[Mapping[str, object]], *, on_conflict: str = "ignore"
) -> int:
    """How many rows were inserted (or, with `on_conflict="replace"`, inserted or replaced).

    Rows are dicts of the same columns. A key that stands twice in `rows` counts once, the last of them
    (DuckDB refuses the same key twice in one upsert). `on_conflict`: "ignore" keeps what is there, "replace"
    takes the new. A table without a primary key takes every row.
    """
    described = rows_of(con, f"DESCRIBE {table}")
    keys = [column["column_name"] for column in described if column["key"] == "PRI"]
    unique: dict[object, Mapping[str, object]] = {}
    for number, row in enumerate(rows):
        unique[tuple(row[k] for k in keys) if keys else number] = row
    if not unique:
        return 0
    columns = list(next(iter(unique.values())))
    types = {column["column_name"]: column["column_type"] for column in described}
    values = [[row[c] for row in unique.values()] for c in columns]
    # one list a column, unnested side by side: a hundred times faster than executemany
    select = ", ".join(f"unnest(CAST(? AS {types[c]}[]))" for c in columns)
    verb = {"ignore": "INSERT OR IGNORE", "replace": "INSERT OR REPLACE"}[on_conflict] if keys else "INSERT"
    result = con.execute(f"{verb} INTO {table} ({', '.join(columns)}) SELECT {select}", values).fetchone()
    return int(result[0]) if result else 0


# --- schema ------------------------------------------------------------------------------------------


@cache
def steps() -> tuple[tuple[int, str, str], ...]:
    """The schema's steps in order: number, name, SQL."""
    found = []
    for entry in resources.files("db").joinpath("schema").iterdir():
        match = re.fullmatch(r"(\d{3})_(\w+)\.sql", entry.name)
        if match:
            found.append((int(match[1]), match[2], entry.read_text(encoding="utf-8")))
    return tuple(sorted(found))


@cache
def views() -> tuple[tuple[str, str], ...]:
    """The views in order of file name: name, SQL. Made anew when a step was taken or one of them changed."""
    folder = resources.files("db").joinpath("views")
    return tuple(sorted((e.name, e.read_text(encoding="utf-8")) for e in folder.iterdir() if e.name.endswith(".sql")))


def pending(con: Connection) -> bool:
    """Whether the database lacks a step or a view of this version. One that we can't read is refused."""
    taken = _taken(con)
    views_now = "\n".join(sql for _, sql in views())
    return any(number not in taken for number, _, _ in steps()) or taken.get(0) != views_now


def migrate(con: Connection, *, last_step: int | None = None) -> list[int]:
    """The numbers of the steps taken now. A database of a later version, or of something else, is refused.

    Each step is a transaction of its own together with its mark, so a kill leaves the schema at a whole step.
    """
    taken = _taken(con)
    done = []
    for number, name, sql in steps():
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


def _copy_before_steps(con: Connection, path: Path, afterwards: ExitStack) -> None:
    """Copies a database that lacks steps of this version to `<name>.before-step-NNN`, the first step that it lacks.

    POSIX drops a process's locks on a file when the process closes any handle of it. So the handle that is copied from
    stays open until the connection, which holds the lock, is closed: `afterwards` closes it.
    """
    taken = _taken(con)
    lacking = [number for number, _, _ in steps() if number not in taken]
    if not taken or not lacking:
        return
    copy = path.with_name(f"{path.name}.before-step-{min(lacking):03}")
    if not copy.exists():
        con.execute("CHECKPOINT")  # what a killed writer left beside the file is in it from here on
        _copy_from(afterwards.enter_context(path.open("rb")), copy)


def copy_whole(source: Path, target: Path) -> None:
    """Copies a file so that the target is the old one or all of the new one, never a part."""
    with source.open("rb") as data:
        _copy_from(data, target)


def _copy_from(data: BinaryIO, target: Path) -> None:
    if not target.parent.is_dir():
        raise BadInputError(f"there is no folder {target.parent}", "make it, or name another file")
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            shutil.copyfileobj(data, out, 1 << 20)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _taken(con: Connection) -> dict[int, str]:
    """The steps that the database has taken, by number; under 0 the text of its views."""
    try:  # asked first, since listing the tables takes longer than all else here
        marks = con.execute("SELECT step, name FROM schema_steps").fetchall()
    except duckdb.CatalogException:
        tables = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        if tables:
            raise BadInputError(
                f"the database holds tables of something else ({', '.join(sorted(tables)[:3])})",
                "name another with --db",
            ) from None
        return {}
    taken = {int(step): name for step, name in marks}
    unknown = taken.keys() - {0} - {number for number, _, _ in steps()}
    if unknown:
        raise PaperflopsError(
            f"the database has schema step {max(unknown)}, which this version does not know",
            "install the newer paperflops that made it",
        )
    return taken


def has_primary_key(con: Connection, table: str) -> bool:
    """Whether the table has a primary key."""
    return any(column["key"] == "PRI" for column in rows_of(con, f"DESCRIBE {table}"))


# --- opening ------------------------------------------------------------------------------------------


def _create(path: Path) -> None:
    """Makes the database under another name and puts it in place whole: a kill leaves no half-made file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
            made = Path(folder) / path.name
            _make_empty(made)
            _put_in_place(made, path)
    except (OSError, duckdb.IOException) as error:
        raise BadInputError(
            f"no database can be made at {path} ({_first_line(error)})", "name another with --db"
        ) from error


def _make_empty(path: Path) -> None:
    con = duckdb.connect(str(path))
    try:
        migrate(con)
    finally:
        con.close()


def _put_in_place(made: Path, path: Path) -> None:
    """Gives the file its name unless another process was faster: then that one's database stands."""
    try:
        os.link(made, path)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        if not path.exists():
            made.rename(path)


@contextmanager
def _connection(path: Path, *, read_only: bool, wait: float) -> Iterator[Connection]:
    """A connection, closed at the end. Ctrl-C while DuckDB works is a KeyboardInterrupt, as in all of Python."""
    con = _connect(path, read_only=read_only, wait=wait)
    try:
        yield con
    except (RuntimeError, duckdb.Error) as error:
        if "Query interrupted" in str(error) or isinstance(error, duckdb.InterruptException):
            raise KeyboardInterrupt from error
        if isinstance(error, duckdb.Error) and _is_of_the_file(error):
            raise _damaged(path, error) from error
        raise
    finally:
        _close(con)


def _close(con: Connection) -> None:
    """Closes a connection; one whose file is damaged may fail even at that, and what it failed at was told before."""
    with suppress(duckdb.Error):
        con.close()


_ROOM = re.compile(
    r"No space left|disk (?:is )?full|File too large|Disk quota|failed to offload|max_temp_directory_size"
)


def _is_of_the_file(error: duckdb.Error) -> bool:
    """Whether the fault is the file's or the disk's: not a statement of ours that is wrong, nor a value."""
    return not isinstance(error, duckdb.ProgrammingError | duckdb.IntegrityError | duckdb.DataError)


def _damaged(path: Path, error: duckdb.Error) -> PaperflopsError:
    """What happened to the file, what is safe, and what to do."""
    message = _first_line(error)
    if isinstance(error, duckdb.OutOfMemoryException):
        return PaperflopsError(f"there is not memory enough for this ({message})", "free some, and try again")
    if _ROOM.search(str(error)):
        return DamagedError(
            f"there is no room on the disk of {path} ({message})",
            "what was saved before is safe; free some space, and the same command goes on from there",
        )
    return DamagedError(
        f"{path} is damaged ({message})",
        "its decisions are safe in the .decisions.jsonl beside it; `paperflops db check` says what can be read,"
        " `paperflops db restore COPY` puts a backup in its place",
    )


def _connect(path: Path, *, read_only: bool, wait: float) -> Connection:
    began = time.monotonic()
    pause = 0.02
    told = False
    while True:
        try:
            return duckdb.connect(str(path), read_only=read_only)
        except duckdb.Error as error:
            message = str(error)
            if "Permission denied" in message and not os.access(path, os.R_OK if read_only else os.R_OK | os.W_OK):
                may = "read" if read_only else "write"
                raise BadInputError(
                    f"you may not {may} {path}", "ask its owner for the permission, or name another with --db"
                ) from error
            if path.is_dir():
                raise BadInputError(f"{path} is a folder", "name a file in it with --db") from error
            if "not a valid DuckDB database file" in message:
                raise BadInputError(f"{path} is no database of paperflops", "name another with --db") from error
            if not _LOCKED.search(message):
                raise _damaged(path, error) from error
            waited = time.monotonic() - began
            if waited >= wait:
                raise LockedError(
                    f"{path} is in use by {_holder(message)}",
                    "wait for it to end, or stop it, and try again",
                ) from error
            if waited >= LOCK_SILENCE_SECONDS and not told:
                from db.terminal.console import warn  # who does not wait does without what it loads

                warn(f"waiting for {path}, which is in use by {_holder(message)}")
                told = True
        time.sleep(pause)
        pause = min(pause * 2, 0.5)


# The first is said of another process, the second of a connection in this one (a reader beside a writer).
_LOCKED = re.compile(r"Could not set lock on file|database file with a different configuration")


def _holder(message: str) -> str:
    """Who holds the lock, from DuckDB's words: "lock is held in /usr/bin/python3.11 (PID 1234)"."""
    match = re.search(r"held in (?P<program>.+?) \(PID (?P<pid>\d+)\)", message)
    if match:
        return f"{Path(match['program']).name} (process {match['pid']})"
    return "this process" if "different configuration" in message else "another process"


def _first_line(error: Exception) -> str:
    """The error's first line, without the link to a manual that DuckDB puts behind it."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return text.split(" See also ")[0]
