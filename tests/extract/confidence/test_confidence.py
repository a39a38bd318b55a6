"""Confidence: measured on labelled papers, by pattern and by what else the paper says of a value."""

from __future__ import annotations

import json
import math
import random

import numpy as np
import pytest

import extract.confidence.chance
from db.models import Candidate, Evidence, Field
from extract.confidence.chance import CONFIDENCE_FILE, FEWEST_JUDGED, Calibration, calibration_from, with_confidence
from extract.confidence.fit import Judged, calibrated, fit_logistic, out_of_paper
from extract.confidence.reliability import calibration_error, reliability_curve, right_when_sure
from extract.confidence.signs import signs_of


def value(
    amount: float, *, page: int = 1, table: str | None = "Table 1", row: str = "A", model: str | None = "A",
    paper: str = "1", pattern: str = "cell", chosen: bool = True, field: Field = Field.PARAMETERS, **qualifiers: str,
) -> Candidate:  # fmt: skip
    evidence = Evidence(paper, 1, page, f"{row} {amount}", table=table, row=row if table else None)
    return Candidate(field, amount, evidence, pattern, "1", subject=model, chosen=chosen, qualifiers=qualifiers)


def sign(candidates: list[Candidate], name: str) -> list[float]:
    return [round(signs.get(name, 0.0), 2) for signs in signs_of(candidates)]


class TestSigns:
    def test_repeated(self) -> None:
        """it sees how often other places print the value, and that the one place is not another"""
        assert sign([value(1), value(1, page=2), value(2)], "count.repeated") == [0.69, 0.69, 0.0]

    def test_table_echoed(self) -> None:
        """it sees which share of a table's values stands elsewhere too"""
        here = [value(1), value(2, row="B", model="B"), value(1, page=3, table=None)]
        assert sign(here, "count.table_echoed") == [0.5, 0.5, 0.0]

    def test_rivals(self) -> None:
        """it sees other values in a value's row, and of its model elsewhere"""
        row = [value(1), Candidate(Field.PARAMETERS, 2.0, value(1).evidence, "cell", "1", subject="B", chosen=True)]
        assert sign(row, "count.rivals_in_row") == [0.69, 0.69]
        assert sign([value(1), value(2, page=2)], "count.rivals_of_model") == [0.69, 0.69]
        assert sign([value(1), value(2, page=2, chosen=False)], "count.rivals_of_model")[0] == 0.0

    def test_prose_and_refused(self) -> None:
        """it sees what was read in running text, and how much of the field was refused"""
        here = [value(1, table=None), value(2, chosen=False)]
        assert sign(here, "count.in_prose") == [1.0, 0.0]
        assert sign(here, "count.refused_share") == [0.5, 0.5]

    def test_groups(self) -> None:
        """it keeps what speaks for a count of processors apart from what speaks for a size"""
        both = [value(8, table=None, field=Field.DEVICE_COUNT), value(1, table=None)]
        assert sign(both, "run.in_prose") == [1.0, 0.0]

    def test_told_by_rules(self) -> None:
        """it takes how a reading came about from what the rule said of it"""
        (signs,) = signs_of([value(76.0, field=Field.SCORE, witness="agree", other="x")])
        assert signs["score.witness=agree"] == 1.0
        assert not any("other" in name for name in signs)


def drawn(chance_of: dict[bool, float], papers: int = 40, each: int = 12, seed: int = 3) -> list[Judged]:
    """Values of which those with and without a rival in their row are right by chance."""
    chance = random.Random(seed)
    out = []
    for paper in range(papers):
        for n in range(each):
            has = bool(n % 2)
            signs = {"field=parameters": 1.0, "count.rivals_in_row": float(has)}
            out.append(Judged(value(float(n), paper=str(paper)), chance.random() < chance_of[has], signs))
    return out


class TestFit:
    def test_finds_the_sign(self) -> None:
        """it learns which sign tells right from wrong, and by how much"""
        found = calibrated(drawn({False: 0.95, True: 0.6}))
        plain, rival = {"field=parameters": 1.0}, {"field=parameters": 1.0, "count.rivals_in_row": 1.0}
        assert found.chance("parameters", plain) == pytest.approx(0.95, abs=0.03)
        assert found.chance("parameters", rival) == pytest.approx(0.6, abs=0.08)

    def test_out_of_paper(self) -> None:
        """it is calibrated on papers that it was not fitted on"""
        points = [(chance, float(j.right)) for j, chance in out_of_paper(drawn({False: 0.95, True: 0.6}))]
        assert calibration_error(reliability_curve(points)) < 0.05
        assert max(chance for chance, _ in points) - min(chance for chance, _ in points) > 0.25

    def test_own_paper_does_not_count(self) -> None:
        """it gives a paper no confidence from its own labels"""
        one = [Judged(value(float(n), paper="1"), bool(n % 2), {"field=parameters": 1.0}) for n in range(30)]
        assert out_of_paper(one) == []

    def test_few_wrong_ones(self) -> None:
        """it says nothing while hardly a value was wrong"""
        found = calibrated(drawn({False: 1.0, True: 1.0}))
        assert found.chance("parameters", {"field=parameters": 1.0}) is None

    def test_a_large_table_counts_for_a_few(self) -> None:
        """it lets a paper of three hundred wrong scores weigh no more than twenty of them"""
        rest = [Judged(value(float(n), paper=str(n)), n % 12 != 0, {"field=parameters": 1.0}) for n in range(120)]
        table = [Judged(value(float(n), paper="big"), False, {"field=parameters": 1.0}) for n in range(300)]
        chance = calibrated([*rest, *table]).chance("parameters", {"field=parameters": 1.0})
        assert chance == pytest.approx(110 / 140, abs=0.03)

    def test_a_sign_of_one_paper(self) -> None:
        """it weighs no sign that a single paper has"""
        judged = drawn({False: 0.9, True: 0.7})
        judged[0] = Judged(judged[0].candidate, judged[0].right, {**judged[0].signs, "pattern=parameters/odd": 1.0})
        assert "pattern=parameters/odd" not in calibrated(judged).weights

    def test_separable(self) -> None:
        """it stays finite where a sign parts right from wrong altogether"""
        rows = np.array([[float(n % 2)] for n in range(400)])
        intercept, weights = fit_logistic(rows, rows[:, 0], np.ones(400), np.ones(1))
        assert math.isfinite(intercept) and np.isfinite(weights).all() and weights[0] > 1


class TestChance:
    def test_never_measured(self) -> None:
        """it has no figure for a field that was judged too seldom"""
        found = Calibration(2.0, {}, {"parameters": FEWEST_JUDGED, "device": FEWEST_JUDGED - 1})
        assert found.chance("parameters", {}) == pytest.approx(0.88, abs=0.01)
        assert found.chance("device", {}) is None
        assert found.chance("score", {}) is None

    def test_written_file(self) -> None:
        """it holds what `evaluate --calibrate` writes, and every field that was judged enough has a chance"""
        data = json.loads(CONFIDENCE_FILE.read_text(encoding="utf-8"))
        assert set(data) == {"papers", "values", "right", "judged", "intercept", "weights", "links"}
        assert sum(data["judged"].values()) == data["values"] >= data["right"]
        found = calibration_from(data)
        assert {f for f in found.judged if found.chance(f, {}) is not None} >= {"score", "parameters", "device_count"}

    def test_candidates_get_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """it gives a repeated value more than one with a rival"""
        known = Calibration(2.2, {"count.repeated": 1.0, "count.rivals_of_model": -2.0}, {"parameters": 100})
        monkeypatch.setattr(extract.confidence.chance, "measured", lambda: known)
        twice = with_confidence([value(1), value(1, page=2)])
        rivals = with_confidence([value(1), value(2, page=2)])
        assert twice[0].confidence and rivals[0].confidence and twice[0].confidence > 0.9 > rivals[0].confidence


def test_right_when_sure() -> None:
    """it counts the share right among values of .97 and more, and has none where no value is sure"""
    assert right_when_sure([(0.98, 1.0), (0.97, 0.0), (0.96, 0.0)]) == (2, 0.5)
    assert right_when_sure([(0.5, 1.0)]) == (0, None)
