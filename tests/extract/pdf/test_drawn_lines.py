"""Rules out of PDFs: drawn as lines, as thin images, and within a form that holds the whole page."""

from __future__ import annotations

import io

import pypdf
import pytest
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject, NumberObject

from db.models import Ruling
from extract.pdf.read import read_pages

TEXT = "BT /F1 10 Tf 72 700 Td (" + "All of the words that a page needs to be read at all. " * 5 + ") Tj ET\n"
LINE = "0.5 w 100 600 m 300 600 l S\n"
IMAGE = "q 200 0 0 0.5 100 600 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x00 EI Q\n"


def pdf_of(content: str, form: str | None = None, matrix: tuple[float, ...] = (1, 0, 0, 1, 0, 0)) -> bytes:
    """One page of 612 by 792 points with this content; `form` is the content of the form XObject /X."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(612, 792)
    entries = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Times-Roman"}
    font = DictionaryObject({NameObject(k): NameObject(v) for k, v in entries.items()})
    resources = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})})
    if form is not None:
        inner = DecodedStreamObject()
        inner.set_data(form.encode("latin-1"))
        inner.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form")})
        inner[NameObject("/BBox")] = ArrayObject([NumberObject(n) for n in (0, 0, 612, 792)])
        inner[NameObject("/Matrix")] = ArrayObject([FloatObject(n) for n in matrix])
        inner[NameObject("/Resources")] = resources
        forms = DictionaryObject({NameObject("/X"): writer._add_object(inner)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): forms})
    else:
        page[NameObject("/Resources")] = resources
    stream = DecodedStreamObject()
    stream.set_data(content.encode("latin-1"))
    page[NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def only_rule(data: bytes) -> Ruling:
    (page,) = read_pages(data)
    (rule,) = page.rulings
    return rule


@pytest.mark.parametrize("drawn", [LINE, IMAGE], ids=["line", "thin image"])
@pytest.mark.parametrize("within_form", [False, True], ids=["on the page", "in a form"])
def test_rule(drawn: str, within_form: bool) -> None:
    """it reads a rule at its place, whatever it is drawn with."""
    data = pdf_of("/X Do\n", TEXT + drawn) if within_form else pdf_of(TEXT + drawn)
    rule = only_rule(data)
    assert rule.horizontal
    assert (rule.x0, rule.x1, rule.top) == pytest.approx((100, 300, 192), abs=1.0)


def test_rule_in_a_moved_form() -> None:
    """it follows the form's matrix: half the size, moved to the right."""
    rule = only_rule(pdf_of("/X Do\n", TEXT + LINE, matrix=(0.5, 0, 0, 0.5, 50, 0)))
    assert (rule.x0, rule.x1, rule.top) == pytest.approx((100, 200, 492), abs=1.0)
