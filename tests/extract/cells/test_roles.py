"""Whose result a row is."""

from __future__ import annotations

import pytest

from extract.cells.roles import marked_roles
from tests.extract.written_tables import table_paper

TEXT = (
    "We propose QuickDet, a detector. QuickDet is compared with OtherDet [7] and FarDet [9].\n\nWe call ours QuickDet. "
    "OtherDet [7] was the best so far. We measure on COCO."
)


def roles(lines: str, caption: str) -> dict[str | None, str]:
    paper = table_paper(lines, caption=caption, text=TEXT, title="QuickDet: detection in no time")
    return {r.model: r.role for r in paper.cells if r.quantity == "score"}


def test_marks_that_the_caption_explains() -> None:
    """it gives a marked row the role that the caption gives its mark"""
    caption = "Detection on COCO test-dev. † denotes numbers taken from the original papers."
    found = roles("Method | AP\nWideDet † | 35.0\nTallDet | 36.1\nQuickDet | 37.1", caption)
    assert found == {"WideDet": "prior", "TallDet": "ablation", "QuickDet": "own"}


@pytest.mark.parametrize(
    ("caption", "marks"),
    [
        ("*: reported by [3]. AP on COCO.", {"*": "prior"}),
        ("Rows marked with ‡ are copied from their papers", {"‡": "prior"}),
        ("† indicates our re-implementation.", {"†": "prior"}),
        ("† denotes test-time augmentation.", {}),
        ("A * B is a product.", {}),
    ],
)
def test_explained_marks(caption: str, marks: dict[str, str]) -> None:
    """it reads what a caption says of a mark, where that is whose the rows are"""
    assert marked_roles(caption) == marks


def test_others_models_run_again() -> None:
    """it takes a cited model that was run again for another paper's, and the own one run again for a variant"""
    found = roles(
        "Method | AP\nOtherDet (our impl.) | 35.0\n0.5x OtherDet | 33.0\nQuickDet | 37.1",
        "Results on COCO test-dev.",
    )
    assert found == {"OtherDet (our impl.)": "prior", "0.5x OtherDet": "prior", "QuickDet": "own"}
