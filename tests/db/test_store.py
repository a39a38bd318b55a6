"""The store: its schema, its one writer, its readers, and what a kill leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from db import store
from db.errors import BadInputError, LockedError, PaperflopsError
from db.store import insert_rows, migrate, now, reading, rows_of, writing
from tests.conftest import ROOT

TABLES = {
    "candidates", "curated_rows", "curated_values", "decisions", "files", "found_by", "harvest_failures",
    "harvest_runs", "papers", "readings", "record_values", "records", "review_tasks", "schema_steps", "sync_marks",
}  # fmt: skip


def paper(arxiv_id: str, **columns: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "arxiv_id": arxiv_id,
        "version": 1,
        "title": "On cost",
        "authors": ["A. Author", "B. O'Brien"],
        "categories": [],
        "published": date(2015, 12, 10),
        "added_at": now(),
    }
    return row | columns


def schema_of(con: store.Connection) -> set[tuple[str, str, str]]:
    columns = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal"
    return {(table, column, kind) for table, column, kind in con.execute(columns).fetchall()}


@contextmanager
def other_process(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Runs code in a Python of its own; it has said "ready" when this yields, and is gone afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready", process.communicate()[1]
        yield process
    finally:
        process.kill()
        process.communicate()


HOLD = """
import sys
from pathlib import Path
from db.store import insert_rows, now, {mode}
with {mode}(Path(sys.argv[1])) as con:
    if "{mode}" == "writing":
        insert_rows(con, "papers", [{{"arxiv_id": "2401.00002", "version": 1, "added_at": now()}}])
    print("ready", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def new_databases_are_copies() -> None:
    """Here each database is made."""


class TestSchema:
    def test_from_empty(self, db_path: Path) -> None:
        """it makes every table and view in a file that was not there, with its folder."""
        path = db_path.parent / "new" / "folder" / "p.duckdb"
        with writing(path) as con:
            tables = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
            view_names = con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
            taken = con.execute("SELECT step FROM schema_steps WHERE step > 0 ORDER BY step").fetchall()
        assert tables >= TABLES
        assert ("curated",) in view_names
        assert [step for (step,) in taken] == [number for number, _, _ in store.steps()]
        assert [p.name for p in path.parent.iterdir()] == ["p.duckdb"], "nothing half-made is left beside it"

    @pytest.mark.parametrize("last_step", [number for number, _, _ in store.steps()])
    def test_from_a_step(self, db_path: Path, last_step: int) -> None:
        """it comes to the same schema from any earlier step, and keeps what was saved there."""
        with duckdb.connect(str(db_path)) as con:
            assert migrate(con, last_step=last_step) == [n for n, _, _ in store.steps() if n <= last_step]
            insert_rows(con, "papers", [paper("1512.03385")])
        with reading(db_path) as con:  # a reader brings it up to date too
            found = schema_of(con)
            assert rows_of(con, "SELECT arxiv_id FROM papers") == [{"arxiv_id": "1512.03385"}]
        with duckdb.connect() as empty:
            migrate(empty)
            assert found == schema_of(empty)

    def test_each_number_once(self) -> None:
        """it gives each step a number of its own and reads every file of the folder as one."""
        files = sorted(entry.name for entry in (ROOT / "db" / "schema").iterdir() if entry.suffix == ".sql")
        assert [f"{number:03}_{name}.sql" for number, name, _ in store.steps()] == files
        assert len({number for number, _, _ in store.steps()}) == len(files)

    def test_twice_takes_nothing(self, db_path: Path) -> None:
        """it takes no step the second time."""
        with duckdb.connect(str(db_path)) as con:
            assert migrate(con)
            assert migrate(con) == []
            assert not store.pending(con)

    def test_changed_view_is_made_anew(self, db_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """it makes a view again when its text has changed."""
        with writing(db_path):
            pass
        monkeypatch.setattr(store, "views", lambda: [("a.sql", "CREATE OR REPLACE VIEW a AS SELECT 7 AS seven")])
        with reading(db_path) as con:
            assert rows_of(con, "FROM a") == [{"seven": 7}]

    @pytest.mark.parametrize("open_it", [writing, reading])
    def test_later_version_is_refused(self, db_path: Path, open_it: Any) -> None:
        """it refuses a database of a later version, says which step, and leaves it as it is."""
        with writing(db_path) as con:
            con.execute("INSERT INTO schema_steps VALUES (999, 'of_tomorrow', ?)", [now()])
        with pytest.raises(PaperflopsError, match=r"schema step 999.*newer paperflops"), open_it(db_path):
            pass
        with duckdb.connect(str(db_path)) as con:
            assert rows_of(con, "SELECT max(step) AS last FROM schema_steps") == [{"last": 999}]

    @pytest.mark.parametrize("open_it", [writing, reading])
    def test_database_of_something_else_is_refused(self, db_path: Path, open_it: Any) -> None:
        """it adds no table to a DuckDB file that belongs to something else."""
        with duckdb.connect(str(db_path)) as con:
            con.execute("CREATE TABLE orders (id INTEGER)")
        with pytest.raises(BadInputError, match=r"tables of something else.*orders"), open_it(db_path):
            pass
        with duckdb.connect(str(db_path)) as con:
            assert con.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("orders",)]

    def test_failing_step_leaves_the_one_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """it leaves the schema at a whole step where the next one fails."""
        last = store.steps()[-1][0]
        broken = [*store.steps(), (last + 1, "broken", "CREATE TABLE half (a INT); SELECT no_such")]
        monkeypatch.setattr(store, "steps", lambda: broken)
        with duckdb.connect() as con:
            with pytest.raises(duckdb.Error):
                migrate(con)
            assert ("half",) not in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()
            assert (last,) == con.execute("SELECT max(step) FROM schema_steps").fetchone()


class TestOpening:
    def test_no_database(self, db_path: Path) -> None:
        """it says that there is none and how to make one, and makes none itself."""
        with pytest.raises(BadInputError, match=r"no database at .*paperflops add"), reading(db_path):
            pass
        assert not db_path.exists()

    @pytest.mark.parametrize("content", [b"", b"%PDF-1.5 not a database", b"x" * 20_000], ids=len)
    @pytest.mark.parametrize("open_it", [writing, reading])
    def test_not_a_database(self, db_path: Path, open_it: Any, content: bytes) -> None:
        """it says in one line that a file is no database, at once, and leaves the file as it is."""
        path = db_path.with_name("block of notes.txt")  # "lock" in the name must not look like a lock
        path.write_bytes(content)
        began = time.monotonic()
        with pytest.raises(BadInputError) as caught, open_it(path):
            pass
        assert time.monotonic() - began < 2
        assert "\n" not in str(caught.value)
        assert path.read_bytes() == content

    @pytest.mark.parametrize("place", ["a file/p.duckdb", "a folder"])
    def test_impossible_place(self, tmp_path: Path, place: str) -> None:
        """it says in one line that no database can stand there."""
        (tmp_path / "a file").write_text("")
        (tmp_path / "a folder").mkdir()
        with pytest.raises(BadInputError) as caught, writing(tmp_path / place):
            pass
        assert "\n" not in str(caught.value)

    def test_failure_saves_nothing(self, db_path: Path) -> None:
        """it saves all that is done under one opening, or nothing."""
        with pytest.raises(ZeroDivisionError), writing(db_path) as con:
            insert_rows(con, "papers", [paper("1512.03385")])
            raise ZeroDivisionError
        with reading(db_path) as con:
            assert rows_of(con, "FROM papers") == []

    def test_reader_cannot_write(self, db_path: Path) -> None:
        """it gives readers a connection that can't write."""
        with writing(db_path):
            pass
        with reading(db_path) as con, pytest.raises(duckdb.Error, match="read-only"):
            insert_rows(con, "papers", [paper("1512.03385")])


class TestSharing:
    @pytest.mark.parametrize("mode", ["writing", "reading"])
    def test_holder_is_named(self, db_path: Path, mode: str) -> None:
        """it names in one line the process that holds the file, and that one's work is not lost."""
        with writing(db_path) as con:
            insert_rows(con, "papers", [paper("1512.03385")])
        with other_process(HOLD.format(mode=mode), db_path) as holder:
            with pytest.raises(LockedError) as caught, writing(db_path, wait=0.2):
                pytest.fail("two processes can't write at once")
            assert f"(process {holder.pid})" in str(caught.value)
            assert "\n" not in str(caught.value)
            holder.communicate("\n", timeout=20)
            assert holder.returncode == 0
        with reading(db_path) as con:
            ids = [row["arxiv_id"] for row in rows_of(con, "SELECT arxiv_id FROM papers ORDER BY 1")]
        assert ids == (["1512.03385", "2401.00002"] if mode == "writing" else ["1512.03385"])

    def test_copy_keeps_the_lock(self, db_path: Path) -> None:
        """it keeps other processes out while it writes, though it has copied the file before a schema step"""
        with duckdb.connect(str(db_path)) as con:
            migrate(con, last_step=1)
        with writing(db_path):
            assert db_path.with_name(f"{db_path.name}.before-step-002").exists()
            code = "import duckdb, sys; duckdb.connect(sys.argv[1])"
            other = subprocess.run([sys.executable, "-c", code, str(db_path)], capture_output=True, text=True)
        assert "Could not set lock" in other.stderr

    def test_opened_once(self, db_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """it opens the file once a write"""
        with writing(db_path):
            pass
        opened: list[bool] = []
        connect = store._connect

        def counted(path: Path, *, read_only: bool, wait: float) -> store.Connection:
            opened.append(read_only)
            return connect(path, read_only=read_only, wait=wait)

        monkeypatch.setattr(store, "_connect", counted)
        with writing(db_path):
            pass
        assert opened == [False]

    @pytest.mark.parametrize("wait, lines", [(0.3, 0), (1.5, 1)])
    def test_waiting_is_told(self, db_path: Path, wait: float, lines: int, capsys: pytest.CaptureFixture[str]) -> None:
        """it says in one line for whom it waits, once a second has passed."""
        with writing(db_path):
            pass
        with (
            other_process(HOLD.format(mode="writing"), db_path) as holder,
            pytest.raises(LockedError),
            reading(db_path, wait=wait),
        ):
            pytest.fail("nobody can read while another writes")
        told, program = capsys.readouterr(), Path(sys.executable).resolve().name
        assert told.out == ""
        assert (
            told.err.splitlines()
            == [f"waiting for {db_path}, which is in use by {program} (process {holder.pid})"] * lines
        )

    def test_readers_in_parallel(self, db_path: Path) -> None:
        """it lets several processes read at once."""
        with writing(db_path) as con:
            insert_rows(con, "papers", [paper("1512.03385")])
        code = HOLD.format(mode="reading")
        with other_process(code, db_path), other_process(code, db_path), reading(db_path, wait=0) as con:
            assert len(rows_of(con, "FROM papers")) == 1

    def test_writers_take_turns(self, db_path: Path) -> None:
        """it has a second writer wait for the first, and keeps what both saved."""
        code = """
import sys
from pathlib import Path
from db.store import insert_rows, now, writing
print("ready", flush=True)
for n in range(10):
    with writing(Path(sys.argv[1]), wait=60) as con:
        insert_rows(con, "papers", [{"arxiv_id": f"{sys.argv[2]}.{n:05}", "version": 1, "added_at": now()}])
"""
        with other_process(code, db_path, "1001") as one, other_process(code, db_path, "1002") as two:
            for process in (one, two):
                _, errors = process.communicate(timeout=60)
                assert process.returncode == 0, errors
        with reading(db_path) as con:
            assert rows_of(con, "SELECT count(DISTINCT arxiv_id) AS papers FROM papers") == [{"papers": 20}]

    def test_threads_of_one_process_take_turns(self, db_path: Path) -> None:
        """it has a reader wait for a writer of the same process, which DuckDB tells in other words."""
        with writing(db_path):
            pass
        held, seen = threading.Event(), []

        def write() -> None:
            with writing(db_path) as con:
                insert_rows(con, "papers", [paper("1512.03385")])
                held.set()
                time.sleep(0.3)

        thread = threading.Thread(target=write)
        thread.start()
        held.wait(10)
        with reading(db_path) as con:
            seen = rows_of(con, "SELECT arxiv_id FROM papers")
        thread.join()
        assert seen == [{"arxiv_id": "1512.03385"}]

    def test_kill_leaves_whole_batches(self, db_path: Path) -> None:
        """it leaves whole batches of 500 when its process is killed at any moment, and opens at once."""
        code = """
import sys
from pathlib import Path
from db.store import insert_rows, now, writing
print("ready", flush=True)
batch = int(sys.argv[2])
while True:
    with writing(Path(sys.argv[1])) as con:
        insert_rows(con, "papers", [
            {"arxiv_id": f"{batch}.{n}", "version": 1, "title": "x" * 200, "added_at": now()} for n in range(500)
        ])
    batch += 1
    print("saved", flush=True)
"""
        batches = 0
        for round_, (saved, seconds) in enumerate([(0, 0.0), (0, 0.05), (1, 0.0), (1, 0.01), (2, 0.03), (1, 0.1)]):
            with other_process(code, db_path, 1000 * (round_ + 1)) as process:
                assert process.stdout is not None
                for _ in range(saved):
                    assert process.stdout.readline() == "saved\n"
                time.sleep(seconds)
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
            if not db_path.exists():
                assert not saved
                continue  # killed before the file was put in place
            with reading(db_path, wait=0) as con:
                sizes = con.execute("SELECT count(*) FROM papers GROUP BY split_part(arxiv_id, '.', 1)").fetchall()
            assert {size for (size,) in sizes} <= {500}
            assert len(sizes) >= batches + saved, "what was saved before the kill is there after it"
            batches = len(sizes)


class TestInsertRows:
    @pytest.fixture
    def con(self) -> Iterator[store.Connection]:
        with duckdb.connect() as con:
            migrate(con)
            yield con

    def test_lists_and_nulls_come_back(self, con: store.Connection) -> None:
        """it keeps lists (empty, one, many, with quotes), absent values, and empty text apart."""
        rows = [
            paper("1512.00001", authors=[], title=None),
            paper("1512.00002", authors=["Wu, 'Ike'", "Ø. \u201cQ\u201d", ""], title=""),
            paper("1512.00003", authors=None, title="a\nb"),
        ]
        assert insert_rows(con, "papers", rows) == 3
        assert rows_of(con, "SELECT authors, title FROM papers ORDER BY arxiv_id") == [
            {"authors": row["authors"], "title": row["title"]} for row in rows
        ]

    def test_numbers_come_back(self, con: store.Connection) -> None:
        """it keeps whole, broken, huge and special numbers of one column as they are."""
        given = [1, 2.5, None, 3e23, 0, 1e-9, float("inf"), 2**62]
        rows = [{"row_key": str(n), "field": "flops", "value": v, "state": "reference"} for n, v in enumerate(given)]
        insert_rows(con, "curated_values", rows)
        read = [value for (value,) in con.execute("SELECT value FROM curated_values ORDER BY row_key").fetchall()]
        assert read == given

    def test_key_twice_counts_once(self, con: store.Connection) -> None:
        """it takes the last of two rows with one key."""
        rows = [paper("1512.03385", title="first"), paper("1512.03385", title="last")]
        assert insert_rows(con, "papers", rows) == 1
        assert rows_of(con, "SELECT title FROM papers") == [{"title": "last"}]

    @pytest.mark.parametrize(("on_conflict", "stands"), [("ignore", "old"), ("replace", "new")])
    def test_key_that_is_there(self, con: store.Connection, on_conflict: str, stands: str) -> None:
        """it keeps the old row or takes the new, as it is told, and counts what it wrote."""
        insert_rows(con, "papers", [paper("1512.03385", title="old")])
        wrote = insert_rows(con, "papers", [paper("1512.03385", title="new")], on_conflict=on_conflict)
        assert rows_of(con, "SELECT title FROM papers") == [{"title": stands}]
        assert wrote == (1 if on_conflict == "replace" else 0)

    def test_table_without_key_takes_all(self, con: store.Connection) -> None:
        """it takes every row of a table that has no key, equal ones too."""
        row = {"row_key": "a", "field": "device", "value_text": "V100", "state": "reference"}
        assert insert_rows(con, "curated_values", [row, row]) == 2

    def test_nothing_is_nothing(self, con: store.Connection) -> None:
        """it writes nothing for no rows."""
        assert insert_rows(con, "papers", []) == 0


def test_ctrl_c_while_a_query_runs(db_path: Path) -> None:
    """it ends a query that is cut as Python ends all else at Ctrl-C, and saves nothing of the batch"""
    with pytest.raises(KeyboardInterrupt), writing(db_path) as con:
        insert_rows(con, "papers", [paper("2001.99999")])
        threading.Timer(0.5, con.interrupt).start()
        con.execute("SELECT sum(a.range * b.range) FROM range(10_000_000) a, range(10_000_000) b").fetchall()
    with reading(db_path) as con:
        assert not rows_of(con, "SELECT * FROM papers")
