"""Which benchmark's training a sentence on a run speaks of."""

from __future__ import annotations

import pytest

from db.models import Document
from extract.fields.paper import PaperView, view_paper
from extract.layout.blocks import lay_out
from extract.read_paper import read_candidates
from extract.runs.benchmarks import OTHER
from tests.extract.written import written_page, written_paper


def data_of(paper: PaperView) -> dict[object, object]:
    """Epochs -> the benchmarks that their sentence is told to be of."""
    return {c.value: c.qualifiers.get("data") for c in read_candidates(paper) if c.chosen and c.field == "epochs"}


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("On ImageNet the network is trained for 90 epochs.", "imagenet"),
        ("On SVHN the network is trained for 90 epochs.", OTHER),
        ("We train the network for 90 epochs.", None),
        ("We use COCO here. The network is trained for 90 epochs with a learning rate of 0.1.", "coco"),
        ("The detector is trained for 90 epochs on COCO from ImageNet pre-trained weights.", "coco"),
        ("CIFAR-10 has ten classes. On CIFAR the network is trained for 90 epochs.", "cifar10 cifar100"),
    ],
)
def test_said_near_by(text: str, data: str | None) -> None:
    """it takes the data set that the clause, the sentence or the paragraph names, not the one that weights come from"""
    assert data_of(written_paper(text)) == {90.0: data}


def test_two_in_one_sentence() -> None:
    """it keeps to the clause that the number stands in"""
    text = "On ImageNet the network is trained for 90 epochs; on COCO it is trained for 12 epochs."
    assert data_of(written_paper(text)) == {90.0: "imagenet", 12.0: "coco"}


@pytest.mark.parametrize(
    ("heading", "data"),
    [
        ("4.2 Object Detection", "coco"),
        ("4.2 Machine Translation", "wmt14_en_de wmt14_en_fr"),
        ("4.2 Language Modeling", OTHER),
        ("4.2 Implementation Details", None),
    ],
)
def test_heading(heading: str, data: str | None) -> None:
    """it takes the data set or the task that the section's heading names, where the paragraph names none"""
    assert data_of(written_paper("The network is trained for 90 epochs.", heading=heading)) == {90.0: data}


def test_heading_above() -> None:
    """it asks the headings above a numbered heading that names nothing"""
    lines = "The network has layers that learn from pictures, in which we show that depth is of use to all of them."
    pages = [
        written_page(lines, number=1, heading="4 Experiments on COCO"),
        written_page(f"The network is trained for 90 epochs. {lines}", number=2, heading="4.1 Settings"),
    ]
    assert data_of(view_paper(Document("2001.99999", 1, lay_out(pages), (), "test"))) == {90.0: "coco"}


def test_heads_within_a_paragraph() -> None:
    """it keeps the head of the part of a paragraph that the sentence stands in"""
    text = (
        "We train two networks as follows: Settings for Widenet: The rate is 0.1. We train for 90 epochs. "
        "Settings for Deepnet: The rate is 0.2. We train for 30 epochs."
    )
    found = read_candidates(written_paper(text))
    heads = {c.value: c.qualifiers.get("lead") for c in found if c.chosen and c.field == "epochs"}
    assert heads == {90.0: "Settings for Widenet", 30.0: "Settings for Deepnet"}
