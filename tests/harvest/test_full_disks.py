"""Full disks: a harvest stops while there is room, keeps what it has, and says beside the database how it ended."""

from __future__ import annotations

import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import duckdb
import pytest

from db.store import now, reading
from db.tables.harvests import Run, last_runs
from harvest.ends import SIZE, ends_path, note_end, noted_ends, reserve
from harvest.storage import storage_error
from tests.harvest.conftest import ROOT, Harvest, last_json, paperflops
from tests.loopback_arxiv import LoopbackArxiv, some_papers

# --- full disks -------------------------------------------------------------------------------------------------------


def test_nearly_full(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """it looks for room before each batch, stops while there is some left, and says what was kept."""
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(
        "shutil.disk_usage", lambda path: usage(1 << 40, 0, (1 << 40) if len(arxiv.of_kind("pdf")) < 4 else 9 << 20)
    )
    outcome = harvest()
    assert outcome.exit_code == 1
    assert outcome.message is not None
    assert "is nearly full (9 MB free, 256 needed); kept: 12 papers found (12 new), " in outcome.message
    assert outcome.message.endswith("make room and run again")
    with reading(db_path) as con:
        assert (last_runs(con)[0].outcome, last_runs(con)[0].exit_code) == ("failed", 1)
    monkeypatch.undo()


@pytest.mark.parametrize("blocks", [4200, 5200])
def test_files_may_not_grow(arxiv: LoopbackArxiv, db_path: Path, blocks: int) -> None:
    """it ends with one line where DuckDB can't write (ulimit -f), records it, and goes on when it can."""
    arxiv.put(*some_papers(1000, term="CIFAR-10"))  # without a limit the database takes 8 MB
    words = f"--db '{db_path}' harvest --benchmark cifar10 --max 3 --json"
    command = f"ulimit -f {blocks}; exec '{sys.executable}' -m paperflops {words}"
    run = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 74, run.stderr  # EX_IOERR, as of any command whose database can't be written
    assert "Traceback" not in run.stderr
    last = run.stderr.splitlines()[-1]
    assert last.startswith("paperflops: there is no room on the disk") and "goes on from there" in last, last
    line = last_json(run.stdout)
    assert (line["outcome"], line["exit_code"]) == ("failed", 74)
    status = paperflops(db_path, "harvest", "status")
    assert "killed" not in status.stdout
    assert "failed" in status.stdout.splitlines()[0]
    run = subprocess.run(
        [sys.executable, "-m", "paperflops", "--db", str(db_path), "harvest", "--benchmark", "imagenet", "--max", "3"],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    with reading(db_path) as con:
        assert [r.outcome for r in last_runs(con, 3)] == ["done", "failed"]


def test_faults_of_our_own() -> None:
    """it takes no wrong statement for a full disk: such a fault must be seen."""
    assert storage_error(duckdb.ParserException("syntax error"), Path("x")) is None
    assert storage_error(duckdb.ConstraintException("duplicate key"), Path("x")) is None
    assert storage_error(PermissionError(13, "denied"), Path("x")) is None
    assert storage_error(duckdb.IOException("Could not write file"), Path("x")) is not None
    assert storage_error(duckdb.FatalException("database has been invalidated"), Path("x")) is not None
    assert storage_error(OSError(28, "No space left on device"), Path("/a/x")) is not None


# --- ends that could not be saved -------------------------------------------------------------------------------------


def test_ends_need_no_room(db_path: Path) -> None:
    """it writes in place: the file has its full size from the start, and never another."""
    reserve(db_path)
    assert ends_path(db_path).stat().st_size == SIZE
    for number in range(60):
        note_end(db_path, Run(f"{number:012d}", now(), {}, ended_at=now(), outcome="stopped", message="x" * 1000))
        assert ends_path(db_path).stat().st_size == SIZE
    kept = [int(r.run) for r in noted_ends(db_path)]
    assert (kept[0], kept[-1]) == (0, 59)
    assert len(kept) > 15


@pytest.mark.parametrize("content", ["", "null", "[1]", '[{"run": 1}]', "{", '[{"started_at": "x"}]'])
def test_ends_that_say_nothing(db_path: Path, content: str) -> None:
    """it goes on where the file was damaged."""
    ends_path(db_path).write_text(content)
    assert noted_ends(db_path) == []
