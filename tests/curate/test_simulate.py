"""How soon the slopes are right, on annotated papers."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from curate.queue.simulate import Curve
from db.errors import BadInputError
from tests.curate.command import paperflops
from tests.curate.invented import arxiv_id, fill, model_of


def percents(line: str) -> list[float]:
    return [float(word.rstrip("%")) for word in line.split() if word.endswith("%")]


@pytest.fixture
def gold(db_path: Path, tmp_path: Path) -> Path:
    """A database of 120 papers of which ten are read a thousandfold off, and their annotations."""
    rng = random.Random(3)
    folder = tmp_path / "gold"
    folder.mkdir()
    models = []
    for n in range(120):
        x = 6 + 3 * rng.random()
        error = round(100 * 10 ** (-0.15 * (x - 6) - 0.3 + rng.gauss(0, 0.03)), 2)
        wrong = n % 12 == 0
        models.append(model_of(n, error, 10**x * (1000 if wrong else 1), confidence=0.6 if wrong else 0.9))
        truth = {
            "arxiv_id": arxiv_id(n),
            "results": [{"model": "Model", "benchmark": "imagenet", "metric": "top1_error", "value": error}],
            "models": [{"name": "Model", "params": 10**x, "page": 1}],
        }  # fmt: skip
        (folder / f"{arxiv_id(n)}.json").write_text(json.dumps(truth))
    fill(db_path, models)
    return folder


def test_finds_planted_errors(db_path: Path, tmp_path: Path, gold: Path) -> None:
    """it has the slope right much sooner by worth than by chance, on all papers and on halves of them."""
    out = tmp_path / "out"
    told = paperflops(db_path, "review", "simulate", "--gold", str(gold), "--out", str(out), "--halves", "3")
    all_papers, of_halves = told.split("3 random halves")
    for part in (all_papers, of_halves):
        after_30 = {line.split()[0]: percents(line)[1] for line in part.splitlines() if len(percents(line)) >= 3}
        assert after_30["worth"] <= 5.0
        assert after_30["random"] > 15.0
    assert (out / "simulation.png").stat().st_size > 10_000
    assert (out / "simulation.csv").read_text().splitlines()[-1] == "random,1.0000,0.00000"


def test_no_such_papers(db_path: Path, tmp_path: Path) -> None:
    """it says so where the annotated papers are not in the database."""
    fill(db_path, [model_of(1, 30.0, 1e7)])
    (tmp_path / "x.json").write_text(json.dumps({"arxiv_id": "9999.99999"}))
    with pytest.raises(BadInputError, match="none of the annotated papers"):
        paperflops(db_path, "review", "simulate", "--gold", str(tmp_path))


def test_two_papers_are_no_benchmark(db_path: Path, tmp_path: Path) -> None:
    """it follows no slope that two papers alone make."""
    for number in (1, 2):
        rows = [
            {"model": f"Net-{n} a", "benchmark": "imagenet", "metric": "top1_error", "value": 40.0 - n}
            for n in range(10)
        ]
        (tmp_path / f"{number}.json").write_text(json.dumps({"arxiv_id": arxiv_id(number), "results": rows}))
    fill(db_path, [model_of(p, 40.0 - n, 10 ** (6 + n / 5), name=f"Net-{n} a") for p in (1, 2) for n in range(10)])
    with pytest.raises(BadInputError, match="no benchmark has a slope to follow"):
        paperflops(db_path, "review", "simulate", "--gold", str(tmp_path))


def test_curve() -> None:
    """it is within the goal from where it stays there, not from where it first was."""
    curve = Curve("x", (0.0, 0.25, 0.5, 0.75, 1.0), (0.2, 0.01, 0.1, 0.02, 0.0))
    assert curve.distance_at(0.3) == 0.1
    assert curve.reviewed_for(0.05) == 0.75
    assert curve.reviewed_for(0.5) == 0.0
