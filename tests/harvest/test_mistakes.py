"""Mistakes at the start of a harvest: one line each."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.errors import BadInputError
from harvest.run import add, chosen


def test_folder_without_pdfs(tmp_path: Path, db_path: Path) -> None:
    """it says that a folder holds no PDF"""
    with pytest.raises(BadInputError, match="there is no PDF in"):
        add([tmp_path], db_path)


def test_all_and_some() -> None:
    """it refuses all benchmarks together with some"""
    with pytest.raises(BadInputError, match="contradict"):
        chosen(["imagenet"], True)
