"""Readings that go through a folder of parts: taken in once, whole, and only where they belong."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db.errors import BadInputError, PaperflopsError, UnreachableError
from db.models import Outcome
from db.store import reading, rows_of, writing
from db.tables.parts import part_format, part_of, take_in_parts
from db.tables.readings import OF_THESE_PAPERS, Reading, ReadingNote, save_readings
from extract.read_paper import reader_version
from extract.workers import processes
from extract.workers.in_batches import InBatches
from extract.workers.in_parts import Cluster, InParts
from extract.workers.parts_folder import HALF, HALF_SECONDS, ID_FILE, PartsFolder, folder_at
from extract.workers.read_part import PartJob, WrittenPart, read_part
from extract.workers.read_unread import Wanted, jobs_for, read_unread
from harvest.disk.add import add
from tests.db.sample_rows import READ
from tests.extract.samples import PDFS

FEW = PDFS[:4]


class Here(Cluster):
    """A cluster of one thread of this process; it does each part as often as it is told, as when a worker is lost."""

    def __init__(self, times: int = 1) -> None:
        self.inner = ThreadPoolExecutor(1)
        self.times = times

    def submit(  # type: ignore[override]
        self, fn: Callable[[PartJob], WrittenPart], work: PartJob, /
    ) -> Future[WrittenPart]:
        return [self.inner.submit(fn, work) for _ in range(self.times)][-1]

    def threads(self) -> int:
        return 1

    def fault(self, error: Exception) -> PaperflopsError | None:
        return error if isinstance(error, PaperflopsError) else None

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.inner.shutdown(wait=wait, cancel_futures=cancel_futures)


@pytest.fixture
def taken(db_path: Path) -> Path:
    """A database that holds some sample papers, unread."""
    add(db_path, FEW)
    return db_path


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> list[list[Any]]:
    """What reading the same papers without parts leaves in each table."""
    db = tmp_path_factory.mktemp("local") / "paperflops.duckdb"
    add(db, FEW)
    read_unread(db, Wanted(), InBatches(processes.open_executor, 1))
    return contents(db)


def contents(db: Path) -> list[list[Any]]:
    """The rows of each table of a reading, without what differs from run to run."""
    measured = {"readings": "EXCLUDE (seconds, peak_mb, read_at)"}
    with reading(db) as con:
        return [
            con.execute(f"SELECT * {measured.get(table, '')} FROM {table} ORDER BY ALL").fetchall()
            for table in OF_THESE_PAPERS
        ]


def parts_at(place: Path | str) -> PartsFolder:
    return folder_at(str(place), f"{reader_version()}-{part_format():03}")


def left_by_a_worker(db: Path, folder: PartsFolder, papers: slice) -> str:
    """The name of the part that a worker left there, whose command was killed before it took the part in."""
    jobs = tuple(jobs_for(db, Wanted(again=True))[papers])
    written = read_part(PartJob(jobs, folder, folder.make(), reader_version()))
    assert written.name is not None
    return written.name


@pytest.mark.parametrize("where", ["a folder", "a store"])
def test_each_part_twice(taken: Path, local: list[list[Any]], tmp_path: Path, where: str) -> None:
    """it saves each paper once, as reading without parts does, where every part is written twice; no part stays"""
    place = str(tmp_path / "parts") if where == "a folder" else f"memory://{tmp_path.name}"
    read_unread(taken, Wanted(), InParts(lambda: Here(times=2), place))
    assert contents(taken) == local
    assert any(contents(taken)[0])
    assert parts_at(place).names() == []


def test_left_parts(taken: Path, local: list[list[Any]], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """it takes in the parts of a run that was killed, and reads the other papers"""
    left_by_a_worker(taken, parts_at(tmp_path / "parts"), slice(0, 2))
    read_unread(taken, Wanted(), InParts(Here, str(tmp_path / "parts")))
    said = capfd.readouterr().out
    assert "took in 2 papers of 1 parts that an earlier run had left" in said
    assert "read 2 of 2 papers" in said
    assert contents(taken) == local
    assert parts_at(tmp_path / "parts").names() == []


def test_damaged_and_half_parts(
    taken: Path, local: list[list[Any]], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """it tells a damaged and a half part in a line each, removes them, and reads their papers again"""
    folder = parts_at(tmp_path / "parts")
    part = tmp_path / "parts" / folder.version / left_by_a_worker(taken, folder, slice(0, 2))
    part.write_bytes(part.read_bytes()[:-100])
    old, young = (part.with_name(name + HALF) for name in ("old", "young"))
    for half in (old, young):
        half.write_bytes(b"PAR1")
    os.utime(old, times=(time.time() - 2 * HALF_SECONDS,) * 2)
    read_unread(taken, Wanted(), InParts(Here, str(tmp_path / "parts")))
    said = capfd.readouterr()
    assert f"part {part.name} is damaged" in said.err
    assert "1 half parts, of workers that ended while they wrote" in said.err
    assert "read 4 of 4 papers" in said.out
    assert contents(taken) == local
    assert [p.name for p in part.parent.iterdir()] == [young.name]


def test_another_databases_part(taken: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """it leaves a part of papers that the database does not have, and says so"""
    name = left_by_a_worker(taken, parts_at(tmp_path / "parts"), slice(0, 1))
    other = tmp_path / "other.duckdb"
    add(other, FEW[1:2])
    read_unread(other, Wanted(), InParts(Here, str(tmp_path / "parts")))
    assert f"part {name} is of papers that {other} does not have" in capfd.readouterr().err
    assert parts_at(tmp_path / "parts").names() == [name]


def test_an_older_part(taken: Path, tmp_path: Path) -> None:
    """it keeps what was read after a part was written, and takes the part in where there is nothing newer"""
    (job, *_) = jobs_for(taken, Wanted())
    timeout = Reading(job.arxiv_id, job.version, job.pdf_sha256, "reader", Outcome.TIMEOUT)
    part = tmp_path / "part.parquet"
    part.write_bytes(part_of([timeout]))
    with writing(taken) as con:
        assert take_in_parts(con, [part], newer_only=True) == 1
        save_readings(con, [replace(timeout, outcome=Outcome.NO_TEXT)])
        assert take_in_parts(con, [part], newer_only=True) == 0
        assert [r["outcome"] for r in rows_of(con, "SELECT outcome FROM readings")] == ["no_text"]
        assert take_in_parts(con, [part]) == 1
        assert [r["outcome"] for r in rows_of(con, "SELECT outcome FROM readings")] == ["timeout"]


def test_tables_of_a_reading(db_path: Path) -> None:
    """it knows every table in which a reading is saved"""
    with writing(db_path) as con:
        save_readings(con, [replace(READ, notes=(ReadingNote("page_without_text", 3),))])
        tables = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        filled = {t for t in tables if con.execute(f"SELECT count(*) FROM {t}").fetchall() != [(0,)]}
    assert filled - {"schema_steps"} == set(OF_THESE_PAPERS)


def work_for(db: Path, folder: PartsFolder, **more: Any) -> PartJob:
    told = {"folder_id": folder.make(), "reader_version": reader_version()}
    return PartJob(tuple(jobs_for(db, Wanted())[:1]), folder, **(told | more))


def test_a_worker_with_another_reader(taken: Path, tmp_path: Path) -> None:
    """it reads nothing where its rules are not those of the command, and names both"""
    with pytest.raises(PaperflopsError, match=rf"has reader {reader_version()}, this command other; install the same"):
        read_part(work_for(taken, parts_at(tmp_path / "parts"), reader_version="other"))


def test_a_folder_that_a_worker_does_not_share(taken: Path, tmp_path: Path) -> None:
    """it reads nothing where the worker has no such folder, or another one of that name"""
    folder = parts_at(tmp_path / "parts")
    work = work_for(taken, folder)
    (tmp_path / "parts" / ID_FILE).write_text("another")
    with pytest.raises(UnreachableError, match=r"does not see the parts folder .*, but another folder of that name"):
        read_part(work)
    (tmp_path / "parts").rename(tmp_path / "elsewhere")
    with pytest.raises(UnreachableError, match=r"does not see the parts folder .*FileNotFoundError"):
        read_part(work)


def test_a_folder_that_a_worker_can_not_write_to(taken: Path, tmp_path: Path) -> None:
    """it says so in one line, and the command ends with that line"""
    folder = parts_at(tmp_path / "parts")
    work = work_for(taken, folder)
    (tmp_path / "parts" / folder.version).rmdir()
    (tmp_path / "parts" / folder.version).write_text("a file where the sub-folder should be")
    with pytest.raises(UnreachableError, match=r"can't write to the parts folder .*NotADirectoryError"):
        read_part(work)


@pytest.mark.parametrize("place", ["{file}/parts", "nosuch://parts"])
def test_no_folder(taken: Path, tmp_path: Path, place: str) -> None:
    """it says in one line that no parts can be kept there"""
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(BadInputError, match="--parts") as raised:
        read_unread(taken, Wanted(), InParts(Here, place.format(file=file)))
    assert "\n" not in str(raised.value)
