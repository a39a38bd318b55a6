"""The rules' name: a digest of the code and the tables of names that decide what is read out of a paper.

Nobody has to raise it. A paper read under other rules is read again by the next `paperflops extract`; a comment that
changes costs a reading, a forgotten number would cost values that stay as they were read for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import db

# of this package, but not of the reading: commands, executors, measuring
_BESIDE = frozenset(("run.py", "evaluate.py", "calibration.py", "labelled.py", "links.py", "sandbox.py", "warm_up.py"))
_NAMES = ("benchmarks.py", "hardware.py", "models.py", "printed_names.py", "untracked.py")
_TABLES = ("benchmarks.toml", "hardware.csv", "untracked.toml")


@cache
def rules_version() -> str:
    """Eight hexadecimal digits that any change of a rule, or of a table of names, makes others."""
    found = hashlib.sha256()
    for file in _sources():
        found.update(file.name.encode())
        found.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()[:8]


def _sources() -> Iterator[Path]:
    here, names = Path(__file__).parent, Path(db.__file__).parent
    yield from sorted(file for file in here.glob("*.py") if file.name not in _BESIDE)
    yield from sorted((here / "fields").glob("*.py"))
    yield from (names / name for name in _NAMES)
    yield from (names / "reference" / name for name in _TABLES)
