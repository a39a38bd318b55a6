"""Values of tables that the running text prints again."""

from __future__ import annotations

import pytest

from extract.read_paper import read_candidates
from tests.extract.written_tables import table_paper

TABLE = "Model | Params (M) | Top-1 err.\nWideNet-50 | 25.6 | 23.68\nSlowNet-9 | 31.2 | 24.1"
CAPTION = "Error (%) on the ImageNet validation set."


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        ("WideNet-50 has a top-1 error of 23.68% on ImageNet.", {("score", 23.68): 1}),
        ("On ImageNet the error is 23.68%. An error of 23.68% is low.", {("score", 23.68): 2}),
        ("WideNet-50 has 25.6M parameters in all of its layers.", {("parameters", 25.6e6): 1}),
        ("Both the 23.68% and the 24.1% error are low.", {("score", 23.68): 1, ("score", 24.1): 1}),
        # near misses: no metric beside it, a rounding, another unit, a number that goes on
        ("In Section 23.68 we say more on it and on the ImageNet data.", {}),
        ("WideNet-50 has a top-1 error of 23.7% on ImageNet.", {}),
        ("The corpus that it reads has 25.6M words in all.", {}),
        ("The version with an error of 1.23.68 and 123.68 is old.", {}),
    ],
)
def test_repeated(text: str, repeated: dict[tuple[str, float], int]) -> None:
    """it counts the sentences that print a table's value beside a metric or a unit"""
    found = read_candidates(table_paper(TABLE, caption=CAPTION, text=text))
    in_table = [c for c in found if c.evidence.table is not None]
    assert {(str(c.field), c.value) for c in in_table} >= {("score", 23.68), ("parameters", 25.6e6)}
    assert {
        (str(c.field), c.value): c.qualifiers["repeated"] for c in in_table if "repeated" in c.qualifiers
    } == repeated
