"""Confidence: measured on labelled papers, by pattern and by what else the paper says of a value."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

import extract.confidence.chance
from db.models import Candidate, Evidence, Field
from extract.confidence.chance import (
    CONFIDENCE_FILE,
    INPUTS,
    SIGNS,
    Calibration,
    calibration_from,
    signs_of,
    with_confidence,
)
from extract.confidence.evaluate import calibration_error, reliability
from extract.confidence.fit import Judged, calibrated, fit_logistic, out_of_paper

NO_SIGNS = (0.0,) * len(SIGNS)


def value(
    amount: float, *, page: int = 1, table: str | None = "Table 1", row: str = "A", model: str = "A", paper: str = "1",
    pattern: str = "cell", chosen: bool = True, field: Field = Field.PARAMETERS,
) -> Candidate:  # fmt: skip
    evidence = Evidence(paper, 1, page, f"{row} {amount}", table=table, row=row if table else None)
    return Candidate(field, amount, evidence, pattern, "1", subject=model, chosen=chosen)


def sign(candidates: list[Candidate], name: str) -> list[float]:
    return [round(signs[SIGNS.index(name)], 2) for signs in signs_of(candidates)]


def test_repeated() -> None:
    """it sees how often other places print the value, and that the one place is not another"""
    assert sign([value(1), value(1, page=2), value(2)], "repeated") == [0.69, 0.69, 0.0]


def test_table_echoed() -> None:
    """it sees which share of a table's values stands elsewhere too"""
    here = [value(1), value(2, row="B", model="B"), value(1, page=3, table=None)]
    assert sign(here, "table_echoed") == [0.5, 0.5, 0.0]


def test_rivals() -> None:
    """it sees other values in a value's row, and of its model elsewhere"""
    row = [value(1), Candidate(Field.PARAMETERS, 2.0, value(1).evidence, "cell", "1", subject="B", chosen=True)]
    assert sign(row, "rivals_in_row") == [0.69, 0.69]
    assert sign([value(1), value(2, page=2)], "rivals_of_model") == [0.69, 0.69]
    assert sign([value(1), value(2, page=2, chosen=False)], "rivals_of_model")[0] == 0.0


def test_prose_and_refused() -> None:
    """it sees what was read in running text, and how much of a table's field was refused"""
    here = [value(1, table=None), value(2, chosen=False), value(8, table=None, field=Field.DEVICE_COUNT)]
    assert sign(here, "in_prose") == [1.0, 0.0, 0.0]
    assert sign(here, "refused") == [0.5, 0.5, 0.0]
    hours = [value(1, field=Field.TRAINING_TIME), value(2, field=Field.TRAINING_TIME, chosen=False)]
    assert sign(hours, "refused") == [0.0, 0.0]


def drawn(chance_of: dict[int, float], papers: int = 40, each: int = 12, seed: int = 3) -> list[Judged]:
    """Values of which those with and without a rival in their row are right by chance."""
    chance = random.Random(seed)
    rival = SIGNS.index("rivals_in_row")
    out = []
    for paper in range(papers):
        for n in range(each):
            has = n % 2
            signs = tuple(float(has) if i == rival else 0.0 for i in range(len(SIGNS)))
            out.append(Judged(value(float(n), paper=str(paper)), chance.random() < chance_of[has], signs))
    return out


def test_regression_finds_the_sign() -> None:
    """it learns which sign tells right from wrong, and by how much"""
    found = calibrated(drawn({0: 0.95, 1: 0.6}))
    with_rival = tuple(1.0 if name == "rivals_in_row" else 0.0 for name in SIGNS)
    assert found.chance("parameters", "cell", NO_SIGNS) == pytest.approx(0.95, abs=0.03)
    assert found.chance("parameters", "cell", with_rival) == pytest.approx(0.6, abs=0.08)
    assert found.weights["repeated"] == pytest.approx(0.0, abs=0.01)


def test_reliability_out_of_paper() -> None:
    """it is calibrated on papers that it was not measured on"""
    judged = drawn({0: 0.95, 1: 0.6})
    assert calibration_error(reliability(judged)) < 0.05
    chances = [chance for chance, _ in out_of_paper(judged)]
    assert max(chances) - min(chances) > 0.25


def test_own_paper_does_not_count() -> None:
    """it gives a paper no confidence from its own labels"""
    one = [Judged(value(float(n), paper="1"), True, NO_SIGNS) for n in range(30)]
    assert out_of_paper(one) == []


def test_few_wrong_ones() -> None:
    """it weighs nothing but the pattern while few values were wrong"""
    found = calibrated(drawn({0: 1.0, 1: 1.0}))
    assert not found.weights
    assert found.chance("parameters", "cell", NO_SIGNS) == pytest.approx(1.0, abs=0.01)


def test_rare_pattern() -> None:
    """it draws a pattern seen once to its field's share"""
    found = Calibration({"parameters": {"cell": (90, 100), "prose": (0, 1)}})
    share = found.chance("parameters", "prose", NO_SIGNS)
    assert share is not None and 0.6 < share < 0.9
    assert found.chance("device", "cell", NO_SIGNS) is None


def test_separable() -> None:
    """it stays finite where a sign parts right from wrong altogether"""
    import numpy as np

    rows = np.array([[1.0, 2.0, *(float(n % 2) if i == 0 else 0.0 for i in range(len(SIGNS)))] for n in range(400)])
    weights = fit_logistic(rows, np.array([float(n % 2) for n in range(400)]))
    assert np.isfinite(weights).all() and weights[2] > 1


def test_other_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """it uses no weights that were fitted for other signs"""
    data = {"patterns": {"parameters": {"cell": [9, 10]}}, "weights": {"intercept": 1.0, "of old": 3.0}}
    assert calibration_from(data).weights == {}


def test_written_file() -> None:
    """it holds counts and weights alone, for the signs that the code knows"""
    if not CONFIDENCE_FILE.exists():
        pytest.skip("no calibration was written yet")
    data = json.loads(CONFIDENCE_FILE.read_text(encoding="utf-8"))
    assert set(data) == {"papers", "values", "right", "patterns", "weights", "links"}
    assert set(data["weights"]) == set(INPUTS)
    judged = [counts for patterns in data["patterns"].values() for counts in patterns.values()]
    assert all(0 <= right <= n for right, n in judged)
    assert sum(n for _, n in judged) == data["values"]


def test_candidates_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """it gives a repeated value more than one with a rival"""
    weights = dict.fromkeys(INPUTS, 0.0) | {"pattern": 1.0, "repeated": 1.0, "rivals_of_model": -2.0}
    known = Calibration({"parameters": {"cell": (90, 100)}}, weights)
    monkeypatch.setattr(extract.confidence.chance, "measured", lambda: known)
    twice = with_confidence([value(1), value(1, page=2)])
    rivals = with_confidence([value(1), value(2, page=2)])
    assert twice[0].confidence and rivals[0].confidence and twice[0].confidence > 0.9 > rivals[0].confidence
