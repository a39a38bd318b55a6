"""Tables and paragraphs invented by authors who had not seen the rules, and the same in other words.

Most are read right; the rest are listed with the reason and fail strictly.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any

import pytest

from extract.fields.paper import PaperView
from tests.extract.banks import cases, shortfalls
from tests.extract.runs.test_cases import CASES, Run, expected, paper_of_paragraphs, paper_of_table, runs_in

NAMES = (
    "independent_tables", "independent2_tables", "independent3_tables", "independent4_tables", "wordings_tables",
    "independent_paragraphs", "independent2_paragraphs", "independent3_paragraphs", "independent4_paragraphs",
    "wordings_paragraphs", "together_paragraphs",
)  # fmt: skip
TOLERANCE = 0.02  # of a time: "0.3 days" and "7 hours" are one
BRANDS = re.compile(r"nvidia|geforce|tesla|google|[^a-z0-9]")


def is_device(found: str, wanted: str) -> bool:
    """Whether two names are of one device: "TPU v3 core" is a part of a "TPU v3", which counts cores."""
    a, b = (BRANDS.sub("", name.lower()) for name in (found, wanted))
    return a == b or (bool(a and b) and (a in b or b in a)) or (a == "" and b == "gpu")


def is_same(found: Run, wanted: Run) -> bool:
    """Whether two runs have one device, count and time."""
    close = abs(found[3] - wanted[3]) <= TOLERANCE * wanted[3]
    return close and found[2] == wanted[2] and is_device(found[1], wanted[1])


def unmatched(found: Iterable[Run], wanted: Iterable[Run]) -> tuple[list[Run], list[Run]]:
    """The runs that were found and are not wanted, and those that were wanted and not found."""
    extra, missed = list(found), []
    for run in wanted:
        match = next((other for other in extra if is_same(other, run)), None)
        if match is None:
            missed.append(run)
        else:
            extra.remove(match)
    return extra, missed


def check(paper: PaperView, case: dict[str, Any]) -> None:
    """Fails where the reader takes a run that the case does not give, or misses one."""
    assert unmatched(runs_in(paper)[0], map(expected, case["runs"])) == ([], [])


@pytest.mark.parametrize(("name", "case"), [p for name in NAMES if name.endswith("tables") for p in cases(CASES, name)])
def test_tables(name: str, case: dict[str, Any]) -> None:
    """it takes from a table the runs that a careful reader takes, and no other"""
    check(paper_of_table(case), case)


@pytest.mark.parametrize(
    ("name", "case"), [p for name in NAMES if name.endswith("paragraphs") for p in cases(CASES, name)]
)
def test_paragraphs(name: str, case: dict[str, Any]) -> None:
    """it takes from paragraphs the runs that a careful reader takes, and no other"""
    check(paper_of_paragraphs(case), case)


@pytest.mark.parametrize("name", NAMES)
def test_shortfalls_exist(name: str) -> None:
    """it lists no shortfall of a case that there is not"""
    with (CASES / f"{name}.toml").open("rb") as file:
        assert max(shortfalls(CASES, name), default=1) <= len(tomllib.load(file)["case"])
