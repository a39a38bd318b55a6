"""The places that a PDF names: sections, tables and figures, as hyperref writes them."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, FloatObject, NameObject, TextStringObject

from db.models import Anchor
from extract.layout.blocks import lay_out
from extract.pdf.read import read_pages
from tests.extract.drawn import HEIGHT, Drawn, pdf_of

PROSE = (
    "The network has two parts and neither of them needs labels",
    "other than the usual ones, so that the text of this section",
    "may go on for as long as the page has room for its lines.",
)


def page_of(*heads: tuple[float, str, bool], x: float = 72) -> Drawn:
    """A page of headings, each with a paragraph beneath it."""
    page = Drawn()
    for y, text, bold in heads:
        page.set(x, y, text, bold=bold)
        for n, line in enumerate(PROSE, 1):
            page.set(x, y - 16 - 12 * n, line)
    return page


def with_places(data: bytes, places: Mapping[str, tuple[float, float]]) -> bytes:
    """The PDF with named places on its first page."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    for name, (x, y) in places.items():
        place = [writer.pages[0].indirect_reference, NameObject("/XYZ"), FloatObject(x), FloatObject(y), FloatObject(0)]
        writer.add_named_destination_array(TextStringObject(name), ArrayObject(place))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def headings(data: bytes) -> list[str]:
    return [
        " ".join(w.text for w in page.words[page.lines[b.first].first : page.lines[b.last - 1].last])
        for page in lay_out(list(read_pages(data)))
        for b in page.blocks
        if b.kind == "heading"
    ]


def test_anchors() -> None:
    """it gives each named section, table and figure with its number and its place from the top, nothing else"""
    data = with_places(
        pdf_of(page_of((700, "Two parts", True), (500, "Three parts", True))),
        {"subsection.3.1": (72, 712), "table.caption.2": (72, 400), "cite.smith2019": (72, 300), "page.1": (0, 792)},
    )
    (page,) = read_pages(data)
    assert page.anchors == (Anchor("section", "3.1", 72, HEIGHT - 712), Anchor("table", "2", 72, HEIGHT - 400))


@pytest.mark.parametrize("kind", ["section.2", "subsection.2.1", "section*.7", "appendix.A"])
def test_heading_that_only_the_pdf_knows(kind: str) -> None:
    """it takes a bold line for a heading where the PDF says that a section begins there, and only there"""
    data = pdf_of(page_of((700, "Effects of the width", True), (500, "Some words in bold", True)))
    assert headings(data) == []
    assert headings(with_places(data, {kind: (72, 712)})) == ["Effects of the width"]


def test_paragraph_with_a_named_place() -> None:
    """it takes no line of the text's own size for a heading: `\\paragraph` names its first line too"""
    data = pdf_of(page_of((700, "Results. We present what was", False), (500, "and so it goes on", False)))
    assert headings(with_places(data, {"section*.3": (72, 712)})) == []


def test_place_in_the_other_column() -> None:
    """it does not take a bold line beside the place, in the next column, for the heading"""
    page = page_of((700, "Effects of the width", True), (500, "and so it goes on", False))
    page.set(330, 700, "Bold words beside", bold=True)
    assert headings(with_places(pdf_of(page), {"section.4": (72, 712)})) == ["Effects of the width"]
