"""Databases that hold the sample papers, unread and read: made once by the commands, then copied."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def run(*words: object, db: Path) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    command = [sys.executable, "-m", "paperflops", *map(str, words), "--db", str(db)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)


@pytest.fixture(scope="session")
def taken_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database that holds the sample papers, unread, and their PDFs."""
    db = tmp_path_factory.mktemp("taken") / "paperflops.duckdb"
    done = run("add", ROOT / "tests" / "samples" / "pdf", db=db)
    assert done.returncode == 0, done.stderr
    return db.parent


@pytest.fixture(scope="session")
def read_once(taken_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with all papers read."""
    folder = shutil.copytree(taken_once, tmp_path_factory.mktemp("read"), dirs_exist_ok=True)
    done = run("extract", db=folder / "paperflops.duckdb")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def taken(taken_once: Path, db_path: Path) -> Path:
    """A database of the test's own that holds the sample papers, unread."""
    shutil.copytree(taken_once, db_path.parent, dirs_exist_ok=True)
    return db_path


@pytest.fixture
def read(read_once: Path, db_path: Path) -> Path:
    """A database of the test's own that holds the sample papers, read."""
    shutil.copytree(read_once, db_path.parent, dirs_exist_ok=True)
    return db_path
