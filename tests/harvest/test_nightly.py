"""What whoever schedules a harvest sees: "try later" on too many nights, and how a run ended."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from db.quantities import counted
from db.store import now, reading, writing
from db.tables.harvests import Run, last_runs, save_run, streak
from harvest.ends import note_end, noted_ends
from harvest.lock import harvest_lock
from harvest.outcome import LATER, TOO_LATE, current_streak
from tests.harvest.conftest import assert_all_here, last_json, paperflops
from tests.loopback_arxiv import LoopbackArxiv


def nights(db: Path, codes: list[int | None], *, benchmarks: list[str] | None = None) -> None:
    """Runs with these exit codes, one a night, the last one last night."""
    with writing(db) as con:
        for number, code in enumerate(codes):
            at = now() - timedelta(days=len(codes) - number)
            outcome = {0: "done", 75: "stopped", None: None}[code]
            settings = {"benchmarks": ["imagenet"] if benchmarks is None else benchmarks}
            save_run(con, Run(f"{number:012d}", at, settings, ended_at=at, outcome=outcome, exit_code=code))


@pytest.mark.parametrize(
    ("codes", "runs"),
    [([], 0), ([0], 0), ([75, 0], 0), ([0, 75, 75], 2), ([75, 75], 2), ([75, 0, 75, None, 75], 2)],
)
def test_streak(db_path: Path, codes: list[int | None], runs: int) -> None:
    """it counts the runs that said "try later" since the last that ended well."""
    nights(db_path, codes)
    with reading(db_path) as con:
        found = streak(con, LATER)
    assert (found.runs, len(found.nights)) == (runs, runs)
    assert (found.last_success is not None) == (0 in codes)


def test_a_retry_is_no_success(db_path: Path) -> None:
    """it does not take a retry of some PDFs, or a look at citations alone, for a harvest that ended well."""
    nights(db_path, [0], benchmarks=[])
    assert current_streak(db_path).last_success is None
    with writing(db_path) as con:
        settings = {"benchmarks": ["imagenet"], "source": "none"}
        save_run(con, Run("cited", now(), settings, ended_at=now(), outcome="done", exit_code=0))
    assert current_streak(db_path).last_success is None


@pytest.mark.parametrize(("before", "code"), [([0, 75], 75), ([0, 75, 75], 69), ([75, 75, 75], 69), ([75, 0], 75)])
def test_alert(arxiv: LoopbackArxiv, db_path: Path, before: list[int | None], code: int) -> None:
    """it leaves with 69 on the third night in a row on which arXiv can't be reached, and says since when."""
    nights(db_path, before)
    arxiv.stop()
    run = paperflops(db_path, "harvest", "--benchmark", "imagenet", "--json")
    assert run.returncode == code
    line = last_json(run.stdout)
    assert line["exit_code"] == code
    assert (line["last_success"] is not None) == (0 in before)
    assert line["later_nights"] == len(before) + 1 if 0 not in before else len(before) - before.index(0)
    assert ("no harvest has ended well on" in run.stderr) == (code == TOO_LATE)
    status = paperflops(db_path, "harvest", "status").stdout
    told = f"{counted(line['later_runs'], 'run')} since, on {counted(line['later_nights'], 'night')} (exit code 75)"
    assert f"try later  {told}" in status
    assert ("last good  none yet" in status) == (0 not in before)


def test_alert_setting(arxiv: LoopbackArxiv, db_path: Path) -> None:
    """it alerts after as many nights as it was told, or never."""
    nights(db_path, [75] * 9)
    arxiv.stop()
    words = ("harvest", "--benchmark", "imagenet", "--json")
    assert paperflops(db_path, *words, PAPERFLOPS_HARVEST_ALERT_AFTER="12").returncode == 75
    assert paperflops(db_path, *words, "--alert-after", "0").returncode == 75
    assert paperflops(db_path, *words, "--alert-after", "10").returncode == 69


def test_another_harvest_every_night(arxiv: LoopbackArxiv, db_path: Path) -> None:
    """it counts the nights on which another harvest held the database, and alerts."""
    with harvest_lock(db_path):
        first = paperflops(db_path, "harvest", "--benchmark", "imagenet", "--json")
        assert (first.returncode, last_json(first.stdout)["later_runs"]) == (75, 1)
        ends = noted_ends(db_path)
        for day in (1, 2):
            note_end(db_path, Run(f"{day}", now() - timedelta(days=day), {}, outcome="stopped", exit_code=75))
        run = paperflops(db_path, "harvest", "--benchmark", "imagenet", "--json")
    assert run.returncode == 69
    assert "another harvest is at work on" in run.stderr
    assert ends[0].message is not None and "another harvest is at work" in ends[0].message
    assert paperflops(db_path, "harvest", "--benchmark", "imagenet").returncode == 0
    assert noted_ends(db_path) == []
    with reading(db_path) as con:
        assert [r.exit_code for r in last_runs(con, 9)].count(75) == 4
        assert streak(con, LATER).runs == 0
    assert_all_here(db_path, arxiv)


def test_success_ends_the_streak(arxiv: LoopbackArxiv, db_path: Path) -> None:
    """it says in its line when it last ended well, and starts counting anew."""
    nights(db_path, [75, 75])
    run = paperflops(db_path, "harvest", "--benchmark", "imagenet", "--max", "0", "--json")
    line = last_json(run.stdout)
    assert (line["later_runs"], line["exit_code"]) == (0, 0)
    assert line["last_success"][:10] == f"{now():%Y-%m-%d}"


def test_database_that_is_held(arxiv: LoopbackArxiv, db_path: Path) -> None:
    """it keeps beside the database that it could not begin, because somebody holds it."""
    nights(db_path, [0])
    code = f"import duckdb, time; c = duckdb.connect({str(db_path)!r}); print('held', flush=True); time.sleep(90)"
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        run = paperflops(db_path, "harvest", "--benchmark", "imagenet", "--json")
    finally:
        holder.kill()
        holder.communicate()
    assert run.returncode == 75
    assert f"process {holder.pid}" in run.stderr
    assert last_json(run.stdout)["exit_code"] == 75
    assert [r.exit_code for r in noted_ends(db_path)] == [75]
    assert not arxiv.asked
