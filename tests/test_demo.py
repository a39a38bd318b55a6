"""`make demo`: its steps, run as the Makefile has them, show the whole chain, from PDFs to reviewed rows in figures."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from db.store import reading, rows_of
from tests.conftest import ROOT
from tests.samples.make_decisions import DECISIONS, REVIEWER

STEPS = re.findall(r"^\t\$\(call step,(.*)\)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
REMAKE = "the rules read other values or words of the samples now: run `python tests/samples/make_decisions.py`"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The demo's folder once its steps have run, and what each said."""
    folder = tmp_path_factory.mktemp("demo")
    said = {}
    for step in STEPS:
        program, *words = shlex.split(step.replace("$(DEMO)", str(folder)))
        command = {"paperflops": ["-m", "paperflops"], "python": []}[program]
        ended = subprocess.run(
            [sys.executable, *command, *words], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
        )
        assert ended.returncode == 0, (step, ended.stderr)
        said[step] = ended.stdout
    return folder, said


@pytest.mark.slow
def test_the_whole_chain(demo: tuple[Path, dict[str, str]]) -> None:
    """it adds, reads, decides, loads the study's table and fits: reviewed rows stand beside the reference's"""
    folder, said = demo
    assert [step.split()[1] for step in STEPS] == [
        "add", "extract", "review", "review", "reference", "status", "analysis/run.py",
    ]  # fmt: skip
    assert all(words in " ".join(said.values()) for words in ("read 12 of 12 papers", "434 rows", REVIEWER))
    used = pd.read_csv(folder / "tables" / "rows_used.csv")
    both = used[used["data"] == "curated and reference"]
    reviewed = both[~both["row"].str.startswith("thompson2020")]
    assert len(reviewed) >= 15, REMAKE
    assert reviewed["benchmark"].nunique() >= 4
    assert len(both) > 2 * len(reviewed)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "dark: reviewed here" in page
    assert page.count("arxiv.org/abs/1512.99901") >= 1


@pytest.mark.slow
def test_the_decisions_are_of_what_is_read_now(demo: tuple[Path, dict[str, str]]) -> None:
    """it comes with decisions on nearly all that the machine reads in the samples"""
    folder, _ = demo
    with reading(folder / "paperflops.duckdb") as con:
        states = {
            r["state"]: r["n"] for r in rows_of(con, "SELECT state, count(*) AS n FROM curated_values GROUP BY 1")
        }
        open_rows = rows_of(con, "SELECT DISTINCT row_key FROM curated_values WHERE state = 'unreviewed'")
        rows = rows_of(con, "SELECT row_key FROM curated_rows WHERE source = 'review'")
        kept = rows_of(con, "SELECT count(*) AS n FROM decisions WHERE annotator = ?", [REVIEWER])[0]["n"]
    assert kept == len(DECISIONS.read_text(encoding="utf-8").splitlines())
    assert len(open_rows) <= 0.1 * len(rows), REMAKE
    assert states.get("unreviewed", 0) <= 0.1 * (states["accepted"] + states["corrected"]), REMAKE


@pytest.mark.slow
def test_again(demo: tuple[Path, dict[str, str]]) -> None:
    """it adds no decision when the same file comes again"""
    folder, _ = demo
    words = ["review", "import", str(DECISIONS), "--db", str(folder / "paperflops.duckdb")]
    ended = subprocess.run([sys.executable, "-m", "paperflops", *words], cwd=ROOT, capture_output=True, text=True)
    assert ended.stdout.startswith("0 new decisions"), ended.stdout
