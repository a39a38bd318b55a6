"""Linking: what several places of a paper say of one value."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extract.fields import field_readers
from extract.records.duplicates import _same_model, link
from tests.extract.written_tables import table_paper


def test_a_sentence_yields_to_the_table() -> None:
    """it stands behind the table's value, not behind its restatement or its rounding in a sentence"""
    paper = table_paper(
        "Model | BLEU\nBigNet (ours) | 28.43",
        caption="BLEU on WMT 2014 English-German.",
        text="Our BigNet reaches 28.4 BLEU on WMT 2014 En-De. BigNet has 28.43 BLEU on WMT 2014 En-De.",
    )
    linked = link(list(field_readers()["score"].read(paper)))
    assert [(c.value, c.chosen) for c in linked] == [(28.43, True), (28.4, False), (28.43, False)]
    assert "rounding" in (linked[1].reason or "") and "Table 1" in (linked[2].reason or "")


def test_said_twice() -> None:
    """it stands once behind a value that sentences repeat"""
    paper = table_paper(
        "a | b\nc | d", caption="Nothing.", text="BigNet has 25.6M parameters. As said, BigNet has 25.6M parameters."
    )
    linked = link(list(field_readers()["parameters"].read(paper)))
    assert [c.chosen for c in linked] == [True, False]


def test_other_fields_pass_through() -> None:
    """it leaves candidates of other fields as they are, in their places"""
    paper = table_paper("Model | AP\nSlowDet | 34.1", caption="AP on COCO test-dev.")
    (score,) = field_readers()["score"].read(paper)
    device = replace(score, field="device", value="P100")
    assert link([device, score]) == [device, score]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("PlainNet", "PlainNet-50", True), ("Plain", "UnPlain", False), ("PlainNet-15", "PlainNet-152", False)],
)
def test_one_name_for_the_others(one: str, other: str, same: bool) -> None:
    """it takes a family's name for that of its models, and no piece of a word for the word"""
    assert _same_model(one, other) is same
