"""The rules' name: it changes with whatever decides what is read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import db
import extract.version
from extract.version import rules_version


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sources that the name is made of."""
    for package in (extract, db):
        shutil.copytree(Path(package.__path__[0]), tmp_path / package.__name__, ignore=shutil.ignore_patterns("__pyc*"))
    monkeypatch.setattr(extract.version, "__file__", str(tmp_path / "extract" / "version.py"))
    monkeypatch.setattr(db, "__file__", str(tmp_path / "db" / "__init__.py"))
    rules_version.cache_clear()
    yield tmp_path
    rules_version.cache_clear()


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("extract/runs/join.py", True),
        ("extract/fields/epochs.py", True),
        ("db/reference/hardware.csv", True),
        ("db/reference/printed_names.py", True),
        ("extract/confidence/evaluate.py", False),
        ("db/look/show.py", False),
    ],
)
def test_what_changes_it(copied: Path, file: str, changes: bool) -> None:
    """it is another after a change of a rule or a table of names, the same after a change of a command"""
    before = rules_version()
    with (copied / file).open("a", encoding="utf-8") as text:
        text.write("\n")
    rules_version.cache_clear()
    assert (rules_version() != before) is changes


def test_line_ends(copied: Path) -> None:
    """it is the same where a checkout ends its lines in another way"""
    before = rules_version()
    file = copied / "extract" / "runs" / "join.py"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    rules_version.cache_clear()
    assert rules_version() == before
