"""Invented tables of `examples/scores.toml`: what each kind of difficulty is read as."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from extract.cells.models import CellReading
from tests.extract.written_tables import table_paper

with (Path(__file__).parent / "examples" / "scores.toml").open("rb") as file:
    EXAMPLES = [(kind, example) for kind, of_kind in tomllib.load(file).items() for example in of_kind]


def readings(example: dict[str, Any]) -> list[CellReading]:
    """The scores that the example's table is read as."""
    around = {"title": "On what networks learn"} | {
        key: example[key] for key in ("header_rows", "groups", "text", "heading", "title") if key in example
    }
    paper = table_paper(example["lines"], caption=example["caption"], **around)
    return [r for r in paper.cells if r.quantity == "score" and r.reason is None]


@pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=[f"{kind}: {e['name']}" for kind, e in EXAMPLES])
def test_scores(kind: str, example: dict[str, Any]) -> None:
    """it reads the example's scores, and nothing else, each with its setting"""
    found = readings(example)
    # the order of columns and rows does not matter
    assert sorted(([r.model, r.benchmark, r.metric, r.value] for r in found), key=str) == sorted(
        example["scores"], key=str
    )
    if "settings" in example:
        wanted = {tuple(score): setting for score, setting in zip(example["scores"], example["settings"], strict=True)}
        assert {(r.model, r.benchmark, r.metric, r.value): r.qualifiers.get("setting", "") for r in found} == wanted
