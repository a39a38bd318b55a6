"""Orderings that must hold between the metrics of a row."""

from __future__ import annotations

import pytest

from tests.extract.written_tables import table_paper


def holds(lines: str, caption: str) -> set[object]:
    paper = table_paper(lines, caption=caption, text="We train detectors on COCO and networks on ImageNet.")
    return {r.qualifiers.get("orders_hold") for r in paper.cells if r.quantity == "score"}


@pytest.mark.parametrize(
    ("lines", "caption", "said"),
    [
        ("Method | AP | AP50\nQuickDet | 37.1 | 56.9\nWideDet | 39.0 | 58.4", "Detection on COCO.", True),
        ("Method | AP | AP50\nQuickDet | 56.9 | 37.1\nWideDet | 58.4 | 39.0", "Detection on COCO.", False),
        ("Method | AP | AP_S | AP_M\nQuickDet | 37.1 | 40.9 | 20.0", "Detection on COCO.", False),
        ("Method | AP\nQuickDet | 37.1", "Detection on COCO.", None),
        ("Network | top-1 err. | top-5 err.\nWideNet-50 | 23.9 | 7.1", "Errors on ImageNet.", True),
    ],
)
def test_tables_are_marked(lines: str, caption: str, said: bool | None) -> None:
    """it says of each score whether its table obeys the orderings of its metrics, and nothing where there are none"""
    assert holds(lines, caption) == {said}


def test_rows_that_break_it_seldom() -> None:
    """it lets one row of many have larger numbers for small objects"""
    rows = "\n".join(f"Det-{n} | 37.{n} | 20.{n} | 40.{n} | 49.{n}" for n in range(9))
    lines = f"Method | AP | AP_S | AP_M | AP_L\n{rows}\nDet-X | 30.0 | 33.0 | 32.0 | 49.0"
    assert holds(lines, "Detection on COCO test-dev.") == {True}
