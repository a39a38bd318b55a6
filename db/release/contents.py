"""What a release is made of, as values: what it is called, its files, and the tables among them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from db.release.columns import Column

_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".html": "text/html",
    ".md": "text/markdown",
    ".py": "text/x-python",
    ".cff": "application/yaml",
}


@dataclass(frozen=True)
class About:
    """What is said of a release as a whole."""

    date: date
    name: str = "paperflops"
    title: str = "Paperflops: what machine-learning results cost"
    description: str = (
        "Hardware, processors, training time, epochs, FLOPs, multiply-adds, parameters and benchmark scores that "
        "papers on arXiv report, each value with its page and its words: confirmed by people, and, apart, as a program "
        "read them, with the measured chance that it read right."
    )
    author: str = "The paperflops contributors"
    license: str = "CC-BY-4.0"
    license_title: str = "Creative Commons Attribution 4.0 International"
    license_url: str = "https://creativecommons.org/licenses/by/4.0/"
    keywords: tuple[str, ...] = ("machine learning", "computing", "training cost", "benchmarks", "arXiv", "scaling")

    @property
    def version(self) -> str:
        """The release's version: its date, as "2026.11.27", in the form of a semantic version (no zero before a 5)."""
        return f"{self.date.year}.{self.date.month}.{self.date.day}"


@dataclass(frozen=True)
class File:
    """One file of the release, by its path in it."""

    path: str
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """The path as a name of lower-case letters, digits, dots, dashes and underscores."""
        return re.sub(r"[^a-z0-9._-]+", "-", self.path.lower())

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES.get(Path(self.path).suffix, "text/plain")


@dataclass(frozen=True)
class Tabular:
    """A CSV file of the release with what its columns hold."""

    name: str
    title: str
    description: str
    path: str
    key: Sequence[str]
    columns: Sequence[Column]


def files_in(folder: Path) -> list[File]:
    """Every file under the folder, by path."""
    found = sorted(p for p in folder.rglob("*") if p.is_file())
    return [
        File(p.relative_to(folder).as_posix(), p.stat().st_size, hashlib.sha256(p.read_bytes()).hexdigest())
        for p in found
    ]
