"""Invented tables and paragraphs, kept as data with the runs that a careful reader takes from them."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from db.models import Candidate, Document, Field
from db.reference.hardware import find_device
from extract.fields.paper import PaperView, view_paper
from extract.layout.blocks import lay_out
from extract.read_paper import read_candidates
from tests.extract.written import written_page
from tests.extract.written_tables import table_paper

CASES = Path(__file__).parent / "cases"
SECONDS = {
    "s": 1, "min": 60, "minute": 60, "h": 3600, "hr": 3600, "hour": 3600, "d": 86400, "day": 86400, "week": 604800,
}  # fmt: skip
LABEL = re.compile(r"^(?:Table|TABLE) [\w.]+[.:] ")  # which the page prints before every caption
FILLER = "This page says nothing that matters to the table below."

Run = tuple[str, str, float | None, float]  # model, processor, count, seconds


def cases(name: str) -> list[Any]:
    """The cases of one file, each named by its kind and place in it."""
    with (CASES / f"{name}.toml").open("rb") as file:
        loaded = tomllib.load(file)["case"]
    return [pytest.param(case, id=f"{case['kind']} {n}") for n, case in enumerate(loaded, 1)]


def seconds(printed: str) -> float:
    """Of "2 h 7 min": 7620."""
    parts = re.findall(r"([\d.]+) (\w+?)s?(?= \d|$)", printed)
    return sum(float(n) * SECONDS[unit or "s"] for n, unit in parts)


def expected(run: Sequence[str]) -> Run:
    """A case's run as the values that are compared."""
    model, device, count, time = run if len(run) == 4 else ("", *run)
    return model, processor(device), float(count) if count else None, round(seconds(time))


def processor(printed: str) -> str:
    """The processor's name in our list, however it is printed."""
    known = find_device(printed)
    return known.name if known else printed


def runs_in(paper: PaperView) -> tuple[list[Run], list[str]]:
    """The runs with a time that the reader stands behind, in order, and the rules by which times were worked out."""
    by_run: dict[str, dict[str, Candidate]] = defaultdict(dict)
    for c in read_candidates(paper):
        if c.chosen and c.run:
            by_run[c.run][str(c.field)] = c
    timed = [parts for parts in by_run.values() if Field.TRAINING_TIME in parts]
    rules = [str(parts[Field.TRAINING_TIME].qualifiers.get("rule", "")) for parts in timed]
    return [as_run(parts) for parts in timed], [rule for rule in rules if rule]


def as_run(parts: dict[str, Candidate]) -> Run:
    """What one run's candidates say."""
    time, count, device = (parts.get(f) for f in (Field.TRAINING_TIME, Field.DEVICE_COUNT, Field.DEVICE))
    assert time is not None and isinstance(time.value, float)
    number = float(count.value) if count and isinstance(count.value, float | int) else None
    return time.subject or "", processor(str(device.value)) if device else "", number, round(time.value)


def paper_of_table(case: dict[str, Any]) -> PaperView:
    """A page with the case's text, its caption and its table."""
    number = case.get("number", "1")
    caption = LABEL.sub("", case["caption"])
    text = f"{case.get('text', FILLER)}\n\nTable {number}: {caption}"
    return table_paper(case["table"], caption=caption, header_rows=case.get("header_rows", 1), text=text, number=number)


def paper_of_paragraphs(case: dict[str, Any]) -> PaperView:
    """A page with the case's text, under a heading on training unless it has headings of its own."""
    page = written_page(case["text"].strip(), heading=None if "# " in case["text"] else "4 Training")
    return view_paper(Document("2001.99999", 1, lay_out([page]), (), "test"))


@pytest.mark.parametrize("case", cases("tables"))
def test_tables(case: dict[str, Any]) -> None:
    """it takes from an invented table the runs that the case gives, and no other"""
    paper = paper_of_table(case)
    found, rules = runs_in(paper)
    assert sorted(found, key=str) == sorted(map(expected, case["runs"]), key=str)
    assert rules == case.get("rules", rules)


@pytest.mark.parametrize("case", cases("paragraphs"))
def test_paragraphs(case: dict[str, Any]) -> None:
    """it takes from invented paragraphs the runs that the case gives, and no other"""
    found, rules = runs_in(paper_of_paragraphs(case))
    assert sorted(found, key=str) == sorted(map(expected, case["runs"]), key=str)
    assert rules == case.get("rules", rules)


def test_rejected_is_never_chosen() -> None:
    """it never stands behind a value at a place where it also lists that value as rejected"""
    both = []
    for case in (param.values[0] for param in cases("tables")):
        said: dict[tuple[object, ...], set[bool]] = defaultdict(set)
        for c in read_candidates(paper_of_table(case)):  # type: ignore[arg-type]
            e = c.evidence
            said[(c.field, c.value, e.page, e.start, e.end)].add(c.chosen)
        both += [place for place, chosen in said.items() if len(chosen) > 1]
    assert not both
