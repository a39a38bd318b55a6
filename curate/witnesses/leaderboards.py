"""Public leaderboards read into claims: the Papers with Code exchange format, and Epoch AI's notable models."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curate.answers.typed import read_typed
from db.errors import BadInputError, told
from db.models import Field
from db.reference.benchmarks import find_benchmarks, find_metric
from db.untyped import Parsed

_ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf|html)/([a-z-]+(?:\.[A-Z]{2})?/\d{7}|\d{4}\.\d{4,5})", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_EPOCH_COLUMNS = {
    "Parameters": Field.PARAMETERS,
    "Training compute (FLOP)": Field.TRAINING_FLOPS,
    "Epochs": Field.EPOCHS,
    "Training time (hours)": Field.TRAINING_TIME,
    "Training hardware": Field.DEVICE,
    "Hardware quantity": Field.DEVICE_COUNT,
}
# names of tasks and data sets that exchange files give in two places and papers in one
_TRANSLATION = {"EN-DE": "English-German", "EN-FR": "English-French"}


@dataclass(frozen=True)
class Claim:
    """One value that a leaderboard gives for a model of a paper on arXiv."""

    arxiv_id: str
    model: str
    field: str
    value: float | str
    benchmark: str | None = None
    metric: str | None = None


@dataclass(frozen=True)
class Leaderboard:
    """The claims of one file, and how many of its rows gave none, by reason."""

    source: str
    claims: tuple[Claim, ...]
    passed_over: Mapping[str, int]


def read_leaderboard(path: Path) -> Leaderboard:
    """The claims of a file of either format. BadInputError where it is of neither."""
    passed_over: dict[str, int] = {}

    def skip(why: str) -> None:
        passed_over[why] = passed_over.get(why, 0) + 1

    try:
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                claims = tuple(_epoch_claims(csv.DictReader(file), skip))
        else:
            claims = tuple(_exchange_claims(json.loads(path.read_text(encoding="utf-8")), skip))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInputError(
            f"{path} is no leaderboard ({told(error)})",
            "give the Papers with Code exchange format (.json) or Epoch AI's notable models (.csv)",
        ) from error
    return Leaderboard(path.name, claims, passed_over)


def _exchange_claims(tasks: Any, skip: Any) -> Iterator[Claim]:
    if not isinstance(tasks, list):
        raise ValueError("expected a list of tasks")
    for task in tasks:
        for dataset in task.get("datasets") or []:
            yield from _dataset_claims(str(task.get("task") or ""), dataset, skip)
        yield from _exchange_claims(task.get("subtasks") or [], skip)


def _dataset_claims(task: str, dataset: Parsed, skip: Any) -> Iterator[Claim]:
    name = str(dataset.get("dataset") or dataset.get("subdataset") or "")
    for short, long in _TRANSLATION.items():
        name = re.sub(rf"\b{short}\b", long, name, flags=re.IGNORECASE)
    for part in dataset.get("subdatasets") or []:
        yield from _dataset_claims(task, {**part, "dataset": f"{name} {part.get('subdataset') or ''}"}, skip)
    rows = (dataset.get("sota") or {}).get("rows") or []
    named = find_benchmarks(f"{task}: {name}")
    for row in rows:
        if not named:
            skip("of a benchmark that is not tracked")
            continue
        found = _ARXIV.search(str(row.get("paper_url") or ""))
        if not found:
            skip("without a paper on arXiv")
            continue
        for metric_name, printed in (row.get("metrics") or {}).items():
            metrics = find_metric(named[0].benchmark, metric_name)
            number = _NUMBER.search(str(printed).replace(",", ""))
            if not metrics or not number:
                skip("with a metric that is not kept")
                continue
            value = float(number[0])
            yield Claim(found[1], str(row["model_name"]), Field.SCORE, value, named[0].benchmark, metrics[0])


def _epoch_claims(rows: Iterator[dict[str, str]] | csv.DictReader[str], skip: Any) -> Iterator[Claim]:
    for row in rows:
        if "Model" not in row or "Link" not in row:
            raise ValueError("expected the columns Model and Link")
        found = _ARXIV.search(row["Link"] or "")
        if not found:
            skip("without a paper on arXiv")
            continue
        for column, field in _EPOCH_COLUMNS.items():
            printed = (row.get(column) or "").strip()
            if not printed:
                continue
            try:
                value = read_typed(field, f"{printed} h" if field == Field.TRAINING_TIME else printed)
            except ValueError:
                skip(f"with a {column} that is no number")
                continue
            yield Claim(found[1], row["Model"], field, value)
