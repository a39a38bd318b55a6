"""Labelled papers: what somebody read in a paper by hand, as stored. Extract and curate each judge by it their way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any

from db.errors import BadInputError
from db.untyped import Parsed


@dataclass(frozen=True)
class LabelledPaper:
    """One paper's annotation: rows of results, of models with their costs, and of training runs."""

    arxiv_id: str
    results: tuple[Parsed, ...] = ()  # model, benchmark, metric, value, role, page
    models: tuple[Parsed, ...] = ()  # name, params, flops, multiply_adds, training_flops, own, page
    runs: tuple[Parsed, ...] = ()  # models, purpose, device, count, time_seconds, epochs, page


def load_labelled(folder: Path) -> dict[str, LabelledPaper]:
    """The annotations in a folder of `<arxiv id>.json`, or in its folder `papers`, by arXiv id.

    BadInputError where there is none, where a file is no annotation, or where two speak of one paper.
    """
    files = sorted(folder.glob("*.json")) or sorted((folder / "papers").glob("*.json"))
    if not files:
        raise BadInputError(
            f"there are no annotations (*.json) in {folder}, nor in its folder papers",
            "name the folder that holds them",
        )
    papers: dict[str, LabelledPaper] = {}
    for file in files:
        try:
            paper = _paper(json.loads(file.read_text(encoding="utf-8")))
        except ValueError as error:  # also what is no JSON, or no UTF-8
            raise BadInputError(
                f"{file} is no annotation ({error})",
                "an annotation has arxiv_id, results, models and training_runs; leave other files out of the folder",
            ) from error
        if paper.arxiv_id in papers:
            raise BadInputError(f"{file} is a second annotation of {paper.arxiv_id}", "leave one of the two out")
        papers[paper.arxiv_id] = paper
    return papers


# what a row can't do without, and of which kind it is
_NEEDED: Mapping[str, Mapping[str, type | UnionType]] = {
    "results": {"model": str, "benchmark": str, "metric": str, "value": int | float},
    "models": {"name": str},
    "training_runs": {},
}


def _paper(stored: Any) -> LabelledPaper:
    """The annotation as stored, checked; a list that is missing or null is empty. ValueError says what is amiss."""
    if not isinstance(stored, dict) or not isinstance(stored.get("arxiv_id"), str):
        raise ValueError("it has no arxiv_id")
    lists = []
    for name, needed in _NEEDED.items():
        rows = stored.get(name) or []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError(f"{name} is no list of objects")
        for place, row in enumerate(rows):
            for key, kind in needed.items():
                if not isinstance(row.get(key), kind):
                    raise ValueError(f"{name}[{place}] has no {key}, or one of another kind: {row.get(key)!r}")
        lists.append(tuple(rows))
    return LabelledPaper(stored["arxiv_id"], *lists)
