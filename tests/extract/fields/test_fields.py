"""Each field's own examples: what must be read out of a sentence, and the near misses that must not."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract import fields
from extract.fields import field_readers
from tests.extract.written import written_paper

EXAMPLES = [
    pytest.param(name, text, expected, id=f"{name}: {text[:50]}")
    for name, module in field_readers().items()
    for text, expected in module.EXAMPLES
]


@pytest.mark.parametrize(("name", "text", "expected"), EXAMPLES)
def test_example(name: str, text: str, expected: list[object]) -> None:
    """it reads just these values out of the sentence"""
    paper = written_paper(text)
    chosen = [c for c in field_readers()[name].read(paper) if c.chosen]
    assert [c.value for c in chosen] == expected


@pytest.mark.parametrize("name", sorted(field_readers()))
def test_near_misses(name: str) -> None:
    """it is tested on at least three near misses and on as many that hold a value"""
    examples = field_readers()[name].EXAMPLES
    assert sum(not expected for _, expected in examples) >= 3
    assert sum(bool(expected) for _, expected in examples) >= 3


def test_every_file_is_a_field() -> None:
    """it finds each file of the folder as a field, but for what the fields share"""
    files = {p.stem for p in Path(fields.__file__).parent.glob("*.py")} - {"__init__", "paper", "counting"}
    assert {m.__name__.rsplit(".", 1)[1] for m in field_readers().values()} == files  # type: ignore[attr-defined]
