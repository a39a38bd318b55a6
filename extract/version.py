"""The version of the rules: a digest of the code and the tables of names that decide what is read out of a paper.

Nobody has to raise it. A paper read under another version is read again by the next `paperflops extract`. A changed
comment costs a reading; a number that somebody forgot to raise would leave values as an older reader read them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import db

# every sub-package that decides what is read; commands, workers and measuring stand outside
RULE_PACKAGES = ("pdf", "layout", "tables", "language", "sentences", "cells", "fields", "runs", "records")
RULE_MODULES = (
    "candidates.py", "notes.py", "pattern.py", "required_words.py", "read_paper.py", "confidence/chance.py",
)  # fmt: skip
NAME_SOURCES = (
    "models.py",
    "reference/*.py",
    "reference/benchmarks.toml",
    "reference/hardware.csv",
    "reference/not_models.toml",
    "reference/published_models.toml",
    "reference/tasks.toml",
    "reference/untracked.toml",
)


@cache
def rules_version() -> str:
    """An 8-digit digest of the rule sources and name tables; it changes whenever one of them does."""
    found = hashlib.sha256()
    for name, file in _sources():
        found.update(name.encode())
        found.update(file.read_bytes().replace(b"\r\n", b"\n"))
    found.update(os.environ.get("PAPERFLOPS_COMPONENTS", "").encode())  # a project's own parts of the language layer
    return found.hexdigest()[:8]


def _sources() -> Iterator[tuple[str, Path]]:
    """Each source with its place in the package, in an order that does not depend on the machine."""
    here, names = Path(__file__).parent, Path(db.__file__).parent
    for package in RULE_PACKAGES:
        for file in sorted((here / package).rglob("*.py")):
            yield file.relative_to(here).as_posix(), file
    for module in RULE_MODULES:
        yield module, here / module
    for pattern in NAME_SOURCES:
        for file in sorted(names.glob(pattern)):
            yield f"db/{file.relative_to(names).as_posix()}", file
