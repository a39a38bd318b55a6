"""Invented tables of `examples/scores.toml`: what each kind of difficulty is read as."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from extract.cells.models import CellReading
from tests.extract.written_tables import table_paper

with (Path(__file__).parent / "examples" / "scores.toml").open("rb") as file:
    EXAMPLES = [(kind, example) for kind, of_kind in tomllib.load(file).items() for example in of_kind]

Score = tuple[str | None, str | None, str | None, float]  # model, benchmark, metric, value


def readings(example: dict[str, Any]) -> list[CellReading]:
    """The scores that the example's table is read as."""
    around = {"title": "On what networks learn"}
    around |= {key: example[key] for key in ("header_rows", "groups", "text", "heading", "title") if key in example}
    paper = table_paper(example["lines"], caption=example["caption"], **around)
    return [r for r in paper.cells if r.quantity == "score" and r.reason is None]


def score(reading: CellReading) -> Score:
    """What an example states of a score."""
    return reading.model, reading.benchmark, reading.metric, reading.value


@pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=[f"{kind}: {e['name']}" for kind, e in EXAMPLES])
def test_scores(kind: str, example: dict[str, Any]) -> None:
    """it reads the example's scores, and nothing else"""
    assert Counter(map(score, readings(example))) == Counter(map(tuple, example["scores"]))


@pytest.mark.parametrize("example", [e for _, e in EXAMPLES if "settings" in e], ids=lambda example: example["name"])
def test_settings(example: dict[str, Any]) -> None:
    """it keeps the variant of the data set or of the test beside each score"""
    wanted = Counter((*map(str, s), setting) for s, setting in zip(example["scores"], example["settings"], strict=True))
    assert Counter((*map(str, score(r)), r.qualifiers.get("setting", "")) for r in readings(example)) == wanted
