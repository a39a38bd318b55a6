"""Labelled papers as a reviewer: the answers of somebody who knows what the paper says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from curate.answers.labelled import answer_by
from curate.page.render import NOT_A_RESULT
from db.reference.labelled_papers import LabelledPaper
from tests.curate.invented import model_of, payloads_of


def result(model: str, value: float, metric: str = "top1_error", page: int = 1) -> dict[str, Any]:
    return {"model": model, "benchmark": "imagenet", "metric": metric, "value": value, "page": page}


def cost(name: str, parameters: float, page: int = 1) -> dict[str, Any]:
    return {"name": name, "params": parameters, "page": page}


def said(
    name: str, error: float, parameters: float | None, results: list[dict[str, Any]], models: list[dict[str, Any]]
) -> tuple[str | None, str | None, str | None]:
    """What is answered to a record's score and to its parameters, and the typed parameters."""
    (payload,) = payloads_of([model_of(1, error, parameters, name=name)])
    paper = LabelledPaper(payload.arxiv_id, tuple(results), tuple(models))
    answer = answer_by(paper, payload, datetime(2026, 1, 1))
    places = {f.field: n for n, f in enumerate(payload.fields)}
    at = places["parameters"]
    return answer.verdicts.get(places["score"]), answer.verdicts.get(at), answer.texts.get(at)


NET = [result("Net-50", 25.0), result("Net-50 + SE", 24.0)]
COSTS = [cost("Net-50", 25e6), cost("Net-50 + SE", 28e6)]


@pytest.mark.parametrize(
    ("name", "error", "parameters", "expected"),
    [
        ("Net-50", 25.0, 25e6, ("accept", "accept", None)),
        ("Net-50", 25.0, 99e6, ("accept", "correct", "25 M")),
        ("Net-50", 25.0, None, ("accept", "correct", "25 M")),
        ("Net-50 + SE (224)", 24.0, None, ("accept", "correct", "28 M")),
        ("+ SE", 24.0, 28e6, ("accept", "accept", None)),
        ("Net-50", 99.0, 25e6, ("correct", "accept", None)),
        ("Tree-9", 99.0, 3e6, ("reject", "reject", None)),
    ],
    ids=[
        "as it is", "another value", "not read", "the most alike of two names",
        "known by its result where its name says little", "another score", "not in the paper",
    ],
)  # fmt: skip
def test_answers(name: str, error: float, parameters: float | None, expected: tuple[str | None, ...]) -> None:
    """it judges a record by what the annotation says of that model"""
    assert said(name, error, parameters, NET, COSTS) == expected


def test_name_that_says_less() -> None:
    """it adds no cost of one of several variants to a record that names none of them, unless they all have one"""
    variants = [cost("Net-50 small", 10e6), cost("Net-50 large", 90e6)]
    assert said("Net-50", 25.0, None, [result("Net-50", 25.0)], variants)[1] is None
    same = [cost("Net-50 small", 10e6), cost("Net-50 large", 10e6)]
    assert said("Net-50", 25.0, None, [result("Net-50", 25.0)], same)[1] == "correct"


def test_accuracy_is_error() -> None:
    """it takes an annotated accuracy for the error that it means"""
    assert said("Net-50", 25.0, None, [result("Net-50", 75.0, "top1_accuracy")], [])[0] == "accept"


def test_not_a_result() -> None:
    """it says of a record none of whose scores stands in the paper that it is no result"""
    (payload,) = payloads_of([model_of(1, 99.0, None, name="Tree-9")])
    answer = answer_by(LabelledPaper(payload.arxiv_id, tuple(NET)), payload, datetime(2026, 1, 1))
    assert answer.whole == NOT_A_RESULT


def test_runs() -> None:
    """it takes the run of the model that is most alike, and else the run of all models"""
    (payload,) = payloads_of([model_of(1, 25.0, 25e6, name="Net-50 (320)")])
    runs = [
        {"models": ["*"], "epochs": 90, "page": 1},
        {"models": ["Net-50"], "epochs": 120, "page": 2},
        {"models": ["Net-50"], "epochs": 7, "page": 2, "purpose": "inference"},
    ]
    epochs = next(n for n, f in enumerate(payload.fields) if f.field == "epochs")
    answer = answer_by(LabelledPaper("x", tuple(NET), (), tuple(runs)), payload, datetime(2026, 1, 1))
    assert (answer.verdicts[epochs], answer.texts[epochs], answer.pages[epochs]) == ("correct", "120", "2")
    alone = answer_by(LabelledPaper("x", tuple(NET), (), tuple(runs[:1])), payload, datetime(2026, 1, 1))
    assert alone.texts[epochs] == "90"
