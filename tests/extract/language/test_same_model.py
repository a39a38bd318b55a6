"""Whether two printed names are one model's."""

from __future__ import annotations

import pytest

from extract.language.abbreviations import abbreviations
from extract.language.same_model import same_model, words_in
from extract.read_paper import read_candidates
from extract.records.make import make_records
from tests.extract.written_tables import table_paper


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        # kind: the sign of times, before or behind, and needless zeros
        ("FooNet 0.5x", "FooNet 0.5×", True),
        ("FooNet ×0.5", "FooNet 0.50×", True),
        ("FooNet 1.0x", "FooNet-1", True),
        ("FooNet 0.5x", "FooNet 0.75×", False),
        # kind: singular and plural
        ("Wide FooNets", "Wide FooNet", True),
        ("Foo Transformers (base)", "Foo Transformer base", True),
        ("Foo Glass", "Foo Glas", False),
        # kind: dashes, spaces, capitals
        ("FooNet-50", "Foonet 50", True),
        ("FooNet-50", "FooNet-101", False),
        # kind: settings are no widths
        ("FooNet 32x4d", "FooNet 32×4d", True),
        ("FooNet 32x4d", "FooNet 64x4d", False),
    ],
)
def test_same_model(a: str, b: str, same: bool) -> None:
    """it looks through spelling and keeps what tells models apart"""
    assert same_model(a, b) is same


def test_words() -> None:
    """it brings words and numbers into one form"""
    assert words_in("The 2x-wide Foo-Nets of 1.50 GB") == ("the", "2", "wide", "foo", "net", "of", "1.5", "gb")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We train a Wide Foo Network (WFN) on it.", {"Wide Foo Network": "WFN"}),
        ("Our Network of Foos (NF) and a deep Foo Net (FN) differ.", {"Network of Foos": "NF", "Foo Net": "FN"}),
        ("Masked foo-training (MFT) helps.", {"Masked foo-training": "MFT"}),
        # near misses: other letters, a bracket of something else, a unit
        ("We train a Wide Network (WFN) on it.", {}),
        ("Results are good (see WFN).", {}),
        ("It uses the big machine (GPU) for a day.", {}),
    ],
)
def test_abbreviations(text: str, found: dict[str, str]) -> None:
    """it reads the words whose first letters make the abbreviation"""
    assert dict(abbreviations([text])) == found


def test_one_record() -> None:
    """it makes one record of a model that a table calls by its long name and the text by the abbreviation"""
    paper = table_paper(
        "Model | Top-1 err.\nWide Foo Network | 23.68\nSlowNet-9 | 24.1",
        caption="Error (%) on the ImageNet validation set.",
        text="We propose the Wide Foo Network (WFN). It is new. WFN has 25.6M parameters.",
    )
    records = make_records("2001.99999", 1, read_candidates(paper))
    (record,) = [r for r in records if r.model == "WFN"]
    assert {str(v.field) for v in record.values if v.chosen} >= {"score", "parameters"}
    assert not [r for r in records if r.model == "Wide Foo Network"]
