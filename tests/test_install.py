"""`pip install .`: what is installed works from any folder, with all its tables, and gives the commands of README."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("analysis", "curate", "db", "extract", "harvest")
NO_DATA = {".py", ".pyc", ".md"}


def run(*words: object, cwd: Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=300, check=False,
        env=kept | ({"PYTHONPATH": str(path)} if path else {}),
    )  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `pip install .` makes, built of a copy of the repository."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if name.split("/")[0] in (*PACKAGES, "paperflops.py", "pyproject.toml", "README.md", "LICENSE"):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    quiet = ("--disable-pip-version-check", "--no-deps", "--no-build-isolation", "-q")
    built = run("-m", "pip", "wheel", *quiet, source, "-w", folder, cwd=folder)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """A folder in which the wheel is installed, apart from the checkout."""
    folder = wheel.parent / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.mark.slow
def test_all_tables_come_along(wheel: Path) -> None:
    """it installs every file of the packages that is read at run time"""
    with zipfile.ZipFile(wheel) as archive:
        there = set(archive.namelist())
    listed = subprocess.run(["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True)
    needed = {name for name in listed.stdout.split() if Path(name).suffix not in NO_DATA}
    assert needed and needed - there == set()


@pytest.mark.slow
def test_commands_of_the_readme(wheel: Path) -> None:
    """it gives the commands that the README names"""
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith("entry_points.txt"))
        given = set(re.findall(r"^(\S+) = ", archive.read(name).decode(), re.MULTILINE))
    said = (ROOT / "README.md").read_text(encoding="utf-8").split("## Installing it")[1].split("\n## ")[0]
    assert given == {"paperflops", "paperflops-report"}
    assert set(re.findall(r"^(paperflops\S*)", said, re.MULTILINE)) == given


@pytest.mark.slow
def test_it_works_from_anywhere(installed: Path, tmp_path: Path) -> None:
    """it checks its own tables, reads a paper, and makes a report in a folder without the repository"""
    where = run("-c", "import analysis, db; print(db.__file__, analysis.__file__)", cwd=tmp_path, path=installed)
    assert where.stdout.count(str(installed)) == 2
    checked = run("-m", "paperflops", "check", cwd=tmp_path, path=installed)
    assert checked.returncode == 0, checked.stderr
    sample = next((ROOT / "tests" / "samples" / "pdf").glob("*.pdf"))
    assert run("-m", "paperflops", "add", sample, cwd=tmp_path, path=installed).returncode == 0
    read = run("-m", "paperflops", "extract", cwd=tmp_path, path=installed)
    assert "read 1 of 1 papers" in read.stdout, read.stderr
    report = run("-m", "analysis.run", "--reference", "--out", "report", "growth", cwd=tmp_path, path=installed)
    assert report.returncode == 0, report.stderr
    assert (tmp_path / "report" / "report.html").exists()
