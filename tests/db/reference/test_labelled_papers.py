"""Annotated papers on disk: read once, for whoever judges by them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from db.errors import BadInputError
from db.reference.labelled_papers import load_labelled

PAPER = {
    "arxiv_id": "1512.03385",
    "results": [{"model": "ResNet-50", "benchmark": "imagenet", "metric": "top1_error", "value": 22.85, "page": 6}],
    "models": [{"name": "ResNet-50", "params": None, "multiply_adds": 3.8e9}],
    "training_runs": [{"models": ["*"], "device": "GPU", "count": 8}],
}


def write(folder: Path, stored: Any, name: str = "1512.03385.json") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(stored if isinstance(stored, str) else json.dumps(stored), encoding="utf-8")
    return folder


@pytest.mark.parametrize("below", ["", "papers"], ids=["the folder itself", "its folder papers"])
def test_loaded(tmp_path: Path, below: str) -> None:
    """it finds the annotations in the folder, or in its folder `papers`"""
    write(tmp_path / below, PAPER)
    paper = load_labelled(tmp_path)["1512.03385"]
    assert [r["value"] for r in paper.results] == [22.85]
    assert [m["multiply_adds"] for m in paper.models] == [3.8e9]
    assert [r["count"] for r in paper.runs] == [8]


def test_says_nothing(tmp_path: Path) -> None:
    """it takes a list that is missing or null for an empty one"""
    paper = load_labelled(write(tmp_path, {"arxiv_id": "1512.03385", "results": None}))["1512.03385"]
    assert (paper.results, paper.models, paper.runs) == ((), (), ())


@pytest.mark.parametrize(
    ("stored", "complaint"),
    [
        ("{", "Expecting"),
        ([PAPER], "no arxiv_id"),
        ({"results": []}, "no arxiv_id"),
        (PAPER | {"models": {"name": "A"}}, "models is no list of objects"),
        (PAPER | {"results": ["22.85"]}, "results is no list of objects"),
        (
            PAPER | {"results": [{"model": "A", "benchmark": "imagenet", "metric": "top1_error"}]},
            r"results\[0\].*value",
        ),
        (PAPER | {"models": [{"params": 1e6}]}, r"models\[0\].*name"),
    ],
    ids=["no JSON", "a list", "no paper", "models no list", "results no objects", "no value", "no name"],
)
def test_no_annotation(tmp_path: Path, stored: Any, complaint: str) -> None:
    """it says which file is no annotation, and what is amiss"""
    with pytest.raises(BadInputError, match=rf"1512\.03385\.json is no annotation \(.*{complaint}"):
        load_labelled(write(tmp_path, stored))


def test_empty_folder(tmp_path: Path) -> None:
    """it says where it looked"""
    with pytest.raises(BadInputError, match="there are no annotations"):
        load_labelled(tmp_path)


def test_twice(tmp_path: Path) -> None:
    """it does not choose between two annotations of one paper"""
    write(tmp_path, PAPER)
    write(tmp_path, PAPER, "again.json")
    with pytest.raises(BadInputError, match="second annotation of"):
        load_labelled(tmp_path)
