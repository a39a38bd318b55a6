"""A contributor's four paths, followed to the letter: what `docs/adding.md` says, done in a copy of the repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "adding.md").read_text(encoding="utf-8")
CODE = ("analysis", "curate", "db", "docs", "extract", "harvest", "tests")
SINGLE = ("paperflops.py", "pyproject.toml", "README.md")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository's files in another folder."""
    folder = tmp_path / "copy"
    folder.mkdir()
    for name in CODE:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in SINGLE:
        shutil.copy(ROOT / name, folder / name)
    return folder


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command as the page prints it, by this Python, on the copy."""
    programs = {"paperflops": ["paperflops.py"], "pytest": ["-m", "pytest", "-p", "no:cacheprovider"], "python": []}
    return subprocess.run(
        [sys.executable, *programs[words[0]], *words[1:]], cwd=folder, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(folder), "PAPERFLOPS_DB": str(folder / "data.duckdb")}, timeout=600,
    )  # fmt: skip


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def follow(folder: Path, title: str) -> None:
    """Puts the section's example where it says, then runs its commands: each must end well."""
    text = section(title)
    for kind, block in re.findall(r"^```(\w+)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        if kind != "sh":
            place = re.search(r"^One (?P<what>table|line|new file)[^`]*`(?P<file>[^`]+)`", text, re.MULTILINE)
            assert place is not None
            target = folder / place["file"]
            assert target.exists() != (place["what"] == "new file")
            with target.open("a", encoding="utf-8") as file:
                file.write(("\n" if place["what"] == "table" else "") + block)
            continue
        for line in block.splitlines():
            words = line.split()
            if words[0] == "cp":
                shutil.copy(folder / words[1], folder / words[2])
                continue
            ended = run(folder, *words)
            assert ended.returncode == 0, f"{line}\n{ended.stdout[-3000:]}\n{ended.stderr[-2000:]}"


def ask(folder: Path, script: str) -> object:
    """What a script in the copy prints as JSON."""
    ended = run(folder, "python", "-c", script)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.slow
def test_a_benchmark(copy: Path) -> None:
    """it is one table: found in text, with its metric, and the tests of benchmarks pass"""
    follow(copy, "A benchmark")
    found = ask(
        copy,
        "import json; from db.reference.benchmarks import find_benchmarks, find_metric\n"
        "print(json.dumps([m.benchmark for m in find_benchmarks('accuracy on Speech Commands V2')]"
        " + find_metric('speech_commands', 'Acc. (%)')))",
    )
    assert found == ["speech_commands", "accuracy"]


@pytest.mark.slow
def test_a_device(copy: Path) -> None:
    """it is one line: its printed names resolve, and the tests of devices pass"""
    follow(copy, "A device")
    script = "import json; from db.reference.hardware import find_device\nprint(json.dumps(find_device({!r}).name))"
    assert ask(copy, script.format("4 RTX 5060 GPUs")) == "GeForce RTX 5060"
    assert ask(copy, script.format("RTX 5060 Ti")) == "GeForce RTX 5060 Ti"


@pytest.mark.slow
def test_a_study(copy: Path) -> None:
    """it is a copy of the template: listed, run by name, and its tests pass"""
    follow(copy, "A study")
    assert "What this study answers" in run(copy, "python", "analysis/run.py", "--list").stdout
    assert "Median error by year" in (copy / "report" / "report.html").read_text(encoding="utf-8")


# what a paper with the new field goes through, as a script in the copy
READ_AND_REVIEW = """
import json
from datetime import date
from pathlib import Path
from db.models import Decision, Outcome, Paper
from db.store import writing, rows_of
from db.tables.papers import save_papers
from db.tables.readings import Reading, save_readings
from extract.read_paper import read_candidates
from extract.records.make import make_records
from curate.queue.tasks import build_tasks
from tests.extract.written import written_paper

view = written_paper(
    "Our Plainnet-50 has 25.6M parameters and reaches 23.7% top-1 error on ImageNet. Training took 350 kWh in all."
)
found = read_candidates(view)
records = make_records("2001.99999", 1, found)
read = {"candidates": tuple(found), "records": tuple(records), "pages": 1}
reading = Reading("2001.99999", 1, "0" * 64, "r", Outcome.READ, **read)
with writing(Path("data.duckdb")) as con:
    save_papers(con, [Paper("2001.99999", 1, "A paper")])
    save_readings(con, [reading])
task = build_tasks(records, {c.key: c for c in found}, {})[0]
print(json.dumps([[f.field, f.value, f.unit] for f in task.payload.fields if f.read]))
"""


def exported(copy: Path, what: str) -> list[dict[str, object]]:
    ended = run(copy, "paperflops", "export", what, "--out", "-")
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.mark.slow
def test_a_field(copy: Path) -> None:
    """it is one file: read, joined to its model, asked about, shown, counted and exported, and its tests pass"""
    follow(copy, "A field")
    assert ["training_energy", 350.0, "kWh"] in ask(copy, READ_AND_REVIEW)  # type: ignore[operator]
    assert "350" in run(copy, "paperflops", "show", "2001.99999").stdout
    assert re.search(r"training_energy +1 +100% +1 +0", run(copy, "paperflops", "status").stdout)
    assert {"training_energy"} <= {row["field"] for row in exported(copy, "predictions")}
    others: Sequence[dict[str, object]] = exported(copy, "records")[0]["others"]  # type: ignore[assignment]
    assert [(value["field"], value["value"]) for value in others] == [("training_energy", 350)]


FAULTS = {
    "a key that is missing": (
        "db/reference/benchmarks.toml", "\naliases = ", "\nalias = ", r"benchmarks\.toml:\d+: imagenet lacks aliases",
    ),
    "a word that is none": (
        "db/reference/hardware.csv", "NVIDIA,gpu,2006", "NVIDIA,banana,2006",
        r"hardware\.csv:2: GeForce 8800 GTX: kind is 'banana'",
    ),
    "a field of no name": ("extract/fields/epochs.py", "Field.EPOCHS", "Field.EPOCHES", r"epochs\.py:11: .*EPOCHES"),
    "a field that is no Python": (
        "extract/fields/epochs.py", "def read(", "def read((", r"epochs\.py:\d+: this is no Python",
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_a_mistake(copy: Path, fault: str) -> None:
    """it is told in one line with its place, by check and by extract, which does not start"""
    file, right, wrong, told = FAULTS[fault]
    text = (copy / file).read_text(encoding="utf-8")
    assert right in text
    (copy / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    assert run(copy, "paperflops", "add", "tests/samples/pdf").returncode == 0
    ended = run(copy, "paperflops", "extract")
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1 and re.search(told, ended.stderr), ended.stderr
    checked = run(copy, "paperflops", "check")
    assert checked.returncode == 2
    assert re.search(told, checked.stdout), checked.stdout
    assert "fault" in checked.stderr and len(checked.stderr.splitlines()) == 1


@pytest.mark.slow
def test_a_rule_that_fails_as_it_starts(copy: Path) -> None:
    """it is blamed on the rule, in one line, and on no PDF"""
    file = copy / "extract" / "fields" / "epochs.py"
    file.write_text(file.read_text(encoding="utf-8").replace("view.statements", "view.statementz"), encoding="utf-8")
    assert run(copy, "paperflops", "add", "tests/samples/pdf").returncode == 0
    ended = run(copy, "paperflops", "extract")
    assert ended.returncode == 1
    said = ended.stderr.splitlines()[-1]
    assert "the reader can't start" in said and "statementz" in said and "epochs.py" in said
    assert "Traceback" not in ended.stderr and "crashed" not in ended.stderr


@pytest.mark.slow
def test_a_study_without_a_docstring(copy: Path) -> None:
    """it is told in one line, by check and by the analysis"""
    (copy / "analysis" / "studies" / "mine.py").write_text("TITLE, ORDER = 'Mine', 'last'\n", encoding="utf-8")
    ended = run(copy, "python", "analysis/run.py", "--list")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert re.fullmatch(r"analysis: \S*mine\.py: it lacks a docstring.*\(and 2 more faults\).*\n", ended.stderr)
    told = run(copy, "paperflops", "check").stdout
    assert all(f"mine.py: it lacks {what}" in told for what in ("a docstring", "ORDER", "run(inputs)"))
