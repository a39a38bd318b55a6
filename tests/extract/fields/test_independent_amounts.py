"""Paragraphs and tables by an author who had not seen the rules, and the same in other words, with what they state.

Most are read right; the rest are listed with the reason and fail strictly.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from db.models import Field
from extract.fields.paper import PaperView
from extract.read_paper import read_candidates
from tests.extract.banks import cases
from tests.extract.runs.test_cases import paper_of_paragraphs, paper_of_table

CASES = Path(__file__).parent / "cases"
_OPERATIONS = (Field.PARAMETERS, Field.FLOPS, Field.MULTIPLY_ADDS, Field.TRAINING_FLOPS)
FIELDS = {
    "amounts": _OPERATIONS,
    "epochs": (Field.EPOCHS,),
    "epochs_columns": (Field.EPOCHS,),
    "epochs_wordings": (Field.EPOCHS,),
    "operations": _OPERATIONS,
    "operations_wordings": _OPERATIONS,
}
TOLERANCE = 0.01  # of an amount: "25.6M" and "25,557,032" are one

Amount = tuple[str, float]  # field, value


def amounts_in(paper: PaperView, name: str) -> list[Amount]:
    """What the reader stands behind of the fields that a file of examples is on, each amount once."""
    found = {
        (str(c.field), float(c.value))
        for c in read_candidates(paper)
        if c.chosen and c.field in FIELDS[name] and isinstance(c.value, int | float)
        and c.qualifiers.get("purpose") != "inference"
    }  # fmt: skip
    return sorted(found)


def stated(case: dict[str, Any], name: str, key: str = "{}") -> list[Amount]:
    """The amounts that a case gives under keys of this form, "may_{}" for those that may be missed."""
    return [(str(f), float(v)) for f in FIELDS[name] for v in case.get(key.format(str(f)), ())]


def unmatched(case: dict[str, Any], name: str) -> tuple[list[Amount], list[Amount]]:
    """The amounts that were found and are neither wanted nor allowed, and those that were wanted and not found."""
    paper = paper_of_table(case) if "table" in case else paper_of_paragraphs(case)
    found, wanted = amounts_in(paper, name), stated(case, name)
    allowed = wanted + stated(case, name, "may_{}")
    return [a for a in found if not is_among(a, allowed)], [a for a in wanted if not is_among(a, found)]


def is_among(amount: Amount, others: list[Amount]) -> bool:
    """Whether one of the others is the same amount of the same field."""
    return any(amount[0] == f and math.isclose(amount[1], v, rel_tol=TOLERANCE) for f, v in others)


@pytest.mark.parametrize(("name", "case"), [p for name in FIELDS for p in cases(CASES, name)])
def test_amounts(name: str, case: dict[str, Any]) -> None:
    """it takes from an invented passage the amounts that a careful reader takes, and no other"""
    assert unmatched(case, name) == ([], [])
