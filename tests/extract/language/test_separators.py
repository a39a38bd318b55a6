"""Pages that print decimal commas."""

from __future__ import annotations

import pytest

from db.models import Document, Field
from extract.fields import field_readers
from extract.fields.paper import view_paper
from extract.language.separators import with_decimal_points
from extract.layout.blocks import lay_out
from tests.extract.written import written_page
from tests.extract.written_tables import table_paper

COMMAS = (
    "FooNet has 25,6 million parameters and 11.689.512 weights. Training took 2,5 days; the error is 22,6% or 0,226."
)
POINTS = "FooNet has 25.6 million parameters, as in [1,2] and [3,4], with betas (0,1). Layers 3,4 and 1,2 are wide."


def paper(*pages: str) -> Document:
    """A paper that says this, a page each."""
    laid = lay_out([written_page(text, number=n) for n, text in enumerate(pages, start=1)])
    return Document("2001.99999", 1, laid, (), "test")


def test_a_page_with_commas() -> None:
    """it makes points of decimal commas and commas of points between thousands, each at its place"""
    printed = paper(COMMAS)
    read = with_decimal_points(printed)
    for english in ("25.6 million", "11,689,512", "2.5 days", "22.6%", "0.226"):
        assert english in " ".join(read.pages[0].text.split())
    assert len(read.pages[0].text) == len(printed.pages[0].text)
    assert [w.box for w in read.pages[0].words] == [w.box for w in printed.pages[0].words]


@pytest.mark.parametrize("text", [POINTS, "Only one number, 2,5, is on this page.", "Smith 1,024 and 2,048 and 4,096."])
def test_other_pages(text: str) -> None:
    """it leaves a page alone that prints points, too few commas to tell, or commas between thousands"""
    printed = paper(text)
    assert with_decimal_points(printed) is printed


def test_pages_with_few_numbers() -> None:
    """it lets a page with few numbers follow the paper's others, and a page with points decide for itself"""
    read = with_decimal_points(paper(COMMAS, "The second took 3,5 days.", "The third took 4.5, 5.5 and 6.5 days."))
    assert "3,5 days" in read.pages[1].text  # the third page prints points: the paper has no one way
    read = with_decimal_points(paper(COMMAS, "The second took 3,5 days."))
    assert "3.5 days" in read.pages[1].text


def test_quotes_are_as_printed() -> None:
    """it reads 2.5 days and quotes "2,5 days" """
    view = view_paper(paper("4 Training", COMMAS + " This is all that there is to say of the training here."))
    (time,) = [c for c in field_readers()[Field.TRAINING_TIME].read(view) if c.chosen]
    assert time.value == 2.5 * 86400
    assert "2,5 days" in time.evidence.quote


TABLES = {
    "points between thousands": (
        """Model | Params | Top-1 (%)
           FooNet-18 | 11.689.512 | 71,3
           FooNet-34 | 21.797.672 | 75,1""",
        [11689512, 21797672],
        [71.3, 75.1],
    ),
    "millions with a comma": (
        """Network | Top-1 (%) | #Params (M)
           FooNet-S | 69,8 | 4,25
           FooNet-L | 77,45 | 25,6""",
        [4.25e6, 25.6e6],
        [69.8, 77.45],
    ),
    "spreads and bold marks": (
        """Model | Parameters | Top-1 (%)
           FooNet-A | 5,3M | 70,1±0,2
           FooNet-B | 19,4M | 78,0±0,1""",
        [5.3e6, 19.4e6],
        [70.1, 78.0],
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    """it reads the cells of a table that prints decimal commas, and quotes them as printed"""
    lines, parameters, scores = TABLES[name]
    view = table_paper(lines, caption="Top-1 accuracy (%) on the ImageNet validation set.")
    assert [c.value for c in view.cells if c.quantity == "parameters" and c.reason is None] == pytest.approx(parameters)
    assert [c.value for c in view.cells if c.quantity == "score" and c.reason is None] == pytest.approx(scores)
    read = field_readers()[Field.SCORE].read(view)
    assert all("," in c.evidence.quote for c in read)
