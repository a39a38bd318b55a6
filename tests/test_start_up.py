"""What is loaded before a command does anything: a help, a status and a paper shown need no reader and no plots."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.db.sample_rows import PAPER, save_sample

NEVER = (
    "pandas", "scipy", "spacy", "matplotlib", "altair", "pdfplumber", "pypdf", "PIL", "pypdfium2", "requests",
)  # fmt: skip
READER = ("extract.read_paper", "extract.language", "extract.tables", "extract.pdf")
LOADED = """
import json, sys
import paperflops
sys.argv = ["paperflops", *sys.argv[1:]]
try:
    paperflops.main()
except SystemExit as ended:
    code = ended.code or 0
print("LOADED", json.dumps(sorted(sys.modules)), file=sys.stderr)
sys.exit(code)
"""


def loaded_by(*arguments: object) -> set[str]:
    """The modules that a command has loaded when it ends."""
    command = [sys.executable, "-c", LOADED, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr.partition("LOADED ")[2]))


@pytest.fixture
def store(db_path: Path) -> Path:
    save_sample(db_path)
    return db_path


def assert_light(modules: set[str]) -> None:
    assert "paperflops" in modules
    assert not modules & {*NEVER, *READER}


@pytest.mark.parametrize("arguments", [("--help",), ("show", "--help"), ("extract", "--help"), ("review", "--help")])
def test_help(arguments: tuple[str, ...]) -> None:
    """it prints help without loading the reader, the database or NumPy."""
    modules = loaded_by(*arguments)
    assert_light(modules)
    assert not modules & {"duckdb", "numpy"}


@pytest.mark.parametrize("arguments", [("status",), ("show", PAPER), ("export", "predictions", "--out", "-")])
def test_looking(store: Path, arguments: tuple[str, ...]) -> None:
    """it looks into the database without loading the reader, NumPy, what draws or what checks files."""
    modules = loaded_by(*arguments, "--db", store)
    assert "duckdb" in modules
    assert not modules & {"numpy", "db.reference.shapes"}
    assert_light(modules)
