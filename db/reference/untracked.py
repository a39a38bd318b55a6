"""Data sets and metrics that papers report but that are not tracked: `db/reference/untracked.toml`, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from db.reference.benchmarks import find_variants
from db.reference.files import read_toml
from db.reference.printed_names import Found, NameFinder, compile_names

UNTRACKED_TOML = Path(__file__).parent / "untracked.toml"


@cache
def load_untracked() -> Mapping[str, tuple[str, ...]]:
    """The file's names by kind: datasets, pretraining, metrics; their braces expanded."""
    from db.reference.shapes import UntrackedShape

    names = read_toml(UNTRACKED_TOML, UntrackedShape)
    return {"datasets": names.datasets, "pretraining": names.pretraining, "metrics": names.metrics}


@cache
def _finder(kind: str) -> NameFinder:
    return compile_names(load_untracked()[kind])


def find_untracked_datasets(text: str) -> list[Found]:
    """Each data set in the text that no tracked benchmark is measured on, left to right; variants of one are others."""
    listed = _finder("datasets").find(text)
    variants = [v for v in find_variants(text) if not any(f.start <= v.start < f.end for f in listed)]
    return sorted([*listed, *variants], key=lambda found: found.start) if variants else listed


def find_pretraining_data(text: str) -> list[Found]:
    """Each larger data set in the text that models are trained on before a benchmark's own, left to right."""
    return _finder("pretraining").find(text)


def find_untracked_metrics(text: str) -> list[Found]:
    """Each metric in the text that is not kept (mIoU, perplexity, average recall), left to right."""
    return _finder("metrics").find(text)
